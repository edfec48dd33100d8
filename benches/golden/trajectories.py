"""Golden trajectories: 100 steps of each optimizer on three small networks, computed by PyTorch.

Run by `cargo xtask golden`; needs numpy and torch. Writes crates/gradus/tests/golden/NETWORK.json, which
crates/gradus/tests/golden_trajectories.rs compares with our own steps. Lion is not in PyTorch: its update stands below as
algorithm 2 of Chen et al. (2023) writes it, in NumPy; the gradients are PyTorch's.

Data and first parameters come from a linear congruential generator, as multiples of 2^-23, so that they are the same numbers
in f32 and f64.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

ROWS, BATCH, STEPS, KEPT = 12, 4, 100, (1, 10, 100)

# name: widths, hidden activation, our spelling of link and loss, PyTorch's loss on the raw outputs (mean over the rows)
NETWORKS = {
    "tanh": dict(widths=[2, 3, 1], activation="tanh", link="identity", loss="squared_error"),
    "sigmoid": dict(widths=[4, 5, 3], activation="sigmoid", link="softmax", loss="cross_entropy"),
    "relu": dict(widths=[3, 4, 4, 2], activation="relu", link="sigmoid", loss="binary_cross_entropy"),
}
HIDDEN = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}
LOSSES = {
    "squared_error": lambda raw, target: 0.5 * ((raw - target) ** 2).sum(dim=1).mean(),
    "cross_entropy": lambda raw, target: nn.functional.cross_entropy(raw, target),
    "binary_cross_entropy": lambda raw, target: nn.functional.binary_cross_entropy_with_logits(
        raw, target, reduction="none"
    ).sum(dim=1).mean(),
}


class Lion:
    """Algorithm 2 of "Symbolic Discovery of Optimization Algorithms", Chen et al. 2023."""

    def __init__(self, parameters, lr, betas=(0.9, 0.99), weight_decay=0.0):
        self.parameters, self.lr, self.weight_decay = list(parameters), lr, weight_decay
        self.beta1, self.beta2 = betas
        self.m = [np.zeros_like(p.detach().numpy()) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        for k, p in enumerate(self.parameters):
            theta, g, m = p.detach().numpy(), p.grad.numpy(), self.m[k]
            kind = theta.dtype.type
            c = kind(self.beta1) * m + kind(1 - self.beta1) * g
            theta -= kind(self.lr) * (np.sign(c) + kind(self.weight_decay) * theta)
            self.m[k] = kind(self.beta2) * m + kind(1 - self.beta2) * g


# our rule, rate, our l2 and weight decay, PyTorch's optimizer
T = torch.optim
ONE_BY_ONE = dict(foreach=False)
RUNS = [
    ("sgd", 0.1, 0, 0, lambda p: T.SGD(p, lr=0.1, **ONE_BY_ONE)),
    ("sgd", 0.1, 0.01, 0, lambda p: T.SGD(p, lr=0.1, weight_decay=0.01, **ONE_BY_ONE)),
    ("momentum", 0.02, 0, 0, lambda p: T.SGD(p, lr=0.02, momentum=0.9, **ONE_BY_ONE)),
    ("nesterov", 0.02, 0, 0, lambda p: T.SGD(p, lr=0.02, momentum=0.9, nesterov=True, **ONE_BY_ONE)),
    ("rmsprop", 0.005, 0, 0, lambda p: T.RMSprop(p, lr=0.005, **ONE_BY_ONE)),
    ("rmsprop:momentum=0.5", 0.002, 0, 0, lambda p: T.RMSprop(p, lr=0.002, momentum=0.5, **ONE_BY_ONE)),
    ("adam", 0.01, 0, 0, lambda p: T.Adam(p, lr=0.01, **ONE_BY_ONE)),
    ("adam", 0.01, 0.01, 0, lambda p: T.Adam(p, lr=0.01, weight_decay=0.01, **ONE_BY_ONE)),
    ("adamw", 0.01, 0, 0.01, lambda p: T.AdamW(p, lr=0.01, weight_decay=0.01, **ONE_BY_ONE)),
    # Powers of two: 1 - rate * decay, which the paper's form does not compute, is exact in f32.
    ("lion", 2**-8, 0, 2**-6, lambda p: Lion(p, lr=2**-8, weight_decay=2**-6)),
    ("rprop", 0.01, 0, 0, lambda p: T.Rprop(p, lr=0.01, **ONE_BY_ONE)),
]


def numbers(seed):
    """Numbers in [-1, 1), multiples of 2^-23."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield (state >> 8) / 2**23 - 1


