"""Comparison of the peer with numbers of the authors' program."""

import json
from pathlib import Path

import numpy as np
import torch

from ladder import Ladder, Shape, negative_log_likelihood
from outcome import say
from tiles import halved, window
from unet import UNet
from work import training_step


class Fixture:
    """Tensors of the authors' program for one network."""

    def __init__(self, path: Path):
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}
        self.name = path.stem
        self.metadata = metadata
        self.config = json.loads(metadata["config"]) if "config" in metadata else {}

    def __getitem__(self, name: str) -> torch.Tensor:
        return self.tensors[name]

    def group(self, prefix: str) -> dict[str, torch.Tensor]:
        """The tensors under a prefix, which is taken off."""
        return {k[len(prefix) :]: v for k, v in self.tensors.items() if k.startswith(prefix)}

    def ladder(self) -> Ladder:
        model = self.config["model"]
        z = model["z_dims"]
        return Ladder(
            Shape(
                levels=len(z),
                scales=self.config["data"].get("multiscale_lowres_count") or 1,
                keeps_size=model["decoder"]["multiscale_retain_spatial_dims"],
                filters=model["encoder"]["n_filters"],
                latents=z[0],
                patch=self.config["data"]["image_size"],
                dropout=0.0,
            )
        )

    def compare(self, what: str, found: torch.Tensor, expected: torch.Tensor, tolerance: float):
        """Compares with a tolerance relative to the largest expected number."""
        found, expected = found.detach().double(), expected.double()
        if found.shape != expected.shape:
            return say(f"{self.name}, {what}", tuple(found.shape), tuple(expected.shape), False)
        # What is 0 but for rounding has no scale of its own.
        scale = expected.abs().max().clamp(min=1e-3).item()
        error = (found - expected).abs().max().item() / scale
        if not error <= tolerance:
            say(f"{self.name}, {what}", f"error {error:.1e}", f"at most {tolerance:.0e}", False)
        self.worst = max(getattr(self, "worst", 0.0), error)

    def finish(self):
        print(f"     {self.name}: largest relative error {self.worst:.1e}", flush=True)


def check_gradients(fixture: Fixture, network: torch.nn.Module):
    for name, expected in fixture.group("grad.").items():
        fixture.compare(f"gradient of {name}", network.get_parameter(name).grad, expected, 1e-4)
    parameters = dict(network.named_parameters())
    norms = []
    for name in json.loads(fixture.metadata["gradnorm_names"]):
        gradient = parameters[name].grad
        norms.append(0.0 if gradient is None else gradient.double().norm().item())
    fixture.compare("norms of gradients", torch.tensor(norms), fixture["gradnorm.all.f64"], 1e-4)
    for name, expected in fixture.group("bn_after.").items():
        found = network.get_buffer(name)
        fixture.compare(f"batch norm's {name}", found, expected, 1e-4)


def check_ladder(fixture: Fixture, layout: torch.memory_format):
    network = fixture.ladder()
    network.load_state_dict(fixture.group("state."))
    network = network.to(memory_format=layout).eval()
    image = fixture["input"].contiguous(memory_format=layout)
    target = fixture["target_normalized"].contiguous(memory_format=layout)
    noise = [fixture[f"eps.{level}"] for level in range(network.shape.levels)]
    with torch.no_grad():
        fixture.compare("prediction", network(image, noise=noise), fixture["out_mean"], 1e-5)
        mean, log_variance, divergence = network.terms(image, noise)
        fixture.compare("mean", mean, fixture["out_mean"], 1e-5)
        fixture.compare("log-variance", log_variance, fixture["out_logvar"], 1e-5)
        fixture.compare("divergence", divergence, fixture["eval.kl_loss"], 1e-5)
        likelihood = negative_log_likelihood(mean, log_variance, target)
        fixture.compare("likelihood", likelihood, fixture["eval.recon_loss"], 1e-5)
    network.train()
    loss = network.loss(image, target, noise)
    fixture.compare("training loss", loss, fixture["train.total"], 1e-5)
    loss.backward()
    check_gradients(fixture, network)
    fixture.finish()


def check_unet(fixture: Fixture, layout: torch.memory_format):
    model = fixture.config["model"]
    network = UNet(model["n_levels"], model["init_channel_count"])
    network.load_state_dict(fixture.group("state."))
    network = network.to(memory_format=layout).eval()
    image = fixture["input"].contiguous(memory_format=layout)
    target = fixture["target_normalized"].contiguous(memory_format=layout)
    with torch.no_grad():
        fixture.compare("prediction", network(image), fixture["output"], 1e-5)
        fixture.compare("loss", network.loss(image, target), fixture["eval.loss"], 1e-5)
    network.train()
    loss = network.loss(image, target)
    fixture.compare("training loss", loss, fixture["train.total"], 1e-5)
    loss.backward()
    check_gradients(fixture, network)
    fixture.finish()


def check_trajectory(fixture: Fixture):
    """Some steps of training from the same weights."""
    network = fixture.ladder().train()
    network.load_state_dict(fixture.group("state."))
    losses = []
    step = training_step(network)
    for index in range(len(fixture["inputs"])):
        noise = [fixture[f"eps.{index}.{level}"] for level in range(network.shape.levels)]
        mean, std = fixture["data_mean"], fixture["data_std"]
        target = (fixture["targets"][index] - mean) / std
        losses.append(step(fixture["inputs"][index], target, noise).item())
    fixture.compare("losses", torch.tensor(losses), fixture["losses.f64"][:, 0], 1e-5)
    for name, expected in fixture.group("final.").items():
        # The bias before a batch norm has no gradient but rounding, which Adamax makes large steps
        # of; the running mean follows it.
        if name.endswith("block.2.bias") or name.endswith("block.4.running_mean"):
            continue
        fixture.compare(f"final {name}", network.state_dict()[name], expected, 1e-4)
    fixture.finish()


def check_halving(fixture: Fixture):
    image, expected = fixture["in.1"], fixture["out.1"]
    fixture.compare("halving", halved(image), expected, 1e-5)
    fixture.finish()


def check_windows(fixture: Fixture):
    """Patches and their zoomed-out images, at the border too."""
    scaled = [fixture["clipped"]] + [fixture[f"scaled.{scale}"] for scale in range(1, 5)]
    mean, deviation = fixture["mean_std"].tolist()
    levels = [(frame[0].float().mean(-1) - mean) / deviation for frame in scaled]
    levels = [np.pad(level.numpy(), 32, mode="reflect") for level in levels]
    patches = np.empty((len(fixture["locations"]), 5, 64, 64), np.float32)
    for patch, (row, column) in zip(patches, fixture["locations"].tolist()):
        window(levels, row, column, patch)
    fixture.compare("windows", torch.from_numpy(patches), fixture["input"], 1e-5)
    fixture.finish()


def check_fixtures(folder: Path):
    ladders = ["vanilla", "lean", "regular", "deep", "regular_64", "lean_partial_lc"]
    ladders += ["regular_partial_lc", "lean_mc5_z5"]
    checks = [(f"hvae_{name}", check_ladder) for name in ladders] + [("unet", check_unet)]
    for name, check in checks:
        for layout in (torch.contiguous_format, torch.channels_last):
            path = folder / f"{name}.safetensors"
            if path.exists():
                check(Fixture(path), layout)
            else:
                print(f"skip {path.name}: it is not in {folder}")
    for name in ("lean", "regular"):
        check_trajectory(Fixture(folder / f"train_trajectory_hvae_{name}.safetensors"))
    check_halving(Fixture(folder / "resize.safetensors"))
    check_windows(Fixture(folder / "lc_pyramid_reflect.safetensors"))
