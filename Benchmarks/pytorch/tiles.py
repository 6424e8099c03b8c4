"""Zoomed-out images, patches and tiles, with numpy and PyTorch."""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def smoothing() -> Tensor:
    """A Gaussian of deviation 0.5 pixels, cut at two, then the mean of two neighbours."""
    gaussian = [math.exp(-2 * x * x) for x in range(-2, 3)]
    total = 2 * sum(gaussian)
    return torch.tensor([(a + b) / total for a, b in zip(gaussian + [0], [0] + gaussian)])


def halved(plane: Tensor) -> Tensor:
    """Half the size, `[H, W]` to `[H/2, W/2]`, for even sizes; as scikit-image's `resize`."""
    kernel = smoothing()
    x = F.pad(plane[None, None], (2, 2, 2, 2), mode="reflect")
    x = F.conv2d(x, kernel[None, None, :, None], stride=(2, 1))
    x = F.conv2d(x, kernel[None, None, None, :], stride=(1, 2))[0, 0]
    return x.clamp_(*torch.aminmax(plane))


def pyramid(plane: np.ndarray, scales: int, margin: int) -> list[np.ndarray]:
    """The image and its zoomed-out copies, each with a mirrored margin."""
    levels = [torch.from_numpy(plane)]
    for _ in range(scales - 1):
        levels.append(halved(levels[-1]))
    return [np.pad(level.numpy(), margin, mode="reflect") for level in levels]


def window(levels: list[np.ndarray], row: int, column: int, out: np.ndarray):
    """Writes the patch at a place, and those of the same centre further out, to `[S, P, P]`.

    The margin of the levels is half a patch, so a window begins at its centre's coordinates.
    """
    side = out.shape[-1]
    row, column = row + side // 2, column + side // 2
    for scale, level in enumerate(levels):
        out[scale] = level[row : row + side, column : column + side]
        row, column = row // 2, column // 2


class Loader:
    """Batches of random patches of frames that are in memory, normalised already."""

    def __init__(self, frames: int, side: int, scales: int, patch: int, batch: int):
        random = np.random.default_rng(1)
        self.random = random
        self.patch, self.batch, self.scales = patch, batch, scales
        self.places = side - patch + 1
        targets = random.standard_normal((frames, 2, side, side), dtype=np.float32)
        self.targets = targets
        self.levels = [pyramid(frame.mean(0), scales, patch // 2) for frame in targets]

    def __call__(self) -> tuple[Tensor, Tensor]:
        patch = self.patch
        inputs = np.empty((self.batch, self.scales, patch, patch), np.float32)
        targets = np.empty((self.batch, 2, patch, patch), np.float32)
        frames = self.random.integers(len(self.levels), size=self.batch)
        places = self.random.integers(self.places, size=(self.batch, 2))
        for index, (frame, (row, column)) in enumerate(zip(frames, places)):
            window(self.levels[frame], row, column, inputs[index])
            targets[index] = self.targets[frame, :, row : row + patch, column : column + patch]
        return torch.from_numpy(inputs), torch.from_numpy(targets)


def split(image: Path, output: Path, predict, *, scales: int, patch: int, inner: int, batch: int):
    """Splits the plane of a TIFF file into two, tile by tile, and writes them; the tiles' number.

    `predict` takes `[B, S, P, P]` and gives `[B, 2, P, P]`; of each patch the middle `inner` pixels
    are kept.
    """
    import tifffile

    plane = tifffile.imread(image).astype(np.float32)
    mean, deviation = plane.mean(), plane.std()
    # So many rows and columns of cells that every pixel is in one.
    rows, columns = (-(-size // inner) for size in plane.shape)
    edge = (patch - inner) // 2
    margin = patch // 2
    levels = pyramid((plane - mean) / deviation, scales, margin)
    result = np.empty((2, rows * inner, columns * inner), np.float32)
    cells = [(row * inner, column * inner) for row in range(rows) for column in range(columns)]
    for first in range(0, len(cells), batch):
        some = cells[first : first + batch]
        inputs = np.empty((len(some), scales, patch, patch), np.float32)
        for index, (row, column) in enumerate(some):
            window(levels, row - edge, column - edge, inputs[index])
        predicted = predict(torch.from_numpy(inputs)).numpy()
        for index, (row, column) in enumerate(some):
            kept = predicted[index, :, edge : edge + inner, edge : edge + inner]
            result[:, row : row + inner, column : column + inner] = kept
    result *= deviation
    result += mean
    height, width = plane.shape
    tifffile.imwrite(output, result[:, :height, :width], metadata={"axes": "CYX"})
    return len(cells)
