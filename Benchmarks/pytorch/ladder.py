"""The ladder of the paper (HVAE with lateral contextualization) in PyTorch.

Parameters have the names of the authors' checkpoints. Nothing is computed that a pass does not need:
a prediction evaluates no prior and no variance of the pixels. Activations and residual sums work in
place where the backward pass allows it, and every operation keeps the order of the channels in memory.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """What the variants of the ladder differ in, and the sizes of the paper."""

    levels: int = 4
    scales: int = 5  # images of a patch, the patch itself included
    keeps_size: bool = False  # whether the top-down half keeps the patch's size
    filters: int = 64
    latents: int = 128
    patch: int = 64
    dropout: float = 0.1

    @property
    def top(self) -> int:
        """Side of the latent variables at the top."""
        if self.keeps_size and self.scales > 1:
            return self.patch // 2 ** (self.levels + 1 - self.scales)
        return self.patch // 2**self.levels


VARIANTS = {
    "vanilla": Shape(scales=1),
    "lean": Shape(),
    "regular": Shape(keeps_size=True),
    "deep": Shape(levels=8, keeps_size=True),
}


def centre(x: Tensor, side: int) -> Tensor:
    """The middle of a feature map; all of it where it is not larger."""
    height, width = x.shape[2:]
    if height <= side and width <= side:
        return x
    top, left = (height - side) // 2, (width - side) // 2
    return x[:, :, top : top + side, left : left + side]


def padded(x: Tensor, side: int) -> Tensor:
    """The feature map amid zeros."""
    before = (side - x.shape[3]) // 2
    after = side - x.shape[3] - before
    return F.pad(x, (before, after, before, after)) if before or after else x


class Gate(nn.Module):
    """1 × 1 convolution to twice the channels; one half, through ELU, times the other's sigmoid."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, 2 * channels, 1)

    def forward(self, x: Tensor, skipped: Tensor) -> Tensor:
        value, gate = self.conv(x).chunk(2, 1)
        return torch.addcmul(skipped, F.elu(value), torch.sigmoid(gate))


class ResidualBlock(nn.Module):
    """Batch norm, ELU, convolution, channel-wise dropout, twice; a gate; and the input is added."""

    def __init__(self, channels: int, dropout: float, gated: bool = True):
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(2):
            layers += [
                nn.BatchNorm2d(channels),
                nn.ELU(inplace=True),
                nn.Conv2d(channels, channels, 3, padding=1),
                nn.Dropout2d(dropout, inplace=True),
            ]
        self.block = nn.ModuleList(layers + [Gate(channels)] * gated)

    def forward(self, x: Tensor) -> Tensor:
        layers = list(self.block)  # a slice of the modules would be a module, made anew
        y = x
        for layer in layers[:8]:
            y = layer(y)
        return layers[8](y, x) if len(layers) > 8 else y.add_(x)


class Resampling(nn.Module):
    """A residual block, after a convolution that halves or doubles the size, or none."""

    def __init__(self, shape: Shape, change: str = "", gated: bool = True):
        super().__init__()
        n = shape.filters
        if change == "down":
            self.pre_conv = nn.Conv2d(n, n, 3, stride=2, padding=1)
        elif change == "up":
            self.pre_conv = nn.ConvTranspose2d(n, n, 3, stride=2, padding=1, output_padding=1)
        else:
            self.pre_conv = None
        self.res = ResidualBlock(n, shape.dropout, gated)

    def forward(self, x: Tensor) -> Tensor:
        return self.res(x if self.pre_conv is None else self.pre_conv(x))


class Merge(nn.Module):
    """Two feature maps become one: 1 × 1 convolution, gated residual block."""

    def __init__(self, shape: Shape):
        super().__init__()
        n = shape.filters
        self.layer = nn.Sequential(nn.Conv2d(2 * n, n, 1), ResidualBlock(n, shape.dropout))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.layer(torch.cat((x, y), 1))


