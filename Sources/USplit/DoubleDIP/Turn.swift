import Torch

/// One of the eight ways to turn and mirror an image.
struct Turn: Equatable {
  /// 0 to 7; 0 leaves the image as it is.
  let number: Int

  /// The turned image; one way in two exchanges rows and columns.
  func applied(to image: Tensor) -> Tensor { flipped(number & 4 == 0 ? image : image.transposed()) }

  /// The image that was turned.
  func undone(_ image: Tensor) -> Tensor {
    let back = flipped(image)
    return number & 4 == 0 ? back : back.transposed()
  }

  private func flipped(_ image: Tensor) -> Tensor {
    let rows = number & 1 == 0 ? image : image.flipped(-2)
    return number & 2 == 0 ? rows : rows.flipped(-1)
  }
}
