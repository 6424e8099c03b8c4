import Foundation

extension ImageStack {
  /// A stack whose frames are made independently of each other and in parallel.
  /// - Parameter makePlanes: a plane for each channel of the frame with the given index
  init(
    frames: Int, height: Int, width: Int, type: PixelType, channelNames: [String],
    makePlanes: @Sendable (_ frame: Int) -> [Plane]
  ) {
    precondition(frames >= 0, "a stack has 0 or more frames, not \(frames)")
    let size = height * width
    let channels = channelNames.count
    let pixels = [Float](unsafeUninitializedCapacity: frames * channels * size) { buffer, count in
      buffer.initialize(repeating: 0)
      // Every frame writes to its own part of the buffer.
      nonisolated(unsafe) let target = buffer
      DispatchQueue.concurrentPerform(iterations: frames) { frame in
        for (channel, plane) in makePlanes(frame).enumerated() {
          let start = (frame * channels + channel) * size
          _ = target[start..<start + size].update(fromContentsOf: plane.values)
        }
      }
      count = buffer.count
    }
    self.init(
      frames: frames, channels: channels, height: height, width: width, pixels: pixels,
      type: type, channelNames: channelNames)
  }
}
