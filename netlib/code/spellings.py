"""One network, five spellings: tensors alone, `nn.Module` with layers, with functions, `nn.Sequential`, `OrderedDict`.

Each is a whole program but for its `images`; names and order are the course notebook's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from netlib.activations import ACTIVATIONS
from netlib.code.filling import Style, bias_lines, draws, weight_lines
from netlib.code.layout import blocks, call, exploded, indented
from netlib.distributions import SparseNormal
from netlib.i18n import Text
from netlib.spec import LayerSpec, NetworkSpec

SPELLINGS = ("tensors", "module", "functional", "sequential", "ordered")
WEIGHTS_FILE = "layerscope-weights.safetensors"

_Parts = tuple[list[str], list[str], list[str], list[str]]
_IN_TORCH = ("sigmoid", "tanh", "relu")

GENERATOR = '''
def generator(name):
    """{docstring}"""
    digest = hashlib.sha256(f"{{seed}}:{{name}}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 1
    return torch.Generator().manual_seed(number)
'''

SPARSE = '''
def sparse_(tensor, std, generator):
    """{docstring}"""
    with torch.no_grad():
        tensor.normal_(0, std, generator=generator)
        order = torch.rand(tensor.shape, generator=generator).argsort(dim=0)
        tensor.scatter_(0, order[: math.ceil(0.9 * len(tensor))], 0.0)
'''


@dataclass(frozen=True)
class Program:
    """A spelling in its parts, each a tuple of lines.

    imports: the statements that it needs; helpers: the seed and functions, or the file of weights; definition: a
    class, if there is one; made: sizes and `model`; filling: the initialisation; forward: from `images`
    (n, 1, 28, 28) to `probabilities` (n, 10).
    `weights` and `biases` are the expressions that name each layer's tensors, input to output.
    """

    spelling: str
    imports: tuple[str, ...]
    helpers: tuple[str, ...]
    definition: tuple[str, ...]
    made: tuple[str, ...]
    filling: tuple[str, ...]
    forward: tuple[str, ...]
    weights: tuple[str, ...]
    biases: tuple[str, ...]

    @property
    def body(self) -> str:
        """All but the imports."""
        rest = blocks(self.filling, self.forward)
        return "\n".join(blocks(self.definition, self.made, self.helpers, rest, blank=2)) + "\n"

    @property
    def text(self) -> str:
        """The whole program, formatted; it expects `images`."""
        return "\n".join([*import_block(self.imports, self.body.split("\n")), self.body])


def program(
    spec: NetworkSpec,
    spelling: str,
    style: Style,
    looked_at: str,
    text: Text,
    *,
    addmm: bool = False,
    loaded: bool = False,
) -> Program:
    """The network of a spec in one spelling; the layer `looked_at` is marked wherever it occurs.

    `addmm` writes `torch.addmm(b, x, W)` for `x @ W + b` in the spelling of tensors; `loaded` reads the weights from
    `WEIGHTS_FILE` instead of drawing them. Raises `KeyError` for a
    spelling that is none of `SPELLINGS`.
    """
    writer = _Writer(spec, style, looked_at, text, addmm, loaded)
    definition, made, filling, forward = {
        "tensors": writer.tensors,
        "module": writer.module,
        "functional": writer.functional,
        "sequential": writer.sequential,
        "ordered": writer.ordered,
    }[spelling]()
    names = layer_names(spec, spelling)
    whole = "\n".join((*definition, *made, *filling, *forward))
    return Program(
        spelling,
        tuple(_imports(whole, bool(writer.helpers()) and not loaded, loaded)),
        tuple(writer.helpers()),
        tuple(definition),
        tuple(made),
        tuple(filling),
        tuple(forward),
        tuple(_weight(spelling, name) for name in names),
        tuple(_bias(spelling, name) for name in names),
    )


def layer_names(spec: NetworkSpec, spelling: str) -> tuple[str, ...]:
    """What a spelling calls the linear layers: `W1`; `hidden`, `output` or `fc1`, `fc2`; `0`, `2`; `fc1`, `output`."""
    count = len(spec.layers)
    match spelling:
        case "tensors":
            return tuple(f"W{i + 1}" for i in range(count))
        case "sequential":
            return tuple(str(2 * i) for i in range(count))
        case "ordered":
            return tuple(layer.name for layer in spec.layers)
    if count <= 2:
        return ("hidden", "output")[-count:]
    return tuple(f"fc{i + 1}" for i in range(count))


def state_key(spelling: str, name: str) -> str:
    """The weight's key in `state_dict`, or the variable where there is none: `hidden.weight`, `0.weight`, `W1`."""
    return name if spelling == "tensors" else f"{name}.weight"


