"""A fresh process that executes exports as a student's would: no netlib, one thread, whole batches. Speaks JSON."""

import contextlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import torch


def variables_of(path, images):
    """The variables after a program, a script, or the cells of a notebook in their order."""
    found = {"__name__": "__main__"}
    if path.name.endswith("_plain.py"):
        found["images"] = torch.tensor(images)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        if path.suffix == ".ipynb":
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if cell["cell_type"] == "code":
                    exec(compile("".join(cell["source"]), str(path), "exec"), found)
        else:
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), found)
    found["said"] = said.getvalue()
    return found


def findings(folder):
    """For each program: how far its probabilities are, whether images and labels are the same, what it printed."""
    torch.set_num_threads(1)
    for place in sorted(Path(folder).iterdir()):
        expected = np.load(place / "expected.npz")
        for path in sorted([*place.glob("*.py"), *place.glob("*.ipynb")]):
            found = variables_of(path, expected["images"])
            got = found["probabilities"].detach().numpy()
            both_none = np.isnan(got) & np.isnan(expected["probabilities"])
            apart = np.where(both_none, 0, np.abs(got - expected["probabilities"]))
            plain = path.name.endswith("_plain.py")
            yield {
                "program": f"{place.name}/{path.name}",
                "shape": list(got.shape),
                "apart": float(np.nan_to_num(apart, nan=9).max()),
                "largest_logit": float(np.nan_to_num(np.abs(expected["logits"]), nan=np.inf).max()),
                "same_batch": plain
                or bool(
                    (found["images"].numpy() == expected["images"]).all()
                    and (found["labels"].numpy() == expected["labels"]).all()
                ),
                "said": found["said"],
            }


if __name__ == "__main__":
    print(json.dumps(list(findings(sys.argv[1]))))