class BottomUp(nn.Module):
    """Halves the size and takes in the features of a zoomed-out image."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.net_downsized = nn.Sequential(Resampling(shape, "down"))
        # Levels without an image of their own have this too, though they do not use it.
        self.lowres_merge = Merge(shape) if shape.scales > 1 else None

    def forward(self, x: Tensor, context: Tensor | None) -> Tensor:
        x = self.net_downsized(x)
        if context is None:
            return x
        return self.lowres_merge(padded(x, context.shape[3]), context)


def variance(raw: Tensor) -> Tensor:
    """exp(x) up to 0, 1 + x above, with x at most 20; never 0."""
    return raw.clamp(max=0).exp() + F.hardtanh(raw, 0, 20) + 1e-6


class Stochastic(nn.Module):
    """Draws latent variables from the posterior; their divergence from the prior."""

    def __init__(self, shape: Shape, is_top: bool):
        super().__init__()
        n, z = shape.filters, shape.latents
        if not is_top:
            self.conv_in_p = nn.Conv2d(n, 2 * z, 3, padding=1)
        self.conv_in_q = nn.Conv2d(n, 2 * z, 3, padding=1)
        self.conv_out = nn.Conv2d(z, n, 3, padding=1)
        self.is_top = is_top

    def draw(self, q: Tensor, sample: bool, noise: Tensor | None = None) -> Tensor:
        """The features of latent variables."""
        mean, raw = self.conv_in_q(q).chunk(2, 1)
        if not sample:
            return self.conv_out(mean)
        noise = torch.randn_like(mean) if noise is None else noise
        return self.conv_out(torch.addcmul(mean, variance(raw).sqrt_(), noise))

    def forward(self, q: Tensor, p: Tensor, noise: Tensor | None) -> tuple[Tensor, Tensor]:
        """Features, and log q(z) - log p(z), its mean over the elements."""
        mean, raw = self.conv_in_q(q).chunk(2, 1)
        prior_mean, prior_raw = (p if self.is_top else self.conv_in_p(p)).chunk(2, 1)
        noise = torch.randn_like(mean) if noise is None else noise
        own, prior = variance(raw), variance(prior_raw)
        z = torch.addcmul(mean, own.sqrt(), noise)
        terms = (z - prior_mean).square() / prior + prior.log() - own.log() - noise.square()
        return self.conv_out(z), 0.5 * terms.mean()


class TopDown(nn.Module):
    """Draws a level's latent variables and doubles the size."""

    def __init__(self, shape: Shape, level: int):
        super().__init__()
        self.is_top = level == shape.levels - 1
        self.factor = math.sqrt(2 * (1 + level)) if shape.levels > 4 else 1.0
        self.most = shape.patch // 2 if shape.keeps_size and shape.scales > 1 else shape.patch
        if self.is_top:
            side = shape.top
            self.top_prior_params = nn.Parameter(torch.zeros(1, 2 * shape.latents, side, side))
        else:
            self.merge = Merge(shape)
            self.skip_connection_merger = Merge(shape)
        self.stochastic = Stochastic(shape, self.is_top)
        self.deterministic_block = nn.Sequential(Resampling(shape, "up"))

    def posterior(self, above: Tensor | None, side: Tensor) -> Tensor:
        q = side if above is None else self.merge(side, above)
        return q if self.factor == 1 else q * self.factor

    def up(self, x: Tensor, above: Tensor | None) -> Tensor:
        if above is not None:
            x = self.skip_connection_merger(x, above)
        return self.deterministic_block(centre(x, self.most))

    def predict(self, above: Tensor | None, side: Tensor, sample: bool, noise=None) -> Tensor:
        return self.up(self.stochastic.draw(self.posterior(above, side), sample, noise), above)

    def forward(self, above: Tensor | None, side: Tensor, noise=None) -> tuple[Tensor, Tensor]:
        prior = self.top_prior_params if self.is_top else above
        x, divergence = self.stochastic(self.posterior(above, side), prior, noise)
        return self.up(x, above), divergence


