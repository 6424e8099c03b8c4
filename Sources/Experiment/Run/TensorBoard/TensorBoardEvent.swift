/// An event as TensorBoard understands it (message `Event` of its event.proto).
package struct TensorBoardEvent {
  /// What an event tells.
  package enum Content {
    /// The first of a file: the version of the format.
    case version
    /// A training goes on: what was told of this step and later ones is void.
    case restart
    /// Numbers, each under its name.
    case scalars([(tag: String, value: Double)])
    /// A picture as a PNG file, under its name.
    case picture(tag: String, png: [UInt8], height: Int, width: Int)
  }

  /// When it was told, in seconds since 1970.
  let time: Double
  /// The training step that it belongs to.
  let step: Int
  /// What it tells.
  let content: Content

  package init(time: Double, step: Int, content: Content) {
    self.time = time
    self.step = step
    self.content = content
  }

  /// The event in binary form.
  package var bytes: [UInt8] {
    var event = ProtobufMessage()
    event.add(1, time)
    event.add(2, step)
    switch content {
    case .version:
      event.add(3, "brain.Event:2")
    case .restart:
      var session = ProtobufMessage()
      session.add(1, 1)  // SessionLog.START
      event.add(7, session)
    case .scalars(let scalars):
      event.add(5, Self.summary(scalars.map { ($0.tag, .scalar(Float($0.value))) }))
    case .picture(let tag, let png, let height, let width):
      var image = ProtobufMessage()
      image.add(1, height)
      image.add(2, width)
      image.add(3, 3)  // red, green and blue
      image.add(4, png)
      event.add(5, Self.summary([(tag, .picture(image))]))
    }
    return event.bytes
  }

  private enum Value {
    case scalar(Float)
    case picture(ProtobufMessage)
  }

  private static func summary(_ values: [(tag: String, value: Value)]) -> ProtobufMessage {
    var summary = ProtobufMessage()
    for (tag, value) in values {
      var entry = ProtobufMessage()
      entry.add(1, tag)
      switch value {
      case .scalar(let number): entry.add(2, number)
      case .picture(let image): entry.add(4, image)
      }
      summary.add(1, entry)
    }
    return summary
  }
}

extension MetricEvent {
  /// The event's numbers under the names that TensorBoard shows; it groups them by what precedes
  /// the first slash.
  ///
  /// - Parameter names: the targets', for the numbers that there are of each
  func scalars(names: [String]) -> [(tag: String, value: Double)] {
    var scalars: [(tag: String, value: Double)] = []
    func add(_ tag: String, _ value: Double?) {
      if let value { scalars.append((tag, value)) }
    }
    func add(each prefix: String, _ values: [Double]?) {
      for (place, value) in (values ?? []).enumerated() {
        add(prefix + (names.indices.contains(place) ? names[place] : "\(place)"), value)
      }
    }
    switch event {
    case .step:
      add("training/loss", loss)
      add("training/reconstruction", reconstruction)
      add("training/kl", kl)
      for (level, value) in (klPerLevel ?? []).enumerated() { add("kl/level_\(level)", value) }
      add("optimiser/learning_rate", learningRate)
      add("optimiser/gradient_norm", gradientNorm)
      add("speed/patches_per_second", patchesPerSecond)
      add("speed/resident_memory_mib", residentMemoryMiB)
    case .validation:
      add("validation/reconstruction", reconstruction)
      add("psnr/mean", meanPSNR)
      add(each: "psnr/", psnr)
      add(each: "psnr_of_input/", trivialPSNR)
    case .start, .note, .profile, .end:
      break
    }
    return scalars
  }
}
