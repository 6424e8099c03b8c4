import ArgumentParser
import Experiment
import Reproduction
import USplit

// The named values of settings and options, as arguments of the command.

extension Preset: ExpressibleByArgument {}
extension Backbone: ExpressibleByArgument {}
extension ContextVariant: ExpressibleByArgument {}
extension Experiment.SplitRule: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension LatentChoice: ExpressibleByArgument {}
extension InputMeaning: ExpressibleByArgument {}
extension DataPart: ExpressibleByArgument {}
extension DoubleDIPPreset: ExpressibleByArgument {}
extension Measurement.Tiles.Scheme: ExpressibleByArgument {}
extension Scale: ExpressibleByArgument {}

/// The element type of a file to write.
enum OutputType: String, CaseIterable, ExpressibleByArgument {
  case float32, input
}

/// How targets are superimposed.
enum MixingRule: String, CaseIterable, ExpressibleByArgument {
  case mean, sum
}
