"""Checks that the peer is the network of the paper: its size, its work and its numbers."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import tifffile
import torch

from ladder import VARIANTS, Ladder
from outcome import failures, say
from tiles import split
from unet import UNet
from work import gigaflop, prediction

PARAMETERS = {
    "unet": 17_298_594,
    "vanilla": 2_991_748,
    "lean": 3_657_604,
    "regular": 4_702_084,
    "deep": 7_177_604,
}
# Forward, for one patch of 64 pixels, a multiply and an add counted as two.
GIGAFLOP = {"unet": 1.55, "vanilla": 4.08, "lean": 10.15, "regular": 25.96, "deep": 31.44}


def make(name: str) -> torch.nn.Module:
    return UNet() if name == "unet" else Ladder(VARIANTS[name])


def check_sizes():
    for name, expected in PARAMETERS.items():
        network = make(name)
        count = sum(p.numel() for p in network.parameters())
        say(f"{name}, parameters", count, expected, count == expected)
        scales = 1 if name == "unet" else VARIANTS[name].scales
        image, target = torch.zeros(2, scales, 64, 64), torch.zeros(2, 2, 64, 64)
        with torch.no_grad():
            work = gigaflop(lambda: network.loss(image, target)) / 2
        expected = GIGAFLOP[name]
        good = abs(work / expected - 1) < 0.01
        say(f"{name}, Gflop per patch", f"{work:.2f}", expected, good)


def check_tiles():
    """That tiles are put back where they are from."""
    with tempfile.TemporaryDirectory() as scratch:
        image, output = Path(scratch, "image.tif"), Path(scratch, "output.tif")
        plane = np.random.default_rng(1).uniform(0, 1000, (96, 128)).astype(np.float32)
        tifffile.imwrite(image, plane)
        sizes = {"scales": 5, "patch": 64, "inner": 32, "batch": 5}
        count = split(image, output, lambda x: x[:, [0, 0]], **sizes)
        say("tiles of 96 × 128 pixels", count, 12, count == 12)
        error = abs(tifffile.imread(output) - plane[None]).max()
        say("tiles put together, error", f"{error:.1e}", "at most 1e-3", bool(error <= 1e-3))


def check_layout():
    """That nothing leaves the channels-last order between the layers."""
    for name in PARAMETERS:
        network = make(name).to(memory_format=torch.channels_last)
        wrong: list[str] = []

        def look(path: str):
            def hook(_, __, result):
                full = (
                    isinstance(result, torch.Tensor) and result.dim() == 4 and result.shape[3] > 1
                )
                if full and not result.is_contiguous(memory_format=torch.channels_last):
                    wrong.append(path)

            return hook

        for path, module in network.named_modules():
            if isinstance(
                module, torch.nn.Conv2d | torch.nn.ConvTranspose2d | torch.nn.BatchNorm2d
            ):
                module.register_forward_hook(look(path))
        scales = 1 if name == "unet" else VARIANTS[name].scales
        image, target = torch.rand(2, scales, 64, 64), torch.rand(2, 2, 64, 64)
        network.loss(image.to(memory_format=torch.channels_last), target)
        say(f"{name}, layers that leave channels-last", wrong or "none", "none", not wrong)


def check_compiled():
    """That compiling changes no numbers but by rounding; in a small network."""
    shape = replace(VARIANTS["lean"], filters=8, latents=16, dropout=0.0)
    plain, compiled = Ladder(shape), Ladder(shape)
    image, target = torch.randn(2, 5, 64, 64), torch.randn(2, 2, 64, 64)
    noise = [torch.randn(2, 16, side, side) for side in (32, 16, 8, 4)]
    image = image.contiguous(memory_format=torch.channels_last)
    compiled.load_state_dict(plain.state_dict())
    compiled = compiled.to(memory_format=torch.channels_last)
    losses = []
    for network, loss in ((plain, plain.loss), (compiled, torch.compile(compiled.loss))):
        value = loss(image, target, noise)
        value.backward()
        losses.append(value.item())
    say("compiled, loss", losses[1], losses[0], abs(losses[1] / losses[0] - 1) < 1e-5)
    norms = [
        torch.nn.utils.get_total_norm([p.grad for p in n.parameters()]).item()
        for n in (plain, compiled)
    ]
    say("compiled, norm of gradients", norms[1], norms[0], abs(norms[1] / norms[0] - 1) < 1e-4)
    compiled.load_state_dict(plain.state_dict())
    expected = prediction(plain, "eager", sample=False)(image)
    found = prediction(compiled, "compiled-channels-last", sample=False)(image)
    error = ((found - expected).abs().max() / expected.abs().max()).item()
    say("compiled, error of the prediction", f"{error:.1e}", "at most 1e-5", error <= 1e-5)


def check(fixtures: str | None, compiled: bool) -> int:
    """Runs all checks; the exit status."""
    check_sizes()
    check_layout()
    check_tiles()
    if compiled:
        check_compiled()
    from fixtures import check_fixtures

    if fixtures and Path(fixtures).is_dir():
        check_fixtures(Path(fixtures))
    else:
        where = f"there is no folder {fixtures}" if fixtures else "no folder is named"
        print(f"skip the comparison with the authors' numbers: {where}")
    print(f"{len(failures)} checks failed" if failures else "all checks passed")
    return 1 if failures else 0
