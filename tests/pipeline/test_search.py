"""The random search of docs/ runs real experiments; Optuna, which is not installed, is a stand-in."""

import shlex
import shutil

import pytest

from tests.pipeline.conftest import ROOT, Project, executed

pytestmark = pytest.mark.pipeline
TRAINED = ("train_full", "train_crop")

OPTUNA = '''"""Stands in for optuna 4: draws at random, and remembers the best."""

import math
import random
from types import SimpleNamespace


class Trial:
    def __init__(self, rng):
        self.params, self._rng = {}, rng

    def suggest_float(self, name, low, high, *, step=None, log=False):
        assert log
        return self._kept(name, math.exp(self._rng.uniform(math.log(low), math.log(high))))

    def suggest_categorical(self, name, choices):
        return self._kept(name, self._rng.choice(choices))

    def _kept(self, name, value):
        return self.params.setdefault(name, value)


class Study:
    def __init__(self, seed):
        self._rng, self.best_value, self.best_params = random.Random(seed), -math.inf, {}

    def optimize(self, func, n_trials=None):
        for _ in range(n_trials):
            trial = Trial(self._rng)
            value = func(trial)
            print(f"value {value:.3f} of {trial.params}", flush=True)
            if value > self.best_value:
                self.best_value, self.best_params = value, trial.params


def create_study(*, sampler=None, direction=None):
    assert direction == "maximize"
    return Study(sampler)


samplers = SimpleNamespace(RandomSampler=lambda seed=None: seed)
'''


def test_it_trains_and_does_not_test_and_its_last_line_runs_the_best(untouched: Project) -> None:
    (untouched.root / "docs").mkdir()
    shutil.copy(ROOT / "docs/search.py", untouched.root / "docs")
    (untouched.root / "optuna.py").write_text(OPTUNA)
    untouched.commit()
    output = untouched.run("python", "-m", "docs.search", "--trials", "2", "--set-param", "train.epochs=3")
    ran = executed(output)
    assert set(ran) == {"check", "split", "train_full", "train_crop"}  # the split knows the input side
    assert ran.count("train_crop") == 2
    assert len(untouched.run("dvc", "exp", "list", "--name-only").split()) == 2

    tried = dict(line.removeprefix("value ").split(" of ") for line in output.splitlines() if line.startswith("value "))
    assert len(tried) == 2
    best = max(tried, key=float)
    told, command = output.splitlines()[-2:]
    assert told == f"Best of 2, {best} on the validation parts:"
    assert all(f"{name}={value}" in command for name, value in eval(tried[best]).items())
    again = untouched.run(*shlex.split(command), *TRAINED)
    assert not set(TRAINED) & set(executed(again))  # DVC has it in its run cache


def test_a_grid_is_a_product(untouched: Project) -> None:
    grid = ("--set-param", "train.learning_rate=0.0005,0.001", "--set-param", "train.epochs=5,8")
    queued = untouched.run("dvc", "exp", "run", "--queue", *grid)
    assert queued.count("Queued experiment") == 4
