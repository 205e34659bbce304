"""Random Setups for the exports: any depth, width, activation and initialisation, each from a number."""

import numpy as np

from netlib.activations import ACTIVATIONS
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup


def random_setup(number):
    """The Setup of this number: mixes of everything, numbers from quiet to loud, batches from one image up."""
    draw = np.random.default_rng(number)
    depth = int(draw.choice([0, 1, 1, 2, 2, 3, 5, 8, 30] if number % 5 == 0 else [0, 1, 1, 2, 2, 3]))
    sizes = tuple(int(n) for n in draw.choice([1, 2, 7, 10, 16, 33, 64, 128], depth))
    activations = tuple(str(a) for a in draw.choice(list(ACTIVATIONS), depth))
    weights = tuple(random_init(draw, list(SCHEMES)) for _ in range(depth + 1))
    biases = tuple(random_init(draw, list(BIAS_SCHEMES)) for _ in range(depth + 1))
    seed, batch_seed = (int(n) for n in draw.integers(0, 2**32, 2))
    size = int(draw.choice([1, 2, 5, 17, 64, 256]))
    network = NetworkSpec(sizes, activations or "relu", weights, biases, seed)
    split = str(draw.choice(["train", "test"]))
    return Setup(network, BatchSpec(split=split, size=size, seed=batch_seed, image=int(draw.integers(size))))


def random_init(draw, schemes):
    """A scheme with a number of its own where it takes one."""
    init = Init(str(draw.choice(schemes)))
    if init.number is None:
        return init
    return init.with_number(float(draw.choice([0.0, 0.001, 0.05, 0.1, 1 / 3, 1.0])))


DIFFICULT = {
    "the notebook's": Setup(),
    "exercise 1": Setup(NetworkSpec((256,), "sigmoid", Init("normal", std=1.0), Init("normal", std=1.0))),
    "no hidden layer": Setup(NetworkSpec(())),
    "one unit, one image": Setup(NetworkSpec((1,), "tanh"), BatchSpec(size=1)),
    "a unit after a unit": Setup(NetworkSpec((1, 1), "relu")),
    "thirty layers": Setup(NetworkSpec((64,) * 30, "tanh"), BatchSpec(size=256)),
    "all zero": Setup(NetworkSpec((32, 16), "relu", "zeros", "zeros")),
    "all equal": Setup(NetworkSpec((32, 16), "softplus", "constant", "constant")),
    "minus": Setup(NetworkSpec((5,), "elu", Init("constant", value=-0.5), Init("constant", value=-2.0))),
    "huge": Setup(NetworkSpec((64,) * 6, "identity", Init("normal", std=100.0))),
    "no numbers": Setup(NetworkSpec((64,) * 30, "identity", Init("normal", std=100.0), "zeros")),
    "one class": Setup(NetworkSpec((16,)), BatchSpec(split="test", digits=(3,), size=256, image=200)),
    "a mix": Setup(
        NetworkSpec((300, 20, 5), ("sigmoid", "elu", "silu"), ("orthogonal", "sparse", "lecun_normal", "trunc_normal"))
    ),
}
EACH = {
    f"{scheme}, {activation}": Setup(NetworkSpec((33, 12), activation, scheme, bias), BatchSpec(size=8))
    for index, scheme in enumerate(SCHEMES)
    for activation in (list(ACTIVATIONS)[index % 9], list(ACTIVATIONS)[(index + 4) % 9])
    for bias in ("pytorch",)
}
