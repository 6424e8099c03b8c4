import Foundation
import Synchronization

/// Starts programs from a thread that keeps the priority this process was begun with.
///
/// On Linux priorities belong to threads, and a new thread or process has that of the thread it
/// comes from. So the threads that serve can give way to trainings, and trainings need not.
public final class LaunchThread: Sendable {
  /// How much the threads that serve give way, as `nice` counts it: a small part of what a training
  /// gets is left to them where both want a core.
  private static let kindness: Int32 = 15

  /// The one of this process.
  static let shared = LaunchThread()

  private let waiting = Mutex<[@Sendable () -> Void]>([])
  private let count = DispatchSemaphore(value: 0)

  private init() {
    let thread = Thread { [self] in
      while true {
        count.wait()
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
      }
    }
    thread.name = "usplit.launch"
    thread.start()
    // It has its priority once it runs.
    run {}
  }

  /// Makes this thread, and those that it will begin, give way to the programs that are started.
  ///
  /// To be called before anything is served. Elsewhere than on Linux nothing changes, since there
  /// priorities are those of whole processes.
  public static func giveWay() {
    #if canImport(Glibc)
      _ = shared
      let which = __priority_which_t(PRIO_PROCESS.rawValue)
      // Where it is not allowed, all goes on as it is.
      _ = setpriority(which, 0, getpriority(which, 0) + kindness)
    #endif
  }

  /// Does something on the thread and waits for it.
  func run<T: Sendable>(_ work: @escaping @Sendable () -> T) -> T {
    let result = Mutex<T?>(nil)
    let done = DispatchSemaphore(value: 0)
    waiting.withLock {
      $0.append {
        let value = work()
        result.withLock { $0 = value }
        done.signal()
      }
    }
    count.signal()
    while true {
      done.wait()
      if let value = result.withLock({ $0 }) { return value }
    }
  }
}
