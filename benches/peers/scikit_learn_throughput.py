"""scikit-learn's side of `cargo xtask bench`: one job in one process, in rounds (see rounds.py). Needs scikit-learn.

Usage: scikit_learn_throughput.py JOB, a JSON object as pytorch_throughput.py takes; mode says nothing here.

What `fit` does before the first epoch is not training: the time of a round is that of a fit of 1 + n epochs, less that of a fit
of one epoch, and n is chosen so that the round has its length. Where another program has disturbed one of the two so much that the round
seems shorter than half of that, it is taken again with twice as many epochs. Numbers are f32, as the inputs are.
"""

import json
import os
import sys
import time
import warnings

job = json.loads(sys.argv[1])
# numpy and scikit-learn read this when they are imported.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(job["threads"])

import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from rounds import serve  # noqa: E402
from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: E402

# Seconds that are long beside what disturbs a fit.
LONG = 0.1


def examples():
    random, half_width = np.random.default_rng(1), 3**0.5
    rows, outputs = job["rows"], job["widths"][-1]
    inputs = random.uniform(-half_width, half_width, (rows, job["widths"][0])).astype(np.float32)
    if job["loss"] == "cross_entropy":
        return inputs, random.integers(0, outputs, rows)
    return inputs, random.uniform(-half_width, half_width, (rows, outputs)).astype(np.float32).squeeze()


def train():
    inputs, targets = examples()
    kind = MLPClassifier if job["loss"] == "cross_entropy" else MLPRegressor

    def fit(epochs):
        model = kind(
            hidden_layer_sizes=job["widths"][1:-1],
            activation=job["activation"],
            solver=job["optimizer"],
            learning_rate_init=job["rate"],
            batch_size=job["batch"],
            max_iter=epochs,
            alpha=0,
            tol=0,
            n_iter_no_change=10**6,
            momentum=0,
        )
        begun = time.perf_counter()
        model.fit(inputs, targets)
        return time.perf_counter() - begun

    def at_least(seconds, epochs):
        """So many epochs and their seconds; twice as many where they seem to take less than so many seconds."""
        while True:
            once = fit(1)
            spent = fit(1 + epochs) - once
            if spent >= seconds:
                return epochs, spent
            epochs *= 2

    fit(1)
    epochs, spent = at_least(LONG, 1)
    epoch = spent / epochs

    def make_round(seconds):
        epochs, spent = at_least(seconds / 2, max(1, round(seconds / epoch)))
        return epochs * job["rows"], spent

    return make_round


def main():
    # A fit that stops where it was told to is no reason to warn.
    warnings.simplefilter("ignore")
    serve({"name": "scikit-learn", "version": sklearn.__version__}, train)


if __name__ == "__main__":
    main()