def _weight(spelling: str, name: str) -> str:
    return {"tensors": name, "sequential": f"model[{name}].weight"}.get(spelling, f"model.{name}.weight")


def _bias(spelling: str, name: str) -> str:
    return _weight(spelling, name).replace("W", "b") if spelling == "tensors" else f"{_weight(spelling, name)[:-6]}bias"


def _imports(code: str, random: bool, loaded: bool) -> list[str]:
    code = "\n".join(line for line in code.split("\n") if not line.lstrip().startswith("#"))
    needed = {
        "import hashlib": random,
        "import math": "math." in code or "sparse_(" in code,
        "from collections import OrderedDict": "OrderedDict(" in code,
        "import torch": random or "torch." in code,
        "import torch.nn.functional as F": "F." in code,
        "from safetensors.torch import load_file": loaded,
        "from torch import nn": "nn." in code,
    }
    return [statement for statement, wanted in needed.items() if wanted]


def import_block(statements: Sequence[str], following: Sequence[str]) -> list[str]:
    """Import statements as isort sorts them, the standard library first, with the empty lines before what follows."""
    groups: tuple[list[str], list[str]] = ([], [])
    for statement in sorted(set(statements), key=lambda line: (line.startswith("from"), line)):
        groups["torch" in statement].append(statement)
    space = 2 if following[0].startswith(("def ", "class ")) else 1
    return [*blocks(*groups), *[""] * space]


