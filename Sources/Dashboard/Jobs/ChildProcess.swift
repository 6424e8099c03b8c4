import Foundation

/// A program that was started by the server, in a session of its own, so that it goes on when the
/// server ends.
struct ChildProcess: Sendable {
  /// How a program ended.
  enum End: Equatable, Sendable {
    /// By itself, with an exit code.
    case code(Int32)
    /// By a signal.
    case signal(Int32)
  }

  /// Its number.
  let number: pid_t

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: its file
  ///   - arguments: without the program's name
  ///   - output: the file that standard output is appended to
  ///   - errors: the file that standard error is appended to
  /// - Throws: ``RequestError`` (500) when that fails.
  init(
    _ program: String, _ arguments: [String], output: URL, errors: URL
  ) throws(RequestError) {
    let (number, failure) = LaunchThread.shared.run {
      Self.spawn(program, arguments, output: output, errors: errors)
    }
    guard failure == 0 else {
      throw RequestError(
        500, "\(program) cannot be started: \(String(cString: strerror(failure))).")
    }
    self.number = number
  }

  /// Starts a program; its number, and the number of an error or 0.
  private static func spawn(
    _ program: String, _ arguments: [String], output: URL, errors: URL
  ) -> (number: pid_t, failure: Int32) {
    var actions = SpawnActions()
    defer { actions.end() }
    actions.open("/dev/null", O_RDONLY, as: STDIN_FILENO)
    actions.open(output.path, O_WRONLY | O_CREAT | O_APPEND, as: STDOUT_FILENO)
    if errors == output {
      actions.duplicate(STDOUT_FILENO, as: STDERR_FILENO)
    } else {
      actions.open(errors.path, O_WRONLY | O_CREAT | O_APPEND, as: STDERR_FILENO)
    }
    actions.closeOthers()
    var attributes = SpawnAttributes()
    defer { attributes.end() }

    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var number: pid_t = 0
    let failure = posix_spawn(
      &number, program, &actions.content, &attributes.content, words, variables)
    return (number, failure)
  }

  /// The variables of this process, and that nobody looks at a terminal.
  private static var environment: [String] {
    var variables = ProcessInfo.processInfo.environment
    variables["NO_COLOR"] = "1"
    return variables.map { "\($0.key)=\($0.value)" }
  }

  /// How it has ended; nil while it runs.
  func end() -> End? {
    var status: Int32 = 0
    var found = waitpid(number, &status, WNOHANG)
    while found < 0, errno == EINTR { found = waitpid(number, &status, WNOHANG) }
    guard found != 0 else { return nil }
    // Somebody else has waited for it: it is gone, and that is all there is to know.
    guard found == number else { return .code(-1) }
    let signal = status & 0x7f
    return signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
  }

  /// Asks it to end.
  func terminate() { kill(number, SIGTERM) }

  /// Ends it.
  func kill() { kill(number, SIGKILL) }

  private func kill(_ number: pid_t, _ signal: Int32) {
    // It has not been waited for, so the number is still its own.
    Foundation.kill(number, signal)
  }
}

/// What happens to files on the way to another program.
private struct SpawnActions {
  #if canImport(Darwin)
    var content: posix_spawn_file_actions_t?
  #else
    var content = posix_spawn_file_actions_t()
  #endif

  init() { posix_spawn_file_actions_init(&content) }

  mutating func open(_ path: String, _ flags: Int32, as number: Int32) {
    posix_spawn_file_actions_addopen(&content, number, path, flags, 0o644)
  }

  mutating func duplicate(_ number: Int32, as other: Int32) {
    posix_spawn_file_actions_adddup2(&content, number, other)
  }

  /// Closes what this process has open; on Darwin an attribute does that.
  mutating func closeOthers() {
    #if os(Linux)
      let names = FolderListing.entries(of: "/proc/self/fd") ?? []
      for number in names.compactMap({ Int32($0.name) }) where number > STDERR_FILENO {
        posix_spawn_file_actions_addclose(&content, number)
      }
    #endif
  }

  mutating func end() { posix_spawn_file_actions_destroy(&content) }
}

/// A session of its own, and signals as a program expects them: this one ignores some.
private struct SpawnAttributes {
  #if canImport(Darwin)
    var content: posix_spawnattr_t?
  #else
    var content = posix_spawnattr_t()
  #endif

  init() {
    posix_spawnattr_init(&content)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&content, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&content, &all)
    var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | Self.newSession
    #if canImport(Darwin)
      flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #endif
    posix_spawnattr_setflags(&content, Int16(flags))
  }

  mutating func end() { posix_spawnattr_destroy(&content) }

  #if canImport(Darwin)
    private static let newSession = Int32(POSIX_SPAWN_SETSID)
  #else
    /// `POSIX_SPAWN_SETSID` of glibc and musl.
    private static let newSession: Int32 = 0x80
  #endif
}
