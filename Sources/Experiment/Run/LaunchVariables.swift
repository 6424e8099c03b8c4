/// Variables of the environment that a launcher sets, read with care.
struct LaunchVariables {
  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  /// The text of a variable; nil where it is not set or empty.
  subscript(name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether a variable is set and not empty.
  func has(_ name: String) -> Bool { self[name] != nil }

  /// Whether Slurm's `srun` started the process, not the job's script or an interactive shell.
  var isInSlurmStep: Bool {
    guard let text = self["SLURM_STEP_ID"] ?? self["SLURM_STEPID"] else { return false }
    // Slurm's numbers of the steps that are a job's script, its shell or an outside login.
    return (UInt64(text) ?? 0) < 4_294_967_280
  }

  /// The number of a variable; nil where it is not set.
  func number(_ name: String, at least: Int) throws(LaunchError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), number >= least else {
      throw LaunchError("\(name) is \"\(text)\", a number of at least \(least) is needed")
    }
    return number
  }

  /// The number of a variable that has to be there.
  func required(_ name: String, at least: Int, _ hint: String) throws(LaunchError) -> Int {
    if let number = try number(name, at: least) { return number }
    throw LaunchError("\(name) is not set; \(hint)")
  }

  /// The text of a variable that has to be there.
  func requiredText(_ name: String, _ hint: String) throws(LaunchError) -> String {
    if let text = self[name] { return text }
    throw LaunchError("\(name) is not set; \(hint)")
  }
}
