"""A batch of digits inside a program: unsigned bytes, compressed, as text; so that a script needs no download."""

import base64
import textwrap
import zlib

import numpy as np
from numpy.typing import NDArray

from netlib.code.layout import call
from netlib.i18n import Text

_LINE = 76


def packed(pixels: NDArray[np.uint8]) -> list[str]:
    """Images (n, 28, 28) as lines of base64 of their zlib-compressed bytes; 256 of them are some 60 kB."""
    written = base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode("ascii")
    return textwrap.wrap(written, _LINE)


def batch_lines(pixels: NDArray[np.uint8], labels: NDArray[np.int64], text: Text) -> list[str]:
    """The lines that make `images` (n, 1, 28, 28) in [-1, 1] and `labels` (n,) from bytes that stand among them."""
    digits = "".join(map(str, labels))
    return [
        f"# {text('The digits themselves, as bytes: 28 × 28 a picture, compressed.')}",
        'PIXELS = """',
        *packed(pixels),
        '"""',
        'LABELS = """',
        *textwrap.wrap(digits, _LINE),
        '"""',
        "data = bytearray(zlib.decompress(base64.b64decode(PIXELS)))",
        "pixels = torch.frombuffer(data, dtype=torch.uint8).view(-1, 1, 28, 28)",
        f"# {text('What ToTensor and Normalize((0.5,), (0.5,)) do: from 0 … 255 to −1 … 1.')}",
        "images = (pixels / 255 - 0.5) / 0.5",
        "labels = torch.tensor([int(digit) for digit in LABELS if digit.isdigit()])",
    ]


def torchvision_lines(size: int) -> list[str]:
    """The notebook's own lines, one level deep: other digits, downloaded, another batch at each run."""
    folder = ['"~/.pytorch/MNIST_data/"', "download=True", "train=True", "transform=transform"]
    batches = ["trainset", f"batch_size={size}", "shuffle=True"]
    steps = ["[transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]"]
    return [
        "from torchvision import datasets, transforms",
        "",
        *call("transform = transforms.Compose(", steps, depth=1),
        *call("trainset = datasets.MNIST(", folder, depth=1),
        *call("trainloader = torch.utils.data.DataLoader(", batches, depth=1),
        "images, labels = next(iter(trainloader))",
    ]
