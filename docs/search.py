"""A random search with Optuna: `pip install optuna`, then `python -m docs.search`, from the project's folder.

Each trial is an experiment of DVC's that trains both methods and stops there: what is compared is the mean AUC of both
on their validation parts. The test pictures stay unseen, so that the verdict of the one that is chosen is worth as much
as ever. The last line is the command that runs the whole pipeline with the best.
"""

import argparse
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

import optuna

from facevalue.common import trainings
from facevalue.common.methods import TRAINED
from facevalue.training.outcome import Training


def proposal(trial: optuna.Trial) -> dict[str, object]:
    """The parameters of a trial: put here what is to be tried, by its name in params.yaml."""
    return {
        "train.learning_rate": trial.suggest_float("train.learning_rate", 1e-4, 1e-2, log=True),
        "train.weight_decay": trial.suggest_float("train.weight_decay", 1e-3, 0.3, log=True),
        "train.image_size": trial.suggest_categorical("train.image_size", [96, 128, 160]),
        "train.augment": trial.suggest_categorical("train.augment", ["none", "light"]),
    }


def experiment(changes: Iterable[str], *stages: str) -> list[str]:
    """The command that runs these stages, or all of them, with these changes of params.yaml."""
    return ["dvc", "exp", "run", *(word for change in changes for word in ("--set-param", change)), *stages]


def validated() -> float:
    """The mean AUC on the validation part, over methods and trainings, of the epochs whose weights were kept."""
    curves = [
        fold for method in TRAINED for repeat in trainings.found(Path("plots/training") / method) for fold in repeat
    ]
    return fmean(Training.of_curves(each, "epochs").val_auc for each in curves)


def main() -> None:
    """Search, and say what was best."""
    parser = argparse.ArgumentParser(prog="python -m docs.search", description=__doc__)
    parser.add_argument("--trials", type=int, default=20, metavar="N", help="how many to run; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn; default: %(default)s")
    parser.add_argument(
        "--set-param", action="append", default=[], metavar="KEY=VALUE", help="for all trials, such as split.repeats=1"
    )
    options = parser.parse_args()

    def objective(trial: optuna.Trial) -> float:
        changes = [*options.set_param, *(f"{key}={value}" for key, value in proposal(trial).items())]
        subprocess.run(experiment(changes, *(f"train_{method}" for method in TRAINED)), check=True)
        return validated()

    # TPESampler, in its place, learns from the trials before.
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=options.seed))
    study.optimize(objective, n_trials=options.trials)
    best = [*options.set_param, *(f"{key}={value}" for key, value in study.best_params.items())]
    print(
        f"Best of {options.trials}, {study.best_value:.3f} on the validation parts:\n  {shlex.join(experiment(best))}"
    )


if __name__ == "__main__":
    main()
