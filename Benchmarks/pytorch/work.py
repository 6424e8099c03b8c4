"""Single calls of what is measured, in the forms in which PyTorch can do it."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from ladder import VARIANTS, Ladder
from tiles import Loader
from unet import UNet


def make_network(name: str, filters: int, patch: int) -> nn.Module:
    if name == "unet":
        return UNet(channels=filters or 32)
    shape = VARIANTS[name]
    if filters:
        shape = replace(shape, filters=filters, latents=2 * filters)
    return Ladder(replace(shape, patch=patch))


def scales(name: str) -> int:
    return 1 if name == "unet" else VARIANTS[name].scales


def layout(form: str) -> torch.memory_format:
    last = form.endswith("channels-last") or form == "encoded-once"
    return torch.channels_last if last else torch.contiguous_format


def keep_freed_memory():
    """Lets freed memory serve the next tensors, with the thresholds that usplit sets."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD
        library.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD


def release_memory():
    """Gives freed memory back to the system."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def training_step(network: nn.Module, loss: Callable | None = None) -> Callable:
    """A step of training, which gives its loss."""
    parameters = list(network.parameters())
    optimiser = torch.optim.Adamax(parameters, lr=1e-3)
    loss = loss or network.loss

    def step(*batch) -> Tensor:
        optimiser.zero_grad(set_to_none=True)
        value = loss(*batch)
        value.backward()
        nn.utils.clip_grad_norm_(parameters, 0.5)
        optimiser.step()
        return value

    return step


def prediction(network: nn.Module, form: str, sample: bool = True) -> Callable:
    """A function from patches to predicted means, with frozen weights."""
    network = network.to(memory_format=layout(form)).eval()
    order = layout(form)
    forward = network.forward
    if form.startswith("compiled"):
        from torch._inductor import config

        # Weights are constants: batch norms are folded into convolutions, weights reordered once.
        config.freezing = True
        forward = torch.compile(network, dynamic=False)

    def predict(x: Tensor) -> Tensor:
        with torch.no_grad():
            return forward(x.contiguous(memory_format=order), sample)

    return predict


def make_call(
    work: str, network: str, form: str, batch: int, filters: int, patch: int, samples: int
):
    """What one call of a piece of work is."""
    torch.manual_seed(1)
    if work == "matmul":
        a, b = torch.rand(2048, 2048), torch.rand(2048, 2048)
        return lambda: a @ b
    if work == "load":
        return Loader(10, 512, scales(network), patch, batch)
    model = make_network(network, filters, patch)
    order = layout(form)
    image = torch.randn(batch, scales(network), patch, patch).contiguous(memory_format=order)
    if work == "train":
        model = model.to(memory_format=order).train()
        target = torch.randn(batch, 2, patch, patch).contiguous(memory_format=order)
        compiled = form.startswith("compiled")
        step = training_step(model, torch.compile(model.loss, dynamic=False) if compiled else None)
        return lambda: step(image, target)
    if form == "encoded-once":
        model = model.to(memory_format=order).eval()

        def mean_of_samples() -> Tensor:
            with torch.no_grad():
                sides = model.encode(image)
                total = model.decode(sides)
                for _ in range(1, samples):
                    total += model.decode(sides)
                return total.div_(samples)

        return mean_of_samples
    predict = prediction(model, form)
    if work == "predict":
        return lambda: predict(image)

    def mean() -> Tensor:
        total = predict(image)
        for _ in range(1, samples):
            total += predict(image)
        return total.div_(samples)

    return mean


def gigaflop(work) -> float:
    """The work of the convolutions in one call."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / 1e9
