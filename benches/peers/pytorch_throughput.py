"""PyTorch's side of `cargo xtask bench`: one job in one process, in rounds (see rounds.py). Needs torch.

Usage: pytorch_throughput.py JOB, the job a JSON object: work (train, predict), widths, activation, loss, optimizer, rate, batch,
rows, threads, and mode:

  eager      as it comes
  fused      with the optimizer's fused update
  compile    the whole step, update included, or the prediction through torch.compile
  bf16       fused, and forward pass and loss under autocast to bfloat16
  GPU eager  as it comes, on a CUDA GPU
  GPU fused  as fused, on a CUDA GPU, where the examples lie from the start
  GPU graph  as GPU fused, gathering and step, or the prediction, recorded once and repeated (see graph.py)
  GPU bf16   as GPU graph, under autocast to bfloat16

Inputs and values are uniform with mean 0 and variance 1, classes are equally likely. An epoch has a new random order and its
batches are gathered by it, but for a full batch, which is taken as it lies. A short last batch is left out, because
torch.compile would compile again for it. A prediction on a GPU begins and ends in the memory of the processor.
"""

import json
import sys

import torch
from graph import recorded
from rounds import serve, timed
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
LOSSES = {"cross_entropy": nn.CrossEntropyLoss, "squared_error": nn.MSELoss}
HALF_WIDTH = 3**0.5

job = json.loads(sys.argv[1])
on_gpu, way = job["mode"].startswith("GPU"), job["mode"].removeprefix("GPU ")
device = "cuda" if on_gpu else "cpu"
# A step that is recorded does not wait for the processor, and so its optimizer counts its steps on the GPU.
is_recorded = on_gpu and way in ("graph", "bf16")


def wait():
    if on_gpu:
        torch.cuda.synchronize()


def precision():
    # Inside a recording nothing may stay from the step before: not the weights in bfloat16 either.
    return torch.autocast(device, dtype=torch.bfloat16, enabled=way == "bf16", cache_enabled=not is_recorded)


def centred(*shape):
    return (2 * torch.rand(*shape, device=device) - 1) * HALF_WIDTH


def network():
    layers = []
    for inputs, outputs in zip(job["widths"], job["widths"][1:]):
        layers += [nn.Linear(inputs, outputs), ACTIVATIONS[job["activation"]]()]
    return nn.Sequential(*layers[:-1]).to(device)


def optimizer(model):
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[job["optimizer"]]
    settings = {"lr": job["rate"], "fused": way in ("fused", "bf16", "graph")}
    if is_recorded and kind is torch.optim.Adam:
        settings["capturable"] = True
    return kind(model.parameters(), **settings)


def examples():
    rows, outputs = job["rows"], job["widths"][-1]
    inputs = centred(rows, job["widths"][0])
    if job["loss"] == "cross_entropy":
        return inputs, torch.randint(0, outputs, (rows,), device=device)
    return inputs, centred(rows, outputs)


def train():
    """A pass is an epoch."""
    model, (inputs, targets) = network(), examples()
    loss_of, rule = LOSSES[job["loss"]](), optimizer(model)
    rows, batch = job["rows"], job["batch"]
    is_full = batch >= rows

    def step(x, y):
        rule.zero_grad(set_to_none=True)
        with precision():
            loss = loss_of(model(x), y)
        loss.backward()
        rule.step()

    step = torch.compile(step) if way == "compile" else step
    if is_recorded:
        chosen = torch.arange(min(batch, rows), device=device)
        repeat = recorded(lambda: step(inputs, targets) if is_full else step(inputs[chosen], targets[chosen]))

    def learn(of_these):
        if is_recorded:
            chosen.copy_(of_these)
            repeat()
        else:
            step(inputs[of_these], targets[of_these])

    def epoch():
        if is_full:
            repeat() if is_recorded else step(inputs, targets)
            return rows
        order = torch.randperm(rows, device=device)
        for start in range(0, rows - batch + 1, batch):
            learn(order[start : start + batch])
        return rows - rows % batch

    return lambda seconds: timed(epoch, seconds, wait)


def predict():
    """A pass is one prediction: probabilities for so many rows."""
    model, (inputs, _) = network().eval(), examples()

    def answer(x):
        with precision():
            return torch.softmax(model(x), dim=1)

    answer = torch.compile(answer) if way == "compile" else answer

    @torch.inference_mode()
    def make_round(seconds):
        if not on_gpu:
            return timed(lambda: len(answer(inputs)), seconds)
        there, here = inputs.clone(), inputs.cpu().pin_memory()
        once = recorded(lambda: answer(there)) if is_recorded else lambda: answer(there)

        def there_and_back():
            there.copy_(here, non_blocking=True)
            return len(once().cpu())

        return timed(there_and_back, seconds)

    return make_round


def main():
    torch.set_num_threads(job["threads"])
    torch.manual_seed(1)
    introduction = {"name": "PyTorch", "version": torch.__version__.split("+")[0]}

    def prepare():
        if on_gpu:
            introduction["gpu"] = torch.cuda.get_device_name()
        return {"train": train, "predict": predict}[job["work"]]()

    serve(introduction, prepare)


if __name__ == "__main__":
    main()
