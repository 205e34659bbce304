"""The notebook's twelve traps: code that fails or deceives, why, and the cure; `cells.run_cell` runs both."""

from dataclasses import dataclass

from netlib.i18n import N_


@dataclass(frozen=True)
class Trap:
    """`code` goes wrong, `cure` does not; `why` says in a sentence or two what happens in between."""

    name: str
    title: str
    code: str
    why: str
    cure: str


TRAPS: tuple[Trap, ...] = (
    Trap(
        "column",
        N_("a / b with (64, 10) and (64,)"),
        "a = torch.exp(out)        # (64, 10)\nb = a.sum(dim=1)          # (64,)\na / b",
        N_(
            "Shapes are compared from the right: b's 64 meets a's 10. A sum that keeps its dimension has the shape "
            "(64, 1), and its 1 stretches to 10."
        ),
        "a = torch.exp(out)\nb = a.sum(dim=1, keepdim=True)   # (64, 1)\n(a / b).sum(dim=1)[:4]",
    ),
    Trap(
        "square",
        N_("The same with a batch of 10: no error, and wrong"),
        "a = torch.exp(out[:10])   # (10, 10)\nb = a.sum(dim=1)          # (10,)\nwrong = a / b\nwrong.sum(dim=1)",
        N_(
            "With ten images the shapes happen to fit: each column is divided by the sum of another row. Nothing is "
            "raised; only the sums tell, for they are not 1."
        ),
        "a = torch.exp(out[:10])\n(a / a.sum(dim=1, keepdim=True)).sum(dim=1)",
    ),
    Trap(
        "ones",
        N_("resize_(64, 1, 784) and the whole batch: all ones"),
        "images.resize_(64, 1, 784)\nps = model(images)\nprint(ps.shape)\nps.unique()",
        N_(
            "The output is (64, 1, 10), and Softmax(dim=1) runs along the axis of length 1: each number alone is the "
            "whole of its sum. With images[0, :] the shape is (1, 784), and dim=1 is the classes again."
        ),
        "ps = model(images.view(64, 784))\nprint(ps.shape)\nps.sum(dim=1)[:4]",
    ),
    Trap(
        "in_place",
        N_("resize_ works in place: images is no picture any more"),
        "flat = images.resize_(64, 1, 784)\nprint(flat is images)\nimages[1].squeeze().shape",
        N_(
            "A name that ends in an underscore changes the tensor itself. The batch that the next cell wants to draw "
            "is gone; view and flatten leave it alone."
        ),
        "flat = images.view(64, 784)\nprint(flat.shape)\nimages[1].squeeze().shape",
    ),
    Trap(
        "not_flattened",
        N_("Not flattened"),
        "model(images)",
        N_(
            "Linear multiplies along the last axis, which is a row of 28 pixels, and all the other axes are taken "
            "together: 64 · 28 = 1792 rows of 28 meet a weight for 784."
        ),
        "model(images.flatten(start_dim=1)).shape",
    ),
    Trap(
        "overflow",
        N_("A naive softmax of logits around 100"),
        "x = torch.tensor([[100.0, 101.0, 102.0]])\n"
        "print(torch.exp(x))\ntorch.exp(x) / torch.exp(x).sum(dim=1, keepdim=True)",
        N_(
            "float32 ends at 3.4e38, and exp passes that at 88.7: infinity over infinity is nan. Subtracting the row's "
            "maximum changes nothing in the result, and no exponent is above 0."
        ),
        "x = torch.tensor([[100.0, 101.0, 102.0]])\n"
        "e = torch.exp(x - x.max(dim=1, keepdim=True).values)\ne / e.sum(dim=1, keepdim=True)",
    ),
    Trap(
        "repeated_key",
        N_("A key repeated in OrderedDict drops a layer"),
        "model = nn.Sequential(OrderedDict([\n"
        "    ('fc1', nn.Linear(784, 128)),\n    ('relu', nn.ReLU()),\n"
        "    ('fc2', nn.Linear(128, 64)),\n    ('relu', nn.ReLU()),\n"
        "    ('output', nn.Linear(64, 10))]))\nmodel",
        N_(
            "A dictionary holds one value a key: the second relu takes the place of the first, and between fc2 and "
            "output there is no activation. Nothing is said about it."
        ),
        "model = nn.Sequential(OrderedDict([\n"
        "    ('fc1', nn.Linear(784, 128)),\n    ('relu1', nn.ReLU()),\n"
        "    ('fc2', nn.Linear(128, 64)),\n    ('relu2', nn.ReLU()),\n"
        "    ('output', nn.Linear(64, 10))]))\nmodel",
    ),
    Trap(
        "next",
        N_("dataiter.next() no longer exists"),
        "dataiter = iter(trainloader)\nimages, labels = dataiter.next()",
        N_("An iterator has `__next__`, and Python's own `next` calls it. Old tutorials use a method that is gone."),
        "dataiter = iter(trainloader)\nimages, labels = next(dataiter)\nprint(images.shape, labels.shape)",
    ),
    Trap(
        "transposed",
        N_("Linear keeps W as (out, in), although the text writes xW + b"),
        "x = images.view(64, 784)\nprint(model.fc1.weight.shape)\nx @ model.fc1.weight + model.fc1.bias",
        N_("One row of weight is one unit. The module computes x Wᵀ + b, so by hand W must be transposed first."),
        "x = images.view(64, 784)\nby_hand = x @ model.fc1.weight.T + model.fc1.bias\n"
        "torch.allclose(by_hand, model.fc1(x), atol=1e-5)",
    ),
    Trap(
        "no_fc1",
        N_("model.fc1 exists only once exercise 3 is solved"),
        "class Network(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.hidden = nn.Linear(784, 256)\n        self.output = nn.Linear(256, 10)\n\n"
        "model = Network()\nmodel.fc1.weight",
        N_(
            "The notebook goes on with the model of exercise 3. Whoever skipped it still has the class with hidden "
            "and output, and attributes have the names that `__init__` gave them."
        ),
        "class Network(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc1 = nn.Linear(784, 128)\n        self.fc2 = nn.Linear(128, 64)\n"
        "        self.fc3 = nn.Linear(64, 10)\n\nmodel = Network()\nmodel.fc1.weight.shape",
    ),
    Trap(
        "no_dim",
        N_("F.softmax(x) with no dim only warns"),
        "F.softmax(out).shape",
        N_(
            "Torch guesses the axis from the number of axes: 1 for a matrix, 0 for a vector and for three axes. The "
            "guess is right here and wrong for a batch with one axis more. Say it."
        ),
        "F.softmax(out, dim=1).shape",
    ),
    Trap(
        "double_softmax",
        N_("Softmax in the model and CrossEntropyLoss after it"),
        "perfect = F.one_hot(labels, 10).float()   # every digit right, with certainty\n"
        "nn.CrossEntropyLoss()(perfect, labels)",
        N_(
            "CrossEntropyLoss applies log-softmax itself and wants logits. Fed with probabilities it cannot fall below "
            "ln(e + 9) − 1 = 1.4612 even where every answer is right, and its slopes are faint."
        ),
        "logits = 100 * F.one_hot(labels, 10).float()   # as sure, said in logits\n"
        "nn.CrossEntropyLoss()(logits, labels)",
    ),
)
