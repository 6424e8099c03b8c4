"""Takes LibTorch out of a torch wheel, for Scripts/setup.

libtorch_wheel.py requirements (cpu|cuda) WHEEL
    prints the NVIDIA packages that the wheel needs beside it, one pip requirement a line
libtorch_wheel.py unpack (cpu|cuda) FOLDER TORCH_WHEEL [NVIDIA_WHEEL ...]
    puts headers into FOLDER/include and shared libraries into FOLDER/lib
"""

import os
import re
import shutil
import sys
import zipfile

# Parts of the wheel that serve Python or PyTorch's own tests. libtorch itself is an empty library
# that only draws in all the others.
NOT_NEEDED = (
    "libtorch.", "libtorch_python.", "libtorch_global_deps.", "libshm.", "libtorchbind_test.",
    "libjitbackend_test.", "libbackend_with_compiler.", "libaoti_custom_ops.")
NEEDS_CUDA = ("libtorch_cuda", "libc10_cuda", "libcaffe2_nvrtc", "libtorch_nvshmem")
# What libtorch_cpu of a CUDA build names, although it works without a GPU: the packages, the extras
# of the package cuda-toolkit that stand for them, and their libraries.
RUNTIME_PACKAGES = ("nvidia-cuda-runtime", "nvidia-cuda-cupti")
RUNTIME_EXTRAS = ("cudart", "cupti")
RUNTIME_LIBRARIES = ("libcudart.", "libcupti.")


def requirements(flavour, wheel):
    with zipfile.ZipFile(wheel) as archive:
        path = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = archive.read(path).decode("utf-8")
    found = []
    for text in re.findall(r"^Requires-Dist: *(.+?)\s*$", metadata, re.MULTILINE):
        toolkit = re.match(r"cuda-toolkit *\[([^\]]*)\](.*)", text)
        if toolkit:
            extras = [e.strip() for e in toolkit.group(1).split(",")]
            if flavour == "cpu":
                extras = [e for e in extras if e in RUNTIME_EXTRAS]
            found.append("cuda-toolkit[%s]%s" % (",".join(extras), toolkit.group(2)))
        elif text.startswith("nvidia-" if flavour == "cuda" else RUNTIME_PACKAGES):
            found.append(text)
    # The Mac's wheel names the same packages, for Linux only; only a build that has CUDA needs them.
    with zipfile.ZipFile(wheel) as archive:
        has_cuda = any(n.startswith("torch/lib/libtorch_cuda") for n in archive.namelist())
    return found if has_cuda else []


def place(archive, name, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(name) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def unpack(flavour, folder, torch_wheel, *nvidia_wheels):
    with zipfile.ZipFile(torch_wheel) as archive:
        for name in archive.namelist():
            if name.endswith("/") or ".." in name.split("/"):
                continue
            if name.startswith("torch/include/"):
                place(archive, name, os.path.join(folder, name[len("torch/"):]))
            elif re.match(r"torch/lib/[^/]+$", name):
                library = os.path.basename(name)
                if library.startswith(NOT_NEEDED):
                    continue
                if flavour == "cpu" and library.startswith(NEEDS_CUDA):
                    continue
                place(archive, name, os.path.join(folder, "lib", library))
    for wheel in nvidia_wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                library = os.path.basename(name)
                if not re.match(r"nvidia/(.+/)?lib/[^/]+\.so(\.[0-9.]+)?$", name):
                    continue
                if flavour == "cpu" and not library.startswith(RUNTIME_LIBRARIES):
                    continue
                place(archive, name, os.path.join(folder, "lib", library))


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "requirements":
        print("\n".join(requirements(*sys.argv[2:])))
    elif len(sys.argv) >= 5 and sys.argv[1] == "unpack":
        unpack(*sys.argv[2:])
    else:
        sys.exit(__doc__)
