import Testing
import Torch

@Suite("Devices")
struct DeviceTests {
  @Test("the processor is always there")
  func cpu() throws {
    #expect(try Device(named: "cpu") == .cpu)
    #expect(Device.cpu.description == "cpu")
  }

  @Test(
    "unknown names are refused with the names there are",
    arguments: [
      "gpu", "", "CPU", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "cuda:0:1", "meta",
    ])
  func unknown(name: String) {
    let error = #expect(throws: TorchError.self) { try Device(named: name) }
    #expect(
      error
        == .device("there is no device \"\(name)\"; use cpu, cuda, cuda:N (N counts from 0) or mps")
    )
  }

  @Test(
    "a GPU is found, or the sentence says what to do",
    arguments: [("cuda", Device.cuda(0)), ("cuda:0", .cuda(0)), ("mps", .mps)])
  func graphics(name: String, device: Device) {
    do throws(TorchError) {
      #expect(try Device(named: name) == device)
    } catch {
      let text = error.description
      #expect(text.hasPrefix("device \(device) was asked for, but "), "\(text)")
      #expect(text.contains("use the device cpu"), "\(text)")
    }
  }

  @Test("a GPU with an absurd number is refused")
  func absurd() {
    let error = #expect(throws: TorchError.self) { try Device(named: "cuda:99999") }
    #expect(error?.description.hasPrefix("device cuda:99999 was asked for, but ") == true)
    #expect(throws: TorchError.self) { try Device(named: "cuda:99999999999999999999") }
  }
}