class Likelihood(nn.Module):
    """Means and log-variances of two targets."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.parameter_net = nn.Conv2d(shape.filters, 4, 3, padding=1)

    def means(self, x: Tensor) -> Tensor:
        """The means alone."""
        weight, bias = self.parameter_net.weight, self.parameter_net.bias
        return F.conv2d(x, weight[:2], bias[:2], padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, raw = self.parameter_net(x).chunk(2, 1)
        return mean, raw.clamp(min=-5)


class Ladder(nn.Module):
    """Patches with their zoomed-out images, `[B, S, P, P]`, to two targets."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.first_bottom_up = self.branch(3)
        self.lowres_first_bottom_ups = nn.ModuleList(
            [self.branch(5) for _ in range(shape.scales - 1)]
        )
        levels = range(shape.levels)
        self.bottom_up_layers = nn.ModuleList([BottomUp(shape) for _ in levels])
        self.top_down_layers = nn.ModuleList([TopDown(shape, level) for level in levels])
        self.final_top_down = nn.Sequential(Resampling(shape))
        self.likelihood = Likelihood(shape)

    def branch(self, kernel: int) -> nn.Sequential:
        first = nn.Conv2d(1, self.shape.filters, kernel, padding=kernel // 2)
        return nn.Sequential(first, nn.ELU(inplace=True), Resampling(self.shape, gated=False))

    def encode(self, x: Tensor) -> list[Tensor]:
        """What the bottom-up half hands to each level of the other, bottom first."""
        shape = self.shape
        features = self.first_bottom_up(x[:, :1])
        sides = []
        for level, layer in enumerate(self.bottom_up_layers):
            context = None
            if level + 1 < shape.scales:
                context = self.lowres_first_bottom_ups[level](x[:, level + 1 : level + 2])
            features = layer(features, context)
            lean = shape.scales > 1 and not shape.keeps_size
            sides.append(centre(features, x.shape[3] // 2 ** (level + 1)) if lean else features)
        return sides

    def decode(self, sides: list[Tensor], sample: bool = True, noise: list[Tensor] | None = None):
        """The predicted means, `[B, 2, P, P]`."""
        x = None
        for level in reversed(range(self.shape.levels)):
            given = None if noise is None else noise[level]
            x = self.top_down_layers[level].predict(x, sides[level], sample, given)
        return self.likelihood.means(self.final_top_down(x))

    def forward(self, x: Tensor, sample: bool = True, noise: list[Tensor] | None = None) -> Tensor:
        """A prediction, `[B, 2, P, P]`."""
        return self.decode(self.encode(x), sample, noise)

    def terms(self, x: Tensor, noise: list[Tensor] | None = None):
        """Means, log-variances, and the divergence of all levels."""
        sides = self.encode(x)
        features, divergences = None, []
        for level in reversed(range(self.shape.levels)):
            given = None if noise is None else noise[level]
            features, divergence = self.top_down_layers[level](features, sides[level], given)
            divergences.append(divergence)
        mean, log_variance = self.likelihood(self.final_top_down(features))
        return mean, log_variance, torch.stack(divergences).mean()

    def loss(self, x: Tensor, target: Tensor, noise: list[Tensor] | None = None) -> Tensor:
        """Negative log-likelihood per pixel, plus the divergence per latent variable."""
        mean, log_variance, divergence = self.terms(x, noise)
        return negative_log_likelihood(mean, log_variance, target) + divergence


def negative_log_likelihood(mean: Tensor, log_variance: Tensor, target: Tensor) -> Tensor:
    errors = (target - mean).square() * torch.exp(-log_variance)
    return 0.5 * ((errors + log_variance).mean() + math.log(2 * math.pi))
