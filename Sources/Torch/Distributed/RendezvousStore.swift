import CTorch
import Foundation

/// Short texts under names that all processes of a group see.
///
/// One process holds them, or the program that started all; the others have a connection to it.
package final class RendezvousStore: Sendable {
  // A store serves one request after the other, from whichever thread they come.
  nonisolated(unsafe) let pointer: OpaquePointer

  /// Opens the store, or a connection to it.
  ///
  /// - Parameters:
  ///   - port: where it listens; 0 for one that is free, when `serves`
  ///   - serves: whether this process holds it
  ///   - session: what keeps names apart from those of other groups in the same store
  ///   - timeout: seconds to wait for it, and for texts that are not there yet
  /// - Throws: `TorchError.operation` when it cannot be reached, or the port is taken.
  package init(
    address: String, port: Int, serves: Bool, session: String, timeout: Double
  ) throws(TorchError) {
    let made = try attempt("meeting at \(address):\(port)") {
      ct_store_new(address, Int32(port), serves, session, timeout, $0)
    }
    guard let made else { throw .operation("meeting at \(address):\(port)", message: "no result") }
    pointer = made
  }

  private init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { ct_store_free(pointer) }

  /// The same store over a connection of its own: requests of another thread do not wait for those
  /// over this one.
  package func anotherConnection() throws(TorchError) -> RendezvousStore {
    let made = try attempt("another connection to the store") { ct_store_clone(pointer, $0) }
    guard let made else {
      throw .operation("another connection to the store", message: "no result")
    }
    return RendezvousStore(owning: made)
  }

  /// Where it listens.
  package var port: Int { Int(ct_store_port(pointer)) }

  /// Sets the text of a name.
  package func set(_ name: String, to text: String) throws(TorchError) {
    _ = try attempt("telling the group \(name)") { ct_store_set(pointer, name, text, $0) }
  }

  /// The text of a name; waits for it.
  package func text(_ name: String) throws(TorchError) -> String {
    let text = try attempt("asking the group for \(name)") { ct_store_get(pointer, name, $0) }
    guard let text else { return "" }
    defer { ct_text_free(text) }
    return String(cString: text)
  }

  /// Whether all names have a text.
  package func has(_ names: [String]) throws(TorchError) -> Bool {
    try attempt("asking the group for \(names.count) names") { slot in
      let copies = names.map { strdup($0) }
      defer { copies.forEach { free($0) } }
      let pointers = copies.map { UnsafePointer($0) }
      return ct_store_has(pointer, pointers, Int32(names.count), slot)
    }
  }
}
