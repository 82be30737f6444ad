"""Every kind of fakes by networks that have, and have not, seen it: cell by cell, and over all kinds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue
from facevalue.common.methods import METHODS, TRAINED
from facevalue.evaluating import pairing
from facevalue.evaluating.evaluation import by_method, group_names
from facevalue.statistics.combined import Combined
from facevalue.statistics.intervals import Estimator, known
from facevalue.statistics.resampling import Groups

_LOGITS = [f"logit_{method}" for method in TRAINED]

_NUMBERS = [f"{name}{end}" for name in (*METHODS, "difference") for end in ("", "_low", "_high")]
_COUNTS = ["kind", "fakes", "reals"]

EMPTY = {
    "matrix": pd.DataFrame(columns=["without", *_COUNTS, *_NUMBERS]),
    "kinds": pd.DataFrame(columns=[*_COUNTS, *_NUMBERS, *(f"seen_{name}" for name in _NUMBERS)]),
}
"""The tables where there is nothing."""

Tests = Mapping[str, Sequence[pd.DataFrame]]
"""By the kind that was left out, of each training the test pictures as `pairing.pair` gives them."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """AUCs of a kind's test fakes (second key) against all test reals, by networks without a kind (first key).

    The methods are `METHODS`.

    Attributes:
        cells: of every kind that is left out, and every one of these that has a test picture which all have scored.
        groups: of these pictures.
        inside: of each kind's fakes and all reals, the groups, and their numbers among all.
        fakes: how many of each kind they are; none without a real one.
        reals: how many they are.
        left_out: pictures without a finite score in one of the trainings.
    """

    cells: Mapping[tuple[str, str], Combined]
    groups: Groups
    inside: Mapping[str, tuple[Groups, NDArray[np.int64]]]
    fakes: Mapping[str, int]
    reals: int
    left_out: int

    @classmethod
    def of(cls, tests: Tests) -> "Matrix":
        """From what the networks say; the order of the rows is of no account."""
        flat = pairing.aligned([table for trainings in tests.values() for table in trainings])
        finite = np.all([np.isfinite(table[_LOGITS].to_numpy(dtype=np.float64)).all(axis=1) for table in flat], axis=0)
        pictures = flat[0]
        fake = (pictures["label"] == "fake").to_numpy()
        kept = finite & (~fake | pictures["kind"].isin(tests).to_numpy())
        known_pictures, fake = pictures[kept], fake[kept]
        kinds = known_pictures["kind"].to_numpy()
        numbers, _ = pd.factorize(group_names(known_pictures), sort=True)
        groups = Groups.of(numbers, catalogue.targets(known_pictures["label"]))
        reals = int((~fake).sum())
        counts = {kind: int((fake & (kinds == kind)).sum()) for kind in tests}
        fakes = {kind: count for kind, count in counts.items() if count and reals}
        targets = fake.astype(np.int64)
        of_kind = {kind: ~fake | (kinds == kind) for kind in fakes}
        cells, each = {}, iter(flat)
        for without, trainings in tests.items():
            scored = np.stack(by_method([next(each)[kept] for _ in trainings]), axis=1)
            for kind, own in of_kind.items():
                cells[without, kind] = Combined.of_aucs(targets[own], scored[own], numbers[own], groups.count)
        inside = {
            kind: (Groups.of(numbers[own], targets[own]), np.unique(numbers[own])) for kind, own in of_kind.items()
        }
        return cls(cells, groups, inside, fakes, reals, int((~finite).sum()))

    @property
    def pictures(self) -> int:
        """How many they are."""
        return self.groups.of_picture.size

    @cached_property
    def unseen(self) -> Combined | None:
        """The mean over all kinds, each by the networks that have not seen it; None where there is no kind."""
        return self._mean((kind, kind) for kind in self.fakes)

    @cached_property
    def seen(self) -> Combined | None:
        """The same by networks that have: of every kind the mean of those without another. None where there are none.

        So both learn from as many kinds of fakes.
        """
        kinds = [self.seen_of(kind) for kind in self.fakes]
        return Combined.mean([kind for kind in kinds if kind]) if kinds and all(kinds) else None

    def seen_of(self, kind: str) -> Combined | None:
        """The mean of a kind's cells by networks without another kind."""
        return self._mean((without, tested) for without, tested in self.cells if tested == kind != without)

    def estimator(self, combined: Combined) -> Estimator:
        """Estimates and comparisons of means over kinds."""
        return combined.estimator(self.groups)

    def estimator_of(self, kind: str, combined: Combined) -> Estimator:
        """The same of one kind's cells: its few fakes are no surer because others were tested beside them."""
        groups, numbers = self.inside[kind]
        return combined.within(numbers).estimator(groups)

    def tables(self) -> dict[str, pd.DataFrame]:
        """`matrix` with a row per cell, and `kinds` with a row per kind: how many pictures, AUCs and intervals.

        The columns are those of `EMPTY`; an interval's ends are `_low` and `_high`, `difference` is crop minus full. In
        `kinds` the numbers are of networks that have not seen the kind, with `seen_` of ones that have.
        """
        cells = [
            {"without": without, **self._counts(kind), **_numbers(self.estimator_of(kind, cell))}
            for (without, kind), cell in self.cells.items()
        ]
        kinds = [{**self._counts(kind), **self._both(kind)} for kind in self.fakes]
        return {
            name: pd.DataFrame(rows, columns=EMPTY[name].columns)
            for name, rows in (("matrix", cells), ("kinds", kinds))
        }

    def _counts(self, kind: str) -> dict[str, object]:
        return {"kind": kind, "fakes": self.fakes[kind], "reals": self.reals}

    def _both(self, kind: str) -> dict[str, float | None]:
        """A kind's numbers, unseen and seen."""
        seen = self.seen_of(kind)
        of_seen = _numbers(self.estimator_of(kind, seen)) if seen else {}
        unseen = _numbers(self.estimator_of(kind, self.cells[kind, kind]))
        return unseen | {f"seen_{name}": value for name, value in of_seen.items()}

    def _mean(self, keys: Iterator[tuple[str, str]]) -> Combined | None:
        cells = [self.cells[key] for key in keys if key in self.cells]
        return Combined.mean(cells) if cells else None


def _numbers(found: Estimator) -> dict[str, float | None]:
    """Of each method, and of crop minus full, the value and the ends of its interval."""
    estimates = {name: found.estimate(column) for column, name in enumerate(METHODS)}
    apart = found.compare(*map(METHODS.index, TRAINED))
    values = [*((each.value, *each.interval) for each in estimates.values()), (apart.value, *apart.interval)]
    return dict(zip(_NUMBERS, (known(value) for triple in values for value in triple), strict=True))
