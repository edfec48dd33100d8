"""Cross-validation of scikit-learn's multilayer perceptron on the data sets that Gradus has built in.

Run by `cargo xtask accuracy`; needs numpy and scikit-learn. Usage: scikit_learn.py SEED…

Prints one JSON object: scikit-learn's version and, for each data set, what cross-validation with each seed gives as
[mean, sample deviation] over ten shuffled folds: accuracy for classes (stratified folds), the root of the mean squared
error for `diabetes`, once as it is and once with a target that is standardised by the training part.

All settings of MLPClassifier and MLPRegressor are scikit-learn's own; the inputs go through StandardScaler, fitted on the
training part of each fold.
"""

import csv
import gzip
import json
import os
import pathlib
import sys
import warnings

# One thread in each of the processes that share out the folds. numpy reads this when it is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.compose import TransformedTargetRegressor  # noqa: E402
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score  # noqa: E402
from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

DATA = pathlib.Path(__file__).parents[2] / "crates/gradus-lab/data"
FOLDS = 10


def read(name):
    """Inputs and targets of a built-in data set; a first line without a number is its header."""
    with gzip.open(DATA / f"{name}.csv.gz", "rt", newline="") as file:
        rows = list(csv.reader(file))
    if not rows[0][0].replace(".", "").isdigit():
        rows = rows[1:]
    return np.array([row[:-1] for row in rows], dtype=float), np.array([row[-1] for row in rows])


def classifier(seed):
    return make_pipeline(StandardScaler(), MLPClassifier(random_state=seed))


def regressor(seed):
    return make_pipeline(StandardScaler(), MLPRegressor(random_state=seed))


def standardised_regressor(seed):
    return TransformedTargetRegressor(regressor(seed), transformer=StandardScaler())


def accuracy(name, seed):
    inputs, classes = read(name)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return cross_val_score(classifier(seed), inputs, classes, cv=folds, n_jobs=-1)


def error(model, name, seed):
    inputs, target = read(name)
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    scoring = "neg_root_mean_squared_error"
    return -cross_val_score(model(seed), inputs, target.astype(float), cv=folds, scoring=scoring, n_jobs=-1)


FIGURES = {
    "iris": lambda seed: accuracy("iris", seed),
    "wine": lambda seed: accuracy("wine", seed),
    "breast-cancer": lambda seed: accuracy("breast-cancer", seed),
    "digits": lambda seed: accuracy("digits", seed),
    "diabetes": lambda seed: error(regressor, "diabetes", seed),
    "diabetes, standardised target": lambda seed: error(standardised_regressor, "diabetes", seed),
}


def main():
    # The defaults end after 200 epochs and say that they could go on; the processes below must not say so either.
    warnings.simplefilter("ignore")
    os.environ["PYTHONWARNINGS"] = "ignore"
    figures = {}
    for name, scores_of in FIGURES.items():
        print(f"scikit-learn: {name}", file=sys.stderr)
        scores = [scores_of(int(seed)) for seed in sys.argv[1:]]
        figures[name] = [[float(np.mean(s)), float(np.std(s, ddof=1))] for s in scores]
    print(json.dumps({"version": sklearn.__version__, "figures": figures}))


if __name__ == "__main__":
    main()