def data_of(name):
    network, stream = NETWORKS[name], numbers(len(name))
    width = network["widths"]
    inputs = [[2 * next(stream) for _ in range(width[0])] for _ in range(ROWS)]
    if network["loss"] == "squared_error":
        targets = [[next(stream) for _ in range(width[-1])] for _ in range(ROWS)]
    elif network["loss"] == "cross_entropy":
        classes = [int((next(stream) + 1) / 2 * width[-1]) for _ in range(ROWS)]
        targets = [[float(k == c) for k in range(width[-1])] for c in classes]
    else:
        targets = [[float(next(stream) > 0) for _ in range(width[-1])] for _ in range(ROWS)]
    n_parameters = sum((a + 1) * b for a, b in zip(width, width[1:]))
    return inputs, targets, [next(stream) for _ in range(n_parameters)]


def build(name, parameters, dtype):
    network, width = NETWORKS[name], NETWORKS[name]["widths"]
    layers = []
    for a, b in zip(width, width[1:]):
        layers += [nn.Linear(a, b, dtype=dtype), HIDDEN[network["activation"]]()]
    model, at = nn.Sequential(*layers[:-1]), 0
    with torch.no_grad():
        for p in model.parameters():  # weights (outputs, inputs) row by row, then biases: our order too
            p.copy_(torch.tensor(parameters[at : at + p.numel()], dtype=dtype).reshape(p.shape))
            at += p.numel()
    return model


def trajectory(name, rule, make, dtype):
    inputs, targets, parameters = data_of(name)
    inputs, targets = torch.tensor(inputs, dtype=dtype), torch.tensor(targets, dtype=dtype)
    model = build(name, parameters, dtype)
    optimizer, loss_of = make(model.parameters()), LOSSES[NETWORKS[name]["loss"]]
    batch = ROWS if rule.startswith("rprop") else BATCH
    kept = {}
    for step in range(STEPS):
        rows = slice(step * batch % ROWS, step * batch % ROWS + batch)
        optimizer.zero_grad()
        loss = loss_of(model(inputs[rows]), targets[rows])
        loss.backward()
        optimizer.step()
        if step + 1 in KEPT:
            flat = torch.cat([p.detach().reshape(-1) for p in model.parameters()])
            kept[str(step + 1)] = dict(loss=shortest(loss.item(), dtype), parameters=[shortest(x, dtype) for x in flat.tolist()])
    return kept


def shortest(x, dtype):
    """The shortest decimal number that reads back as x in its own precision."""
    return x if dtype == torch.float64 else float(str(np.float32(x)))


def main(folder):
    torch.set_num_threads(1)
    for name, network in NETWORKS.items():
        inputs, targets, parameters = data_of(name)
        runs = []
        for rule, rate, l2, weight_decay, make in RUNS:
            run = dict(rule=rule, rate=rate, l2=l2, weight_decay=weight_decay)
            run["f64"] = trajectory(name, rule, make, torch.float64)
            # In f32 the sign of a tiny gradient is noise, and RPROP follows signs: only where no unit dies.
            if rule != "rprop" or name == "tanh":
                run["f32"] = trajectory(name, rule, make, torch.float32)
            runs.append(run)
        golden = dict(made_by=f"torch {torch.__version__}, numpy {np.__version__}", **network)
        golden |= dict(batch=BATCH, inputs=inputs, targets=targets, parameters=parameters, runs=runs)
        text = json.dumps(golden, separators=(",", ":")).replace('{"rule"', '\n{"rule"')
        (folder / f"{name}.json").write_text(text + "\n")
        print(f"{folder / name}.json: {len(runs)} runs, {len(text) // 1024} KiB")


main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "crates/gradus/tests/golden"))
