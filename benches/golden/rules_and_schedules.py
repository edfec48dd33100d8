"""Prints PyTorch's numbers for given gradients, schedules and clipping.

Run by `cargo xtask golden`; needs numpy and torch. The numbers stand in the tests of crates/gradus/src/optim/, beside the
settings that they belong to.
"""

import numpy as np
import torch
from torch.optim import SGD, Adam, AdamW, RMSprop, Rprop
from torch.optim import lr_scheduler as schedules

torch.set_default_dtype(torch.float64)

WEIGHTS = [1.0, -2.0, 0.5]
GRADIENTS = [[0.5, -0.25, 0.0], [0.25, -0.5, 1.0], [-0.125, -0.125, -1.0], [0.75, 0.0, 0.5], [0.5, 0.0625, 0.25]]


def rule(name, make):
    p = torch.nn.Parameter(torch.tensor(WEIGHTS))
    optimizer = make([p])
    for gradient in GRADIENTS:
        p.grad = torch.tensor(gradient)
        optimizer.step()
    print(f"{name}: {p.tolist()}")


def lion(weight_decay):
    """Algorithm 2 of Chen et al. 2023 with rate 0.01 and betas (0.9, 0.99)."""
    w, m = np.array(WEIGHTS), np.zeros(3)
    for gradient in GRADIENTS:
        g = np.array(gradient)
        w = w - 0.01 * (np.sign(0.9 * m + 0.1 * g) + weight_decay * w)
        m = 0.99 * m + 0.01 * g
    print(f"lion, decay {weight_decay}: {w.tolist()}")


def schedule(name, make, n):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, rates = make(optimizer), []
    for _ in range(n):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    print(f"{name}: {rates}")


def plateau(mode, patience, threshold, values):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = schedules.ReduceLROnPlateau(optimizer, mode=mode, factor=0.1, patience=patience, threshold=threshold)
    rates = []
    for value in values:
        scheduler.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    print(f"plateau {mode}, patience {patience}, threshold {threshold}, {values}: {rates}")


def clip(gradient, norm):
    p = torch.nn.Parameter(torch.zeros(len(gradient)))
    p.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_([p], norm)
    print(f"clip {gradient} to {norm}: {p.grad.tolist()}")


rule("sgd", lambda p: SGD(p, lr=0.1))
rule("sgd, l2 0.01", lambda p: SGD(p, lr=0.1, weight_decay=0.01))
rule("momentum", lambda p: SGD(p, lr=0.1, momentum=0.9))
rule("nesterov", lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True))
rule("nesterov, l2 0.01", lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01))
rule("rmsprop", lambda p: RMSprop(p, lr=0.01))
rule("rmsprop:alpha=0.9,momentum=0.5", lambda p: RMSprop(p, lr=0.01, alpha=0.9, momentum=0.5))
rule("adam", lambda p: Adam(p, lr=0.1))
rule("adam, l2 0.1", lambda p: Adam(p, lr=0.1, weight_decay=0.1))
rule("adam:beta1=0.8,beta2=0.9,epsilon=1e-3", lambda p: Adam(p, lr=0.1, betas=(0.8, 0.9), eps=1e-3))
rule("adamw, decay 0.1", lambda p: AdamW(p, lr=0.1, weight_decay=0.1))
rule("rprop", lambda p: Rprop(p, lr=0.01))
rule(
    "rprop:eta_minus=0.3,eta_plus=1.5,step_min=0.005,step_max=0.02",
    lambda p: Rprop(p, lr=0.01, etas=(0.3, 1.5), step_sizes=(0.005, 0.02)),
)
lion(0.0)
lion(0.1)

schedule("step:every=3", lambda o: schedules.StepLR(o, 3, 0.1), 10)
schedule("exponential:factor=0.9", lambda o: schedules.ExponentialLR(o, 0.9), 6)
schedule("cosine:warmup=0,floor=0.1", lambda o: schedules.CosineAnnealingLR(o, 10, eta_min=0.1), 10)
schedule("one_cycle", lambda o: schedules.OneCycleLR(o, 1.0, total_steps=10), 10)
schedule(
    "one_cycle:peak_at=0.5,start=10,end=100",
    lambda o: schedules.OneCycleLR(o, 1.0, total_steps=7, pct_start=0.5, div_factor=10, final_div_factor=100),
    7,
)
plateau("min", 2, 1e-4, [1.0, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8])
plateau("min", 0, 0.1, [1.0, 0.95, 0.91, 0.85, 0.8])
plateau("max", 1, 1e-4, [0.5, 0.6, 0.6, 0.59, 0.7, 0.7, 0.7])
plateau("min", 1, 1e-4, [float("nan"), 1.0, 1.0, float("nan"), 0.5])
clip([3.0, -4.0, 0.25], 1.0)
clip([0.3, -0.4], 1.0)
