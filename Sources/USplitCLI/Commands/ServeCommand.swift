import ArgumentParser
import Dashboard
import Experiment
import Foundation
import USplit

/// `usplit serve`.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Shows runs and images in the browser, and trains and splits from there.",
    discussion: """
      Serves a web page for this computer. The page lists the runs below ROOT with their curves and \
      pictures, begins trainings (into ROOT/runs), splits images (into ROOT/splits), compares \
      models, and shows images of any size. Nothing is loaded from the internet, and nothing is sent \
      there.

      The link that opens the page goes to standard output. It holds a token; whoever has it can do \
      what the page can. Only files in ROOT and in the folders of --images can be seen, only ROOT is \
      written to, and hidden files are left alone.

      From another computer, the safe way is a tunnel: ssh -L 8642:127.0.0.1:8642 SERVER, then open \
      the link. With --address 0.0.0.0 the page can be reached directly, but the connection is not \
      encrypted: only do that in a network that you trust, or behind a proxy with HTTPS (whose name \
      --allow-host takes).

      Ctrl-C ends the server. Trainings that were begun go on; the next server finds them again.

      Example: usplit serve ~/microscopy --images /data/plates --open
      """)

  @Argument(
    help: ArgumentHelp("Folder with runs and images.", valueName: "root"), completion: .directory)
  var root = "."

  @Option(
    help: ArgumentHelp(
      "Further folder whose images may be looked at; may be repeated.", valueName: "folder"),
    completion: .directory)
  var images: [String] = []

  @Option(
    help: ArgumentHelp(
      "Address of this computer to listen at; 0.0.0.0 for all.", valueName: "address"))
  var address = ListeningAddress.loopback

  @Option(
    help: ArgumentHelp(
      "Port to listen at; 0 for a free one. (default: \(DashboardOptions.standardPort), or the "
        + "next one that is free)", valueName: "number"))
  var port: Int?

  @Option(
    help: ArgumentHelp(
      "What clients have to know, 16 characters or more. (default: a random one)",
      valueName: "text"))
  var token: String?

  @Flag(help: "Ask for no token; only for 127.0.0.1 on a computer that nobody else uses.")
  var noToken = false

  @Option(
    help: ArgumentHelp(
      "Further name under which browsers know this server, as behind a proxy; may be repeated.",
      valueName: "name"))
  var allowHost: [String] = []

  @Option(help: ArgumentHelp("Largest file that is taken from browsers.", valueName: "size"))
  var uploadLimit = ByteCount(bytes: 4 << 30)

  @Option(
    name: .customLong("cache"),
    help: ArgumentHelp("Memory for pixels that are shown.", valueName: "size"))
  var cache = ByteCount(bytes: 64 << 20)

  @Flag(name: .customLong("open"), help: "Open the link in the system's browser.")
  var opensBrowser = false

  @OptionGroup var quiet: QuietOption

  /// The variable that names a folder to take the page from, for those who work on the page.
  private static let pageVariable = "USPLIT_PAGE"

  func validate() throws {
    if let port, !(0...65535).contains(port) {
      throw ValidationError("--port is \(port), 0 to 65535 are possible")
    }
    if noToken, token != nil {
      throw ValidationError("--token and --no-token exclude each other; leave out one")
    }
  }

  func run() throws {
    LaunchThread.giveWay()
    let console = quiet.console
    let server = try DashboardServer(options)
    let interruption = Interruption(first: "requests and splits are ended", console)
    try Results.line(server.link)
    console.note(advice(port: server.port))
    if opensBrowser { Browser.open(server.link, console) }

    try server.serve { interruption.signalNumber == nil }
    if let code = interruption.exitCode { throw ExitCode(code) }
  }

  private var options: DashboardOptions {
    var options = DashboardOptions()
    options.root = root
    options.images = images
    options.address = address
    options.port = port ?? DashboardOptions.standardPort
    options.takesNextPort = port == nil
    options.token = token
    options.isOpen = noToken
    options.hosts = allowHost
    options.uploadLimit = uploadLimit.bytes
    options.cacheBytes = cache.bytes
    options.page = ProcessInfo.processInfo.environment[Self.pageVariable]
    options.version = USplit.version
    return options
  }

  private func advice(port: Int) -> String {
    guard address.isLoopback else {
      return "others in the network can reach it, and the connection is not encrypted; "
        + "Ctrl-C ends it"
    }
    return "open the link in a browser; from another computer after "
      + "ssh -L \(port):\(address.host):\(port) \(HostName.current); Ctrl-C ends it"
  }
}

extension ListeningAddress: ExpressibleByArgument {
  /// Reads an address of an option.
  public init?(argument: String) { self.init(argument) }

  /// For help.
  public var defaultValueDescription: String { number }
}
