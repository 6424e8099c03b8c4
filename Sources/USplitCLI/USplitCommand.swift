import ArgumentParser
import USplit

/// `usplit`.
struct USplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "usplit",
    abstract: "Splits a superimposed fluorescence image into the structures it is made of.",
    discussion: """
      Results go to standard output, progress and remarks to standard error. Progress is one live \
      line on a terminal, and plain lines now and then elsewhere, or when NO_COLOR is set or TERM \
      is dumb.

      Exit codes: 0 done; 1 something is wrong with a file, the settings or the machine, which a \
      sentence explains; 64 a mistake in the command line; 75 a training was stopped by SIGTERM or \
      SIGUSR1 and can be resumed; 130 and 143 a work was stopped by Ctrl-C or by SIGTERM, after it \
      saved what it had (a training can be resumed then, too).
      """,
    version: USplit.version,
    subcommands: [
      TrainCommand.self, SplitCommand.self, EvaluateCommand.self, CompareCommand.self,
      InfoCommand.self, ConvertCommand.self,
      StatusCommand.self, ReportCommand.self, ServeCommand.self, ConfigCommand.self,
      InspectCommand.self,
      DescribeCommand.self,
      SynthesizeCommand.self, MixCommand.self,
      SeparateCommand.self, ImportCommand.self, ReproduceCommand.self,
    ])
}
