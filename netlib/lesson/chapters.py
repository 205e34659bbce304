"""The lesson's chapters in the notebook's order: what each asks and says, the code it speaks of, where to read on."""

from dataclasses import dataclass

from netlib.i18n import N_


@dataclass(frozen=True)
class Chapter:
    """One step of the lesson. `name` stands in the URL; `code` is fixed and is run where `runs` says so.

    `minutes` is its share of the guided path; `pages` are those that show more; `presets` are networks to try.
    """

    name: str
    title: str
    lead: str
    code: str
    minutes: float
    pages: tuple[str, ...]
    presets: tuple[str, ...] = ("exercise1", "exercise3", "vanishing")
    runs: bool = False
    formula: str = ""


NETWORK_CLASS = """class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)
        self.sigmoid = nn.Sigmoid()
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        x = self.hidden(x)
        x = self.sigmoid(x)
        x = self.output(x)
        x = self.softmax(x)
        return x

model = Network()
model"""

FUNCTIONAL = """class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        x = F.sigmoid(self.hidden(x))
        x = F.softmax(self.output(x), dim=1)
        return x

model = Network()
model"""

EXERCISE_3 = """class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.softmax(self.fc3(x), dim=1)

model = Network()
sum(p.numel() for p in model.parameters())"""

SEQUENTIAL = """input_size = 784
hidden_sizes = [128, 64]
output_size = 10
model = nn.Sequential(
    nn.Linear(input_size, hidden_sizes[0]),
    nn.ReLU(),
    nn.Linear(hidden_sizes[0], hidden_sizes[1]),
    nn.ReLU(),
    nn.Linear(hidden_sizes[1], output_size),
    nn.Softmax(dim=1))
print(model)
print(model[0])
model[0].weight.shape"""

ORDERED = """model = nn.Sequential(OrderedDict([
    ('fc1', nn.Linear(784, 128)),
    ('relu1', nn.ReLU()),
    ('fc2', nn.Linear(128, 64)),
    ('relu2', nn.ReLU()),
    ('output', nn.Linear(64, 10)),
    ('softmax', nn.Softmax(dim=1))]))
print(model[0] is model.fc1)
list(model.state_dict())"""

CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "batch",
        N_("What is in a batch?"),
        N_(
            "The loader hands out 64 digits at a time. shuffle=True mixes the set anew at the start of each pass, so "
            "that no batch repeats. ToTensor makes numbers from 0 to 1 of the bytes, Normalize((0.5,), (0.5,)) takes "
            "them to the range from −1 to 1."
        ),
        "images, labels = next(iter(trainloader))\nprint(images.shape)\nprint(labels.shape)\n"
        "print(images.min(), images.max())",
        1,
        ("batch",),
        runs=True,
    ),
    Chapter(
        "flatten",
        N_("How does a picture become a vector?"),
        N_(
            "A fully-connected (dense) layer joins each of its units with every input, so it wants one row of numbers "
            "an image. Flattening writes the 28 rows of pixels one behind another: 28 · 28 = 784."
        ),
        "x = images.flatten(start_dim=1)\nprint(x.shape)\nbool((x[1].view(28, 28) == images[1, 0]).all())",
        1,
        ("batch", "home"),
        runs=True,
    ),
    Chapter(
        "tensors",
        N_("What does a network of bare tensors do?"),
        N_(
            "Exercise 1: random tensors for weights and biases, a sigmoid in the hidden layer, nothing behind the "
            "output. torch.randn draws numbers of size 1, and 784 of them are added up in each unit."
        ),
        "x = images.flatten(start_dim=1)\nw1, b1 = torch.randn(784, 256), torch.randn(256)\n"
        "w2, b2 = torch.randn(256, 10), torch.randn(10)\n"
        "h = torch.sigmoid(x @ w1 + b1)\nout = h @ w2 + b2\nout.shape",
        2,
        ("activations", "code"),
        runs=True,
    ),
    Chapter(
        "softmax",
        N_("Along which axis does softmax add up?"),
        N_(
            "Softmax makes a distribution over the ten digits of each row of numbers: exp makes all of them positive, "
            "dividing by the row's sum makes them add up to 1. dim=0 adds down the rows and leaves one sum a column; "
            "dim=1 adds across the columns and leaves one sum an image."
        ),
        "def softmax(x):\n    return torch.exp(x) / torch.exp(x).sum(dim=1).view(-1, 1)\n\n"
        "probabilities = softmax(out)\nprint(probabilities.shape)\nprint(probabilities.sum(dim=1)[:4])\n"
        "torch.allclose(probabilities, torch.softmax(out, dim=1))",
        2,
        ("outputs",),
        runs=True,
        formula=r"\sigma(x_i) = \frac{e^{x_i}}{\sum_k e^{x_k}}",
    ),
    Chapter(
        "uniform",
        N_("Is an untrained network really uniform?"),
        N_(
            "The notebook shows ten equal bars and says that an untrained network gives a uniform distribution. "
            "Whether it does depends on how wide its weights were drawn."
        ),
        "for layer in model:\n    if isinstance(layer, nn.Linear):\n"
        "        nn.init.normal_(layer.weight, std=0.01)\n        nn.init.zeros_(layer.bias)",
        2,
        ("outputs", "home"),
    ),
    Chapter(
        "module",
        N_("What does each line of the class do?"),
        N_(
            "`nn.Module` keeps track of every layer that is assigned to `self`; `super().__init__()` sets that up and "
            "must come first. Order is free in `__init__`, but not in `forward`: there the data flows. The text writes "
            "xW + b; the layer keeps W as (out, in) in `net.hidden.weight` and b in `net.hidden.bias`."
        ),
        NETWORK_CLASS,
        1,
        ("code", "home"),
        ("network_class", "exercise1"),
        runs=True,
    ),
    Chapter(
        "functional",
        N_("Is the functional form another network?"),
        N_(
            "torch.nn.functional has the same operations as plain functions. What has no weights need not be an "
            "attribute, and so the printed text names the two Linear only. The numbers are the same."
        ),
        FUNCTIONAL,
        1,
        ("code", "outputs"),
        ("network_class", "exercise1"),
        runs=True,
    ),
    Chapter(
        "activations",
        N_("What bends the signal?"),
        N_(
            "Any function may stand behind a layer as long as it is not linear. Sigmoid and tanh level off on both "
            "sides, ReLU on one; where the slope is zero nothing can be learned. In hidden layers it is nearly always "
            "ReLU."
        ),
        "z = torch.tensor([-2.0, 0.0, 2.0])\nprint(torch.sigmoid(z))\nprint(torch.tanh(z))\nprint(torch.relu(z))",
        1,
        ("activations",),
        runs=True,
    ),
    Chapter(
        "collapse",
        N_("What if the activation is linear?"),
        N_(
            "Without a bend, layer after layer of sums is one sum: W₃(W₂(W₁x)) = (W₃W₂W₁)x. The whole stack is one "
            "matrix of ten rows, however many layers it has."
        ),
        "a = nn.Linear(784, 128)\nb = nn.Linear(128, 64)\nc = nn.Linear(64, 10)\n"
        "x = images.flatten(start_dim=1)\nW = c.weight @ b.weight @ a.weight\n"
        "bias = b.bias + b.weight @ a.bias\nbias = c.bias + c.weight @ bias\nprint(W.shape)\n"
        "by_hand = x @ W.T + bias\ntorch.allclose(c(b(a(x))), by_hand, atol=1e-4)",
        1,
        ("activations", "weights"),
        runs=True,
    ),
    Chapter(
        "build",
        N_("Where do the parameters sit?"),
        N_(
            "Exercise 3: 784 inputs, 128 and 64 hidden units with ReLU, 10 outputs with softmax, and the layers are "
            "called fc1, fc2, fc3. A layer has one weight for each pair of input and unit, and one bias a unit."
        ),
        EXERCISE_3,
        1,
        ("home", "code"),
        runs=True,
    ),
    Chapter(
        "init",
        N_("With which numbers does a layer start?"),
        N_(
            "Weights and biases are there before you ask: nn.Linear draws them evenly between −1/√in and 1/√in. "
            "What you want to be otherwise you write over, in place."
        ),
        "print(model.fc1.weight.shape, model.fc1.bias.shape)\nprint(model.fc1.weight.abs().max())\n"
        "model.fc1.bias.data.fill_(0)\nmodel.fc1.weight.data.normal_(std=0.01)\n"
        "print(model.fc1.bias.abs().max())\nmodel.fc1.weight.std()",
        1,
        ("weights",),
        ("fc1_normal", "exercise3"),
        runs=True,
    ),
    Chapter(
        "symmetry",
        N_("Why not start with equal weights?"),
        N_(
            "Units that start equal get equal gradients and stay equal: a layer of 16 such units is one unit written "
            "16 times. Only chance tells them apart."
        ),
        "model.fc1.weight.data.fill_(-0.01)\nmodel.fc1.bias.data.fill_(0)",
        1,
        ("weights", "activations"),
        ("dead", "exercise3"),
    ),
    Chapter(
        "forward",
        N_("What does the network say to one image?"),
        N_(
            "The forward pass sends an image through all layers. On the left what goes in, on the right the ten "
            "probabilities. The weights are random, and so it has no idea which digit it sees."
        ),
        "ps = model(images[0, :].flatten(start_dim=1))\nprint(ps.shape)\nprint(ps.sum())\nps.argmax()",
        1,
        ("home", "outputs"),
        runs=True,
    ),
    Chapter(
        "sequential",
        N_("How does nn.Sequential number its parts?"),
        N_(
            "nn.Sequential needs no forward: the tensor goes through the parts in the order given. They have no names "
            "but indices, from 0, and activations count too."
        ),
        SEQUENTIAL,
        1,
        ("code", "home"),
        runs=True,
    ),
    Chapter(
        "ordereddict",
        N_("What do names in OrderedDict change?"),
        N_(
            "Names make parts easier to find, and the index still works. Each part needs a name of its own: a "
            "dictionary keeps one value a key, and a repeated name drops a part without a word."
        ),
        ORDERED,
        1,
        ("code", "home"),
        runs=True,
    ),
    Chapter(
        "traps",
        N_("Where does the notebook trip people up?"),
        N_(
            "Twelve places where the notebook's code fails, or works and deceives. Each cell below was run by this "
            "server just now, and so was its cure."
        ),
        "",
        1.5,
        (),
    ),
    Chapter(
        "next",
        N_("What changes when it learns?"),
        N_(
            "The next notebook trains: it measures the loss, asks every weight in which direction the loss falls, and "
            "takes a small step, again and again. Below are the first steps on this batch."
        ),
        "loss = nn.CrossEntropyLoss()(logits, labels)\nloss.backward()\noptimizer.step()",
        0.5,
        ("train", "outputs"),
    ),
)

NAMES = tuple(chapter.name for chapter in CHAPTERS)
TOTAL_MINUTES = sum(chapter.minutes for chapter in CHAPTERS)


def chapter_named(name: str) -> Chapter:
    """The chapter of this name; raises `ValueError` for one that is none."""
    return CHAPTERS[NAMES.index(name)]


def starts_at(chapter: Chapter) -> float:
    """The minute of the guided path at which a chapter begins."""
    return sum(one.minutes for one in CHAPTERS[: CHAPTERS.index(chapter)])
