import Foundation
import Torch

/// The programs that a result depends on.
public enum SoftwareVersions {
  /// Their names and versions, such as `usplit 0.3.0, LibTorch 2.13.0, Debian GNU/Linux 12 (bookworm),
  /// x86_64`.
  public static var text: String {
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    return "usplit \(version), LibTorch \(Runtime.version), \(system), \(architecture)"
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "an unknown processor"
    #endif
  }
}
