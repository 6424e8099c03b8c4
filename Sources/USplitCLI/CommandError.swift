/// What keeps a command from being carried out; the sentence to show.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
