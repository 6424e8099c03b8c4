/// Variables of the environment that do not say where a process stands among others.
public struct LaunchError: Error, CustomStringConvertible, Equatable {
  /// What is wrong and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Where a process stands among those that were started together, and where they meet.
public struct Launch: Equatable, Sendable {
  /// Who said so.
  public enum Origin: String, Sendable {
    /// Nobody: the process is alone.
    case alone
    /// Options of the command.
    case options
    /// PyTorch's launcher, or a program that sets its variables.
    case torchrun
    /// Slurm's `srun`.
    case slurm
  }

  /// Options of the command, nil where they were not given.
  public struct Options: Equatable, Sendable {
    /// This process's number, from 0.
    public var rank: Int?
    /// How many processes there are.
    public var ranks: Int?
    /// The machine of rank 0.
    public var address: String?
    /// A port there.
    public var port: Int?

    /// No options.
    public init() {}
  }

  /// The port where nobody names one, as PyTorch's.
  public static let standardPort = 29500

  /// Who said so.
  public var origin = Origin.alone
  /// This process's number, from 0.
  public var rank = 0
  /// How many processes there are.
  public var count = 1
  /// Its number among those on this machine, from 0; nil where nobody says.
  public var localRank: Int?
  /// The machine of rank 0.
  public var address = "localhost"
  /// A port there.
  public var port = Self.standardPort
  /// Whether a launcher listens at the port already; else rank 0 does.
  public var launcherListens = false
  /// What tells this start from earlier ones at the same port.
  public var session = "0"
  /// How often the same work was started before this, after a failure or a pause.
  public var restarts = 0
  /// What the user should know.
  public var warning: String?

  /// A process that is alone.
  public init() {}

  /// Finds out where a process stands: options first, then torchrun's variables, then Slurm's.
  ///
  /// - Throws: `LaunchError` that names what is missing or makes no sense.
  public init(_ options: Options, environment: [String: String]) throws(LaunchError) {
    let variables = LaunchVariables(environment)
    if options.rank != nil || options.ranks != nil {
      self = try Self(options: options)
      localRank = try variables.number("LOCAL_RANK", at: 0)
    } else if variables.has("RANK") || variables.has("WORLD_SIZE") {
      self = try Self(torchrun: variables)
    } else {
      self = try Self(slurm: variables)
    }
    restarts = max(
      try variables.number("TORCHELASTIC_RESTART_COUNT", at: 0) ?? 0,
      try variables.number("SLURM_RESTART_COUNT", at: 0) ?? 0)
    guard count > 1 else {
      try Self.refuseAlone(options)
      return
    }
    if let address = options.address { self.address = address }
    if let port = options.port { self.port = port }
    if options.address != nil || options.port != nil { launcherListens = false }
    try check()
  }

  private init(options: Options) throws(LaunchError) {
    origin = .options
    guard let rank = options.rank, let ranks = options.ranks else {
      throw LaunchError(
        options.rank == nil
          ? "--ranks says how many processes there are, but not which one this is; give --rank too"
          : "--rank says which process this is, but not of how many; give --ranks too")
    }
    (self.rank, count) = (rank, ranks)
    guard ranks >= 1 else { throw LaunchError("--ranks is \(ranks), at least 1 is needed") }
    guard (0..<ranks).contains(rank) else {
      throw LaunchError("--rank is \(rank), 0 to \(ranks - 1) are possible with --ranks \(ranks)")
    }
    if ranks > 1, options.address == nil {
      throw LaunchError("--ranks is \(ranks); give --address too, the machine of rank 0")
    }
  }

  private static func refuseAlone(_ options: Options) throws(LaunchError) {
    guard options.address == nil, options.port == nil else {
      throw LaunchError(
        "--address and --port say where several processes meet, but this one is alone; give --rank "
          + "and --ranks, or leave them out")
    }
  }

  private func check() throws(LaunchError) {
    guard (1...65535).contains(port) else {
      throw LaunchError("the port of rank 0 is \(port), 1 to 65535 are possible")
    }
    guard !address.isEmpty else {
      throw LaunchError("the address of rank 0 is empty; name its machine")
    }
  }

  /// torchrun's variables, which other launchers set too.
  private init(torchrun variables: LaunchVariables) throws(LaunchError) {
    origin = .torchrun
    let hint = "torchrun and the like set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT together"
    count = try variables.required("WORLD_SIZE", at: 1, hint)
    rank = try variables.required("RANK", at: 0, hint)
    guard rank < count else {
      throw LaunchError(
        "RANK is \(rank), but WORLD_SIZE is \(count); 0 to \(count - 1) are possible")
    }
    localRank = try variables.number("LOCAL_RANK", at: 0)
    guard count > 1 else { return }
    address = try variables.requiredText("MASTER_ADDR", hint)
    port = try variables.required("MASTER_PORT", at: 1, hint)
    launcherListens = variables["TORCHELASTIC_USE_AGENT_STORE"] == "True"
    session = String(try variables.number("TORCHELASTIC_RESTART_COUNT", at: 0) ?? 0)
  }

  /// Slurm's variables.
  private init(slurm variables: LaunchVariables) throws(LaunchError) {
    guard let tasks = try variables.number("SLURM_NTASKS", at: 1), tasks > 1 else { return }
    // The script of a job has a rank too; only its steps are several processes.
    guard variables.isInSlurmStep else {
      warning =
        "this Slurm job has \(tasks) tasks, but usplit was not started by srun: it runs as one "
        + "process. Start it with `srun usplit …`, or ask for one task"
      return
    }
    origin = .slurm
    let hint = "srun sets SLURM_PROCID, SLURM_NTASKS and SLURM_JOB_NODELIST together"
    count = tasks
    rank = try variables.required("SLURM_PROCID", at: 0, hint)
    guard rank < count else {
      throw LaunchError(
        "SLURM_PROCID is \(rank), but SLURM_NTASKS is \(count); 0 to \(count - 1) are possible")
    }
    localRank = try variables.number("SLURM_LOCALID", at: 0)
    // A job's script may say where to meet, as many do.
    if variables.has("MASTER_ADDR") {
      address = try variables.requiredText("MASTER_ADDR", hint)
    } else {
      let name =
        variables.has("SLURM_STEP_NODELIST") ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST"
      let list = try variables.requiredText(name, hint)
      guard let host = SlurmNodes.first(of: list) else {
        throw LaunchError(
          "\(name) is \"\(list)\", which is no list of machines; set MASTER_ADDR to that of rank 0")
      }
      address = host
    }
    if let port = try variables.number("MASTER_PORT", at: 1) {
      self.port = port
    } else {
      // Each job on a machine gets another port, all tasks of one the same.
      let job = try variables.required("SLURM_JOB_ID", at: 0, hint)
      port = 15000 + job % 10000
    }
    session = try variables.number("SLURM_STEP_ID", at: 0).map(String.init) ?? "0"
  }
}
