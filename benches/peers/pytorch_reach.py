"""How long PyTorch takes from the files of an IDX data set to a given accuracy on its test part.

Run by `cargo xtask bench --data FOLDER`; needs numpy and torch. The network is as wide as the pictures, then 256-128 and the
classes; relu, Adam in its fused form at 0.001, batches of 128, inputs with mean 0 and variance 1. With --gpu the data lie on
the GPU once they are read, and a step is recorded there (see graph.py).

Prints one JSON object: the seconds from the first file to the epoch that was good enough, testing after each epoch included
and importing torch not, the number of epochs, and the last accuracy, whether that was enough or not.
"""

import argparse
import json
import time

import torch
from graph import recorded
from pytorch import BATCH, part
from torch import nn


def learn(arguments):
    """Epochs and accuracy, when it is reached or the epochs are over."""
    device = "cuda" if arguments.gpu else "cpu"
    inputs, classes = (tensor.to(device) for tensor in part(arguments.folder, "train"))
    test_inputs, test_classes = (tensor.to(device) for tensor in part(arguments.folder, "t10k"))
    mean, deviation = inputs.mean(), inputs.std()
    inputs, test_inputs = (inputs - mean) / deviation, (test_inputs - mean) / deviation
    outputs = int(classes.max()) + 1
    model = nn.Sequential(
        nn.Linear(inputs.shape[1], 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, outputs)
    ).to(device)
    step = stepper(model, inputs, classes, arguments.gpu)
    accuracy = 0.0
    for epoch in range(1, arguments.epochs + 1):
        for rows in torch.randperm(len(inputs), device=device).split(BATCH):
            step(rows)
        with torch.no_grad():
            accuracy = (model(test_inputs).argmax(dim=1) == test_classes).double().mean().item()
        if accuracy >= arguments.accuracy:
            break
    return epoch, accuracy


def stepper(model, inputs, classes, is_recorded):
    """A function that learns from the examples in these rows."""
    optimizer = torch.optim.Adam(model.parameters(), fused=True, capturable=is_recorded)

    def step(rows):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs[rows]), classes[rows]).backward()
        optimizer.step()

    if not is_recorded:
        return step
    chosen = torch.randperm(len(inputs), device=inputs.device)[:BATCH]
    repeat = recorded(lambda: step(chosen))

    def repeat_with(rows):
        # What is recorded takes whole batches; the last of an epoch may be shorter.
        if len(rows) < BATCH:
            step(rows)
        else:
            chosen.copy_(rows)
            repeat()

    return repeat_with


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--accuracy", type=float, required=True)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gpu", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    if arguments.gpu:
        torch.zeros(1, device="cuda")
    begun = time.perf_counter()
    epochs, accuracy = learn(arguments)
    print(json.dumps({"seconds": time.perf_counter() - begun, "epochs": epochs, "accuracy": accuracy}))


if __name__ == "__main__":
    main()
