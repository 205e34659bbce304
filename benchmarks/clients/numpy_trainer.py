"""Runs with the Python of another environment, where neural-network-digits is: one race, the result as JSON.

The clock runs for the package's own step and for taking the batch out of the data, as its own epoch does both.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from nn_digits.neural_net.data import one_hot
from nn_digits.neural_net.network import NeuralNetwork


def main() -> None:
    """Trains until the accuracy is there; `seconds` of CPU and `steps` say when that was."""
    plan = json.loads(sys.argv[1])
    folder, batch, every = Path(plan["folder"]), plan["batch"], plan["every"]
    with np.load(folder / "digits.npz") as kept:
        digits = dict(kept)
    images, targets = digits["images"], one_hot(digits["labels"]).astype(np.float32)
    net = NeuralNetwork((784, 128, 64, 10))
    net.weights = [np.ascontiguousarray(digits[f"weight{index}"]) for index in range(3)]
    net.biases = [digits[f"bias{index}"].copy() for index in range(3)]
    generator = np.random.default_rng(0)
    cpu, steps, right = 0.0, 0, 0.0
    for epoch in digits["order"]:
        for at in range(0, len(epoch), batch):
            began = time.thread_time()
            group = epoch[at : at + batch]
            net.train_step(images[group], targets[group], plan["rate"], 0.9, plan["l2"], 0.0, generator)
            cpu += time.thread_time() - began
            steps += 1
            if steps % every == 0:
                right = float((net.predict(digits["held_images"]).argmax(1) == digits["held_labels"]).mean())
            if right >= plan["accuracy"]:
                print(json.dumps({"seconds": cpu, "steps": steps}))
                return
    print(json.dumps({"seconds": cpu, "steps": steps}))


if __name__ == "__main__":
    main()
