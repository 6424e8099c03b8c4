"""The U-Net of the paper's comparison in PyTorch, with the names of the authors' checkpoints."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DoubleConv(nn.Module):
    """Convolution, batch norm, ReLU, twice."""

    def __init__(self, inputs: int, outputs: int, middle: int):
        super().__init__()
        layers: list[nn.Module] = []
        for a, b in ((inputs, middle), (middle, outputs)):
            layers += [
                nn.Conv2d(a, b, 3, padding=1, bias=False),
                nn.BatchNorm2d(b),
                nn.ReLU(inplace=True),
            ]
        self.double_conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.double_conv(x)


class Down(nn.Module):
    """Halves the size."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs, outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.maxpool_conv(x)


class Up(nn.Module):
    """Doubles the size and takes in what was skipped."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = DoubleConv(inputs, outputs, inputs // 2)

    def forward(self, x: Tensor, skipped: Tensor) -> Tensor:
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
        return self.conv(torch.cat((skipped, x), 1))


class OutConv(nn.Module):
    """1 × 1 convolution to the two targets."""

    def __init__(self, inputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class UNet(nn.Module):
    """Patches, `[B, 1, P, P]`, to two targets."""

    def __init__(self, depth: int = 5, channels: int = 32):
        super().__init__()
        self.depth = depth
        self.inc = DoubleConv(1, channels, channels)
        widths = [channels * 2**level for level in range(depth)]
        for level in range(depth):
            after = widths[level + 1] if level + 1 < depth else widths[level]
            setattr(self, f"down{level + 1}", Down(widths[level], after))
        for step in range(depth):
            width = widths[depth - 1 - step]
            after = width // 2 if step + 1 < depth else width
            setattr(self, f"up{step + 1}", Up(2 * width, after))
        self.outc = OutConv(channels)

    def forward(self, x: Tensor, sample: bool = True) -> Tensor:
        """A prediction, `[B, 2, P, P]`; nothing is drawn."""
        skipped = [self.inc(x)]
        for level in range(self.depth):
            skipped.append(getattr(self, f"down{level + 1}")(skipped[-1]))
        x = skipped.pop()
        for step in range(self.depth):
            x = getattr(self, f"up{step + 1}")(x, skipped.pop())
        return self.outc(x)

    def loss(self, x: Tensor, target: Tensor) -> Tensor:
        """The mean squared error."""
        return F.mse_loss(self(x), target)
