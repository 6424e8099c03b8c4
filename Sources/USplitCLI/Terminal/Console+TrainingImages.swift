import USplit

extension Console {
  /// Tells how images were read, and warns of what had to be assumed.
  func tell(_ images: TrainingImages) {
    for note in images.notes { self.note(note) }
    for warning in images.warnings { warn(warning) }
  }
}
