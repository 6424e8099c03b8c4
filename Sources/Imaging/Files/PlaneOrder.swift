/// The order in which a file's pages count through time points, channels and slices.
struct PlaneOrder {
  /// The three axes, the fastest first.
  let axes: [Axis]

  /// ImageJ's order: channels the fastest, then slices, then time points.
  static let imagej = PlaneOrder(axes: [.channel, .slice, .time])

  /// An order of the three axes, the fastest first.
  private init(axes: [Axis]) { self.axes = axes }

  /// The order that keeps that of an image's axes, the slowest first.
  ///
  /// Where the axes leave a choice, slices come before channels and channels before time points, as
  /// most files have them.
  init(keeping stored: [Axis]) {
    let orders: [[Axis]] = [
      [.slice, .channel, .time], [.channel, .slice, .time], [.slice, .time, .channel],
      [.channel, .time, .slice], [.time, .channel, .slice], [.time, .slice, .channel],
    ]
    let wanted = stored.reversed().filter { orders[0].contains($0) }
    axes = orders.first { $0.filter(wanted.contains) == wanted } ?? orders[0]
  }

  /// OME's name of the order, such as `XYZCT`.
  var name: String { "XY" + String(axes.map(\.rawValue)) }

  /// The plane of a page, counted from 0.
  func plane(_ page: Int, of image: ImageDescription) -> PlaneIndex {
    var plane = PlaneIndex()
    var rest = page
    for axis in axes {
      let place = rest % image.size(axis)
      rest /= image.size(axis)
      switch axis {
      case .time: plane.time = place
      case .channel: plane.channel = place
      case .slice: plane.slice = place
      case .row, .column: break  // never among the three
      }
    }
    return plane
  }
}