@dataclass(frozen=True)
class _Writer:
    spec: NetworkSpec
    style: Style
    looked_at: str
    text: Text
    addmm: bool
    loaded: bool

    def helpers(self) -> list[str]:
        layers = self.spec.layers
        if self.loaded:
            note = self.text("Your weights: the safetensors file of the same page.")
            return [f"# {note}", f'weights = load_file("{WEIGHTS_FILE}")']
        random = any(
            draws(init, distribution)
            for layer in layers
            for init, distribution in (
                (layer.weight_init, layer.weight_distribution),
                (layer.bias_init, layer.bias_distribution),
            )
        )
        if not random:
            return []
        seed = [f"seed = {self.spec.seed}"]
        own = GENERATOR.format(docstring=self.text("A random source of its own for each tensor.")).strip().split("\n")
        sparse: list[str] = []
        if any(isinstance(layer.weight_distribution, SparseNormal) for layer in layers):
            words = self.text("Normal numbers, nine in ten of each column set to zero.")
            sparse = SPARSE.format(docstring=words).strip().split("\n")
        return blocks(seed, own, sparse, blank=2)

    def tensors(self) -> _Parts:
        filling: list[str] = []
        forward = self._flattened()
        value = "x"
        for layer, name in zip(self.spec.layers, layer_names(self.spec, "tensors"), strict=True):
            bias = name.replace("W", "b")
            filling += self._mark(layer)
            if self.loaded:
                filling += [f'{name} = weights["{layer.name}.weight"].T', f'{bias} = weights["{layer.name}.bias"]']
            else:
                shape = f"{name} = torch.empty({layer.fan_out}, {layer.fan_in})"
                filling += [shape, *weight_lines(layer, name, self.style), f"{name} = {name}.T"]
                filling += [f"{bias} = torch.empty({layer.fan_out})", *bias_lines(layer, bias, self.style)]
            total = f"torch.addmm({bias}, {value}, {name})" if self.addmm else f"{value} @ {name} + {bias}"
            forward += self._mark(layer)
            if layer.is_output:
                forward += [f"out = {total}", "probabilities = torch.softmax(out, dim=1)"]
            else:
                value = f"h{layer.index + 1}"
                forward.append(f"{value} = {_applied(layer.activation, total)}")
        note = self.text("(out, in), as nn.Linear keeps it; turned over for x @ W + b.")
        return [], [], [f"# {note}", *filling], forward

    def module(self) -> _Parts:
        names = layer_names(self.spec, "module")
        kinds = list(dict.fromkeys(layer.activation for layer in self.spec.layers[:-1]))
        functions = [f"self.{kind} = nn.{ACTIVATIONS[kind].module}()" for kind in kinds]
        steps: list[str] = []
        for layer, name in self._named(names):
            steps += [*self._mark(layer), f"x = self.{name}(x)", f"x = self.{layer.activation}(x)"]
        return self._class(names, [*functions, "self.softmax = nn.Softmax(dim=1)"], steps)

    def functional(self) -> _Parts:
        names = layer_names(self.spec, "functional")
        steps: list[str] = []
        for layer, name in self._named(names):
            inner = f"self.{name}(x)"
            done = f"F.softmax({inner}, dim=1)" if layer.is_output else f"F.{layer.activation}({inner})"
            steps += [*self._mark(layer), f"x = {inner if layer.activation == 'identity' else done}"]
        return self._class(names, [], steps)

    def sequential(self) -> _Parts:
        rows: list[str] = []
        for layer in self.spec.layers:
            rows += [*self._mark(layer), self._sized(layer), _module(layer)]
        made = blocks(self._sizes(), exploded("model = nn.Sequential(", rows))
        return [], made, self._filled("sequential"), self._through_model()

    def ordered(self) -> _Parts:
        rows: list[str] = []
        for layer in self.spec.layers:
            rows += [
                *self._mark(layer),
                f'("{layer.name}", {self._sized(layer)})',
                f'("{layer.activation_name}", {_module(layer)})',
            ]
        pairs = ["OrderedDict(", *indented(exploded("[", rows, "]")), ")"]
        made = blocks(self._sizes(), ["model = nn.Sequential(", *indented(pairs), ")"])
        return [], made, self._filled("ordered"), self._through_model()

    def _named(self, names: Sequence[str]) -> list[tuple[LayerSpec, str]]:
        return list(zip(self.spec.layers, names, strict=True))

    def _class(self, names: Sequence[str], functions: Sequence[str], steps: Sequence[str]) -> _Parts:
        made: list[str] = []
        for layer, name in self._named(names):
            made += [*self._mark(layer), f"self.{name} = nn.Linear({layer.fan_in}, {layer.fan_out})"]
        start = ["def __init__(self):", *indented(["super().__init__()", *made, *functions])]
        forward = ["def forward(self, x):", *indented([*steps, "return x"])]
        definition = ["class Network(nn.Module):", *indented(blocks(start, forward))]
        return definition, ["model = Network()"], self._filled("module"), self._through_model()

    def _filled(self, spelling: str) -> list[str]:
        lines: list[str] = []
        for layer, name in self._named(layer_names(self.spec, spelling)):
            weight, bias = _weight(spelling, name), _bias(spelling, name)
            lines += self._mark(layer)
            if self.loaded:
                data = ".data" if self.style == "notebook" else ""
                lines += [f'{weight}{data}.copy_(weights["{layer.name}.weight"])']
                lines += [f'{bias}{data}.copy_(weights["{layer.name}.bias"])']
            else:
                lines += [*weight_lines(layer, weight, self.style), *bias_lines(layer, bias, self.style)]
        return ["with torch.no_grad():", *indented(lines)] if self.loaded and self.style == "modern" else lines

    def _flattened(self) -> list[str]:
        note = self.text("images: the batch, (n, 1, 28, 28); x: (n, 784).")
        flat = "images.view(images.shape[0], -1)" if self.style == "notebook" else "images.flatten(start_dim=1)"
        return [f"# {note}", f"x = {flat}"]

    def _through_model(self) -> list[str]:
        if self.style == "notebook":
            return [*self._flattened(), "probabilities = model.forward(x)"]
        return [*self._flattened(), "with torch.no_grad():", "    probabilities = model(x)"]

    def _sizes(self) -> list[str]:
        sizes = call("hidden_sizes = [", [str(size) for size in self.spec.hidden_sizes], "]")
        return ["input_size = 784", *sizes, "output_size = 10"]

    def _sized(self, layer: LayerSpec) -> str:
        start = f"hidden_sizes[{layer.index - 1}]" if layer.index else "input_size"
        end = "output_size" if layer.is_output else f"hidden_sizes[{layer.index}]"
        return f"nn.Linear({start}, {end})"

    def _mark(self, layer: LayerSpec) -> list[str]:
        if layer.name != self.looked_at:
            return []
        words = self.text("the layer looked at")
        return [f"# >>> {layer.name}: {words}"]


def _module(layer: LayerSpec) -> str:
    return "nn.Softmax(dim=1)" if layer.is_output else f"nn.{ACTIVATIONS[layer.activation].module}()"


def _applied(activation: str, value: str) -> str:
    if activation == "identity":
        return value
    return f"torch.{activation}({value})" if activation in _IN_TORCH else f"F.{activation}({value})"
