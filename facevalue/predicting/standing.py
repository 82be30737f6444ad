"""What trained networks are worth and what they know, as the results beside them tell."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, NAMES, TRAINED, TrainedMethod
from facevalue.common.trainings import found
from facevalue.common.words import printable
from facevalue.model.config import Config
from facevalue.model.saved import CONFIG
from facevalue.predicting import record

_DRAWINGS = (
    "Those are drawings of people: of photographs the networks know nothing, and their word on one means nothing."
)
_CLASSES = {"real", "fake"}  # a kind that says no more than the label


@dataclass(frozen=True)
class Standing:
    """What the results in a folder say of the networks in it; what they do not tell is None.

    Attributes:
        networks: by method the architecture, and how many trainings there are of it.
        source: what `source` named: a path within the folder, or the last part of another.
        pictures: how many were drawn from it.
        kinds: of the fakes among them.
        tested: on how many pictures the methods were compared; None too where these are other networks.
        auc: by method the estimate and the ends of its 95 % interval.
        verdict: the sentence that compares the methods.
    """

    networks: Mapping[str, tuple[str, int]]
    source: str | None
    pictures: int | None
    kinds: Sequence[str]
    tested: int | None
    auc: Mapping[str, tuple[float | None, float | None, float | None]]
    verdict: str | None

    @property
    def drawn(self) -> bool:
        """Whether they have seen the built-in pictures alone."""
        return self.source == record.DRAWN

    @property
    def sentences(self) -> list[str]:
        """For people, one thing each."""
        return [*self._learnt(), *self._worth()]

    @property
    def facts(self) -> dict[str, Any]:
        """For programs, as plain values for JSON."""
        networks = {
            method: {"architecture": name, "trainings": count} for method, (name, count) in self.networks.items()
        }
        auc = {method: dict(zip(("value", "low", "high"), each, strict=True)) for method, each in self.auc.items()}
        return {
            "networks": networks,
            "source": self.source,
            "built_in_drawings": self.drawn,
            "pictures": self.pictures,
            "kinds_of_fakes": list(self.kinds),
            "test_pictures": self.tested,
            "auc": auc,
            "verdict": self.verdict,
            "sentences": self.sentences,
        }

    def _learnt(self) -> list[str]:
        made = set(self.networks.values())
        methods = f"{_made(*made.pop())} of each method" if len(made) == 1 else self._each()
        if self.source is None or self.pictures is None:
            return [f"Networks: {methods}. What they learnt from is not recorded here."]
        kinds = f" (fakes: {', '.join(self.kinds)})" if self.kinds else ""
        learnt = [f"Networks: {methods}, on a sample of {self.pictures:,} pictures of {self.source}{kinds}."]
        return [*learnt, *([_DRAWINGS] if self.drawn else [])]

    def _each(self) -> str:
        return "; ".join(f"{NAMES[method]} {_made(*each)}" for method, each in self.networks.items())

    def _worth(self) -> list[str]:
        if self.tested is None:
            return ["What they are worth has not been measured, or not recorded here; dvc repro does both."]
        each = ", ".join(f"{_interval(*self.auc[method])} {NAMES[method]}" for method in METHODS)
        return [f"On their own {self.tested:,} test pictures, AUC with 95 % interval: {each}."]


def _made(architecture: str, trainings: int) -> str:
    return f"{architecture}, {trainings} training" + ("s" if trainings > 1 else "")


def read(root: Path, models: Mapping[TrainedMethod, Path] | None = None) -> Standing:
    """What the results in the folder of a run tell; nothing there is trusted, and anything may be missing.

    Args:
        root: the folder with `metrics/`, `data/` and `dvc.lock`.
        models: the folder of each method's networks; `models/METHOD` where none is given.
    """
    places = models or {method: root / "models" / method for method in TRAINED}
    files = {name: root / "metrics" / f"{name}.json" for name in (*METHODS, "comparison")}
    own = record.tested(root, places)
    metrics = {name: _values(file) for name, file in files.items()} if own else {}
    verdict = metrics.get("comparison", {}).get("verdict")
    pictures, kinds = _drawn(root / "data" / "sampled" / catalogue.FILE_NAME)
    return Standing(
        networks={method: _networks(folder) for method, folder in places.items()},
        source=_source(root) if own else None,  # of other networks nothing is recorded
        pictures=pictures,
        kinds=kinds,
        tested=_whole(metrics.get("ensemble", {}).get("pictures")),
        auc={method: _estimate(metrics.get(method, {})) for method in METHODS},
        verdict=printable(str(verdict["sentence"])) if isinstance(verdict, dict) and "sentence" in verdict else None,
    )


def _networks(folder: Path) -> tuple[str, int]:
    trainings = found(folder)
    try:
        return Config.read(trainings[0][0] / CONFIG).architecture, len(trainings)
    except (IndexError, OSError, ValueError):
        return "unknown", len(trainings)


def _source(root: Path) -> str | None:
    """What the networks learnt from, as DVC recorded it: `params.yaml` may name other pictures by now."""
    made = record.told(root, {})
    if made is None or "source" not in made:
        return None
    return printable(record.called(str(made["source"])))


def _drawn(file: Path) -> tuple[int | None, list[str]]:
    """How many pictures were drawn, and the kinds of the fakes."""
    try:
        table = catalogue.read(file)[["label", "kind"]]
    except (KeyError, OSError, ValueError):
        return None, []
    kinds = table.loc[table["label"] == "fake", "kind"].unique()
    return len(table), sorted(printable(kind) for kind in kinds if kind not in _CLASSES)


def _values(file: Path) -> dict[str, Any]:
    """What a JSON of `metrics/` holds; nothing where it cannot be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _estimate(values: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    return _number(values.get("auc")), _number(values.get("auc_low")), _number(values.get("auc_high"))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _interval(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "n/a"
    return f"{value:.3f}" + ("" if low is None or high is None else f" ({low:.3f} to {high:.3f})")
