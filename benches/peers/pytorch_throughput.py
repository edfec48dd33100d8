"""PyTorch's side of `cargo xtask bench`: one job in one process, in rounds (see rounds.py). Needs torch.

Usage: pytorch_throughput.py JOB, the job a JSON object: work (train, predict), widths, activation, loss, optimizer, rate, batch,
rows, threads, and mode:

  eager    as it comes
  fused    with the optimizer's fused update
  compile  the whole step, update included, or the prediction through torch.compile
  bf16     fused, and forward pass and loss under autocast to bfloat16

Inputs and values are uniform with mean 0 and variance 1, classes are equally likely. An epoch has a new random order and its
batches are gathered by it, but for a full batch, which is taken as it lies. A short last batch is left out, because
torch.compile would compile again for it.
"""

import json
import sys

import torch
from rounds import serve, timed
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
LOSSES = {"cross_entropy": nn.CrossEntropyLoss, "squared_error": nn.MSELoss}
HALF_WIDTH = 3**0.5


def centred(*shape):
    return (2 * torch.rand(*shape) - 1) * HALF_WIDTH


def network(job):
    layers = []
    for inputs, outputs in zip(job["widths"], job["widths"][1:]):
        layers += [nn.Linear(inputs, outputs), ACTIVATIONS[job["activation"]]()]
    return nn.Sequential(*layers[:-1])


def optimizer(job, model):
    fused = job["mode"] in ("fused", "bf16")
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[job["optimizer"]]
    return kind(model.parameters(), lr=job["rate"], fused=fused)


def examples(job):
    rows, outputs = job["rows"], job["widths"][-1]
    inputs = centred(rows, job["widths"][0])
    if job["loss"] == "cross_entropy":
        return inputs, torch.randint(0, outputs, (rows,))
    return inputs, centred(rows, outputs)


def train(job):
    """A pass is an epoch."""
    model, (inputs, targets) = network(job), examples(job)
    loss_of, rule = LOSSES[job["loss"]](), optimizer(job, model)
    rows, batch = job["rows"], job["batch"]

    def step(x, y):
        rule.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=job["mode"] == "bf16"):
            loss = loss_of(model(x), y)
        loss.backward()
        rule.step()

    step = torch.compile(step) if job["mode"] == "compile" else step

    def epoch():
        if batch >= rows:
            step(inputs, targets)
            return rows
        order = torch.randperm(rows)
        for start in range(0, rows - batch + 1, batch):
            chosen = order[start : start + batch]
            step(inputs[chosen], targets[chosen])
        return rows - rows % batch

    return lambda seconds: timed(epoch, seconds)


def predict(job):
    """A pass is one prediction: probabilities for so many rows."""
    model, (inputs, _) = network(job).eval(), examples(job)

    def answer(x):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=job["mode"] == "bf16"):
            return torch.softmax(model(x), dim=1)

    answer = torch.compile(answer) if job["mode"] == "compile" else answer

    def once():
        answer(inputs)
        return job["rows"]

    @torch.inference_mode()
    def make_round(seconds):
        return timed(once, seconds)

    return make_round


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    torch.manual_seed(1)
    introduction = {"name": "PyTorch", "version": torch.__version__.split("+")[0]}
    serve(introduction, lambda: {"train": train, "predict": predict}[job["work"]](job))


if __name__ == "__main__":
    main()
