"""PyTorch on Fashion-MNIST: the network 784-256-128-100-10, relu, Adam in its fused form, batches of 128.

Run by `cargo xtask accuracy --fashion-mnist FOLDER`; needs numpy and torch.

Prints one JSON object: PyTorch's version, the mean time of an epoch, the share of the processor time asked for that it got
meanwhile (well below 1 where other programs are at work), and the accuracy on the test part. The time is that of learning
alone: reading, scaling and a few batches to warm up come before it.
"""

import argparse
import gzip
import json
import pathlib
import time

import numpy as np
import torch
from torch import nn

BATCH, WARM_UP = 128, 20
WIDTHS = [784, 256, 128, 100, 10]


def read(folder, name):
    """The array of an IDX file: two zero bytes, the type (8: unsigned bytes), the number of dimensions, their sizes.

    `name` is the beginning of its own, as train-images; it may be packed by gzip.
    """
    path = min(pathlib.Path(folder).glob(f"{name}*"))
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    header = 4 + 4 * data[3]
    shape = np.frombuffer(data, ">u4", count=data[3], offset=4).astype(int)
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def part(folder, prefix):
    """Pictures as rows of numbers from 0 to 1, and their classes."""
    pictures = read(folder, f"{prefix}-images")
    inputs = torch.from_numpy(pictures.reshape(len(pictures), -1).astype(np.float32) / 255)
    return inputs, torch.from_numpy(read(folder, f"{prefix}-labels").astype(np.int64))


def network_and_optimizer():
    layers = []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    return model, torch.optim.Adam(model.parameters(), fused=True)


def learn(model, optimizer, inputs, classes, order):
    """One epoch in the given order of examples."""
    for rows in order.split(BATCH):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs[rows]), classes[rows]).backward()
        optimizer.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    inputs, classes = part(arguments.folder, "train")
    test_inputs, test_classes = part(arguments.folder, "t10k")
    mean, deviation = inputs.mean(), inputs.std()
    inputs, test_inputs = (inputs - mean) / deviation, (test_inputs - mean) / deviation

    warm_up = torch.randperm(len(inputs))[: WARM_UP * BATCH]
    learn(*network_and_optimizer(), inputs, classes, warm_up)
    model, optimizer = network_and_optimizer()
    begun, begun_working = time.perf_counter(), time.process_time()
    for _ in range(arguments.epochs):
        learn(model, optimizer, inputs, classes, torch.randperm(len(inputs)))
    seconds, working = time.perf_counter() - begun, time.process_time() - begun_working
    with torch.no_grad():
        accuracy = (model(test_inputs).argmax(dim=1) == test_classes).double().mean().item()
    result = {
        "version": torch.__version__.split("+")[0],
        "seconds_per_epoch": seconds / arguments.epochs,
        "processor_share": working / seconds / arguments.threads,
        "accuracy": accuracy,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
