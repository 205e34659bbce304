"""Install a requirements file into the environment whose Python runs this: python scripts/install.py FILE."""

import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
# -qq leaves errors only.
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-qq")


def pins(requirements: Path) -> dict[str, str]:
    """Name -> version of every `name==version` line."""
    lines = (line.split("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines())
    return dict(line.split("==", 1) for line in lines if "==" in line)


def has(name: str, wanted: str) -> bool:
    """Whether the package is installed in this version, of whatever build (`2.14.1+cpu` is `2.14.1`)."""
    try:
        return version(name).split("+")[0] == wanted
    except PackageNotFoundError:
        return False


def cuda_is_useless() -> bool:
    """On Linux plain `torch` brings 5 GB of CUDA, which a machine without an NVIDIA GPU cannot use."""
    has_gpu = shutil.which("nvidia-smi") is not None or Path("/proc/driver/nvidia").exists()
    return sys.platform == "linux" and not has_gpu


def install_cpu_torch(torch: dict[str, str]) -> bool:
    """Whether PyTorch's own CPU builds of these versions could be had; a `no` costs seconds."""
    # `+cpu` is spelt out, for another index in the user's pip settings would answer with the CUDA build.
    wheels = [f"{name}=={number}+cpu" for name, number in torch.items()]
    quick = ("--retries", "0", "--timeout", "10")
    command = [*PIP, "install", *quick, "--no-deps", "--index-url", CPU_WHEELS, *wheels]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main(requirements: str) -> int:
    """Install; say what happens before each step that takes its time."""
    pinned = pins(Path(__file__).parents[1] / "requirements.txt")
    torch = {name: pinned[name] for name in ("torch", "torchvision")}
    if not all(has(name, number) for name, number in torch.items()) and cuda_is_useless():
        print("Installing PyTorch for the CPU (about 200 MB to download).", flush=True)
        if not install_cpu_torch(torch):
            print("Its CPU wheels cannot be had here, so the ordinary ones come: 5 GB of disk.", flush=True)
    print(f"Installing {requirements} into .venv; this takes minutes once, and no network later.", flush=True)
    done = subprocess.run([*PIP, "install", "-r", requirements], check=False)
    if done.returncode == 0 and cuda_is_useless() and not version("torch").endswith("+cpu"):
        # Triton compiles kernels for GPUs, 0.9 GB of it; torch does without where there is none.
        subprocess.run([*PIP, "uninstall", "-y", "triton"], check=False)
    return done.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
