import Experiment
import Testing

@Suite("Launch")
struct LaunchTests {
  private let torchrun = [
    "RANK": "3", "LOCAL_RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "node7",
    "MASTER_PORT": "29400", "TORCHELASTIC_RESTART_COUNT": "2",
    "TORCHELASTIC_USE_AGENT_STORE": "True",
  ]
  private let slurm = [
    "SLURM_PROCID": "5", "SLURM_LOCALID": "1", "SLURM_NTASKS": "8", "SLURM_NODEID": "2",
    "SLURM_STEP_ID": "0", "SLURM_JOB_ID": "1234567", "SLURM_JOB_NODELIST": "node[03-07,9]",
  ]

  private func launch(
    _ environment: [String: String], _ change: (inout Launch.Options) -> Void = { _ in }
  ) throws(LaunchError) -> Launch {
    var options = Launch.Options()
    change(&options)
    return try Launch(options, environment: environment)
  }

  private func refused(
    _ environment: [String: String], _ words: String,
    _ change: (inout Launch.Options) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: LaunchError.self, sourceLocation: sourceLocation) {
      try launch(environment, change)
    }
    #expect(
      error?.description.contains(words) == true, "\(error?.description ?? "")",
      sourceLocation: sourceLocation)
  }

  @Test("without options and variables a process is alone")
  func alone() throws {
    #expect(try launch([:]) == Launch())
    #expect(try launch(["MASTER_ADDR": "host", "MASTER_PORT": "1"]) == Launch())
    #expect(try launch(["RANK": "", "WORLD_SIZE": ""]) == Launch())
  }

  @Test("torchrun's variables")
  func torchrunVariables() throws {
    let found = try launch(torchrun)
    #expect(found.origin == .torchrun)
    #expect(found.rank == 3 && found.count == 4 && found.localRank == 1)
    #expect(found.address == "node7" && found.port == 29400)
    #expect(found.launcherListens && found.session == "2" && found.restarts == 2)
    var plain = torchrun
    plain["TORCHELASTIC_USE_AGENT_STORE"] = "False"
    plain["TORCHELASTIC_RESTART_COUNT"] = nil
    #expect(try !launch(plain).launcherListens)
    #expect(try launch(plain).session == "0")
  }

  @Test("a world of one process needs no meeting")
  func worldOfOne() throws {
    let found = try launch(["RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"])
    #expect(found.count == 1 && found.origin == .torchrun)
  }

  @Test(
    "a variable that is missing is named",
    arguments: ["RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"])
  func missing(_ name: String) {
    var environment = torchrun
    environment[name] = nil
    refused(environment, "\(name) is not set")
  }

  @Test(
    "a variable without sense is named with its text",
    arguments: [
      ("RANK", "4"), ("RANK", "-1"), ("RANK", "one"), ("WORLD_SIZE", "0"), ("WORLD_SIZE", "x"),
      ("MASTER_PORT", "0"), ("MASTER_PORT", "70000"), ("LOCAL_RANK", "-2"),
      ("TORCHELASTIC_RESTART_COUNT", "?"),
    ])
  func senseless(_ name: String, _ text: String) {
    refused(torchrun.merging([name: text]) { $1 }, text)
  }

  @Test("Slurm's variables, with a port from the job's number")
  func slurmVariables() throws {
    let found = try launch(slurm)
    #expect(found.origin == .slurm)
    #expect(found.rank == 5 && found.count == 8 && found.localRank == 1)
    #expect(found.address == "node03" && found.port == 19567)
    #expect(!found.launcherListens && found.warning == nil && found.restarts == 0)
    #expect(try launch(slurm.merging(["SLURM_RESTART_COUNT": "3"]) { $1 }).restarts == 3)
  }

  @Test("a job's script may say where its tasks meet, and a step runs on nodes of its own")
  func slurmMeeting() throws {
    let script = ["MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "1717"]
    let named = try launch(slurm.merging(script) { $1 })
    #expect(named.origin == .slurm && named.address == "10.0.0.1" && named.port == 1717)
    let step = try launch(slurm.merging(["SLURM_STEP_NODELIST": "node[05-06]"]) { $1 })
    #expect(step.address == "node05")
  }

  @Test(
    "lists of nodes",
    arguments: [
      ("node1", "node1"), ("a,b,c", "a"), ("node[3]", "node3"), ("gpu[001-128],x", "gpu001"),
      ("rack[2,4]-node[08-09]", "rack2-node08"), ("a1,b[1-2]", "a1"),
      ("host.domain,other", "host.domain"),
    ])
  func nodes(_ list: String, _ first: String) throws {
    #expect(try launch(slurm.merging(["SLURM_JOB_NODELIST": list]) { $1 }).address == first)
  }

  @Test(
    "what is no list of nodes is refused",
    arguments: ["node[", "node[x]", "node[]", ",b", "a b", "node[3;4]"])
  func badNodes(_ list: String) {
    refused(
      slurm.merging(["SLURM_JOB_NODELIST": list]) { $1 }, "SLURM_JOB_NODELIST is \"\(list)\"")
  }

  @Test(
    "a job with several tasks whose script runs the command itself is one process, with a warning",
    arguments: [nil, "4294967290", "4294967291"])
  func withoutSrun(_ step: String?) throws {
    var environment = slurm
    environment["SLURM_STEP_ID"] = step
    environment["SLURM_PROCID"] = "0"
    let found = try launch(environment)
    #expect(found.count == 1 && found.origin == .alone)
    #expect(found.warning?.contains("srun") == true)
    #expect(found.warning?.contains("8 tasks") == true)
  }

  @Test("a job with one task is alone")
  func oneTask() throws {
    #expect(try launch(slurm.merging(["SLURM_NTASKS": "1"]) { $1 }) == Launch())
  }

  @Test("half of Slurm's variables are refused")
  func halfSlurm() {
    for name in ["SLURM_PROCID", "SLURM_JOB_NODELIST", "SLURM_JOB_ID"] {
      var environment = slurm
      environment[name] = nil
      refused(environment, "\(name) is not set")
    }
    refused(slurm.merging(["SLURM_PROCID": "8"]) { $1 }, "SLURM_NTASKS is 8")
  }

  @Test("torchrun inside of a Slurm job counts")
  func precedence() throws {
    #expect(try launch(torchrun.merging(slurm) { a, _ in a }).origin == .torchrun)
  }

  @Test("options win")
  func options() throws {
    let found = try launch(torchrun) {
      $0.rank = 0
      $0.ranks = 2
      $0.address = "here"
      $0.port = 4000
    }
    #expect(found.origin == .options && found.rank == 0 && found.count == 2)
    #expect(found.address == "here" && found.port == 4000 && !found.launcherListens)
    #expect(found.localRank == 1)
    let moved = try launch(torchrun) { $0.port = 4001 }
    #expect(moved.origin == .torchrun && moved.rank == 3 && moved.port == 4001)
    #expect(moved.address == "node7" && !moved.launcherListens)
    let standard = try launch([:]) {
      $0.rank = 1
      $0.ranks = 2
      $0.address = "here"
    }
    #expect(standard.port == Launch.standardPort)
  }

  @Test("options that do not fit together are refused")
  func badOptions() {
    refused([:], "--ranks too") { $0.rank = 0 }
    refused([:], "--rank too") { $0.ranks = 2 }
    refused([:], "--address") {
      $0.rank = 0
      $0.ranks = 2
    }
    refused([:], "0 to 1 are possible") {
      $0.rank = 2
      $0.ranks = 2
    }
    refused([:], "at least 1") {
      $0.rank = 0
      $0.ranks = 0
    }
    refused([:], "is alone") { $0.port = 4000 }
    refused([:], "is alone") { $0.address = "host" }
    refused([:], "1 to 65535") {
      $0.rank = 0
      $0.ranks = 2
      $0.address = "host"
      $0.port = 0
    }
  }
}
