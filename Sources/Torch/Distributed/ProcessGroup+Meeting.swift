import CTorch
import Foundation

// How the processes of a group find each other.

extension ProcessGroup.Meeting {
  private var place: String { "\(address):\(port)" }

  /// What to look at when processes do not find each other.
  private static let advice =
    "check that all of them were started, with the same number of processes, address and port; that "
    + "the address is the machine of rank 0 as the others see it and no firewall is between them; "
    + "and where machines have several networks, that GLOO_SOCKET_IFNAME names the one that joins "
    + "them"

  /// Opens the store, waiting for whoever holds it.
  func openStore() throws(TorchError) -> RendezvousStore {
    do throws(TorchError) {
      return try RendezvousStore(
        address: address, port: port, serves: holdsStore, session: "usplit/\(session)",
        timeout: timeout)
    } catch {
      if holdsStore {
        throw .group(
          "rank \(rank) cannot listen at \(place): \(error); choose another port, or check that the "
            + "address is one of this machine")
      }
      throw .group(
        "rank \(rank) of \(count) waited \(Int(timeout)) s for rank 0 at \(place) (\(error)); "
          + Self.advice)
    }
  }

  /// Says that this rank is here, waits for the others, and finds its own address in the network
  /// that joins them.
  ///
  /// - Throws: `TorchError.group` that names those who did not come.
  func introduce(_ store: RendezvousStore, until deadline: Date) throws(TorchError) -> String {
    var own = try localAddress(towards: address)
    try store.set(Heartbeat.name(rank), to: Pulse.Sign.beat(0).text)
    try store.set(name(rank), to: own)
    let others = (0..<count).filter { $0 != rank }
    while !(try store.has(others.map(name))) {
      guard Date() < deadline else { throw missing(others, store) }
      Thread.sleep(forTimeInterval: 0.05)
    }
    // A machine may know its own name by an address that means nothing elsewhere.
    guard isLoopback(own) else { return own }
    for other in others {
      let address = try store.text(name(other))
      guard !isLoopback(address) else { continue }
      own = try localAddress(towards: address)
      break
    }
    return own
  }

  private func missing(_ others: [Int], _ store: RendezvousStore) -> TorchError {
    let absent = others.filter { (try? store.has([name($0)])) != true }
    let ranks = absent.prefix(8).map(String.init).joined(separator: ", ")
    return .group(
      "rank \(rank) of \(count) waited \(Int(timeout)) s at \(place) for \(absent.count) other "
        + "\(absent.count == 1 ? "process" : "processes"), which did not come: rank \(ranks)"
        + "\(absent.count > 8 ? " and more" : ""); \(Self.advice)")
  }

  private func name(_ rank: Int) -> String { "address/\(rank)" }

  private func isLoopback(_ address: String) -> Bool {
    address.hasPrefix("127.") || address == "::1"
  }

  private func localAddress(towards host: String) throws(TorchError) -> String {
    var text = [CChar](repeating: 0, count: 128)
    do throws(TorchError) {
      _ = try attempt("finding the network") {
        ct_local_address(host, Int32(max(port, 1)), &text, Int32(text.count), $0)
      }
    } catch {
      throw .group("rank \(rank) finds no way to \(host): \(error); \(Self.advice)")
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
