"""Which division of the sample is taken: the dataset's own, a new one, or one per fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from facevalue.common.catalogue import PARTS
from facevalue.common.errors import SplitError
from facevalue.common.files import fold_names
from facevalue.splitting import assign, official
from facevalue.splitting.outside import suspect
from facevalue.splitting.params import SplitParams


@dataclass(frozen=True)
class Division:
    """The part of every picture in each fold (`.` where there is one), and what is to be said of it.

    A picture's part is empty where the dataset's own split has none for it.
    """

    folds: Mapping[str, pd.Series]
    remark: str

    def describe(self) -> str:
        """One line: how many pictures each part holds, in how many folds, and what is to be said."""
        parts = list(PARTS)
        counts = pd.DataFrame([fold.value_counts() for fold in self.folds.values()])[parts]
        low, high = counts.min(), counts.max()
        ranges = {part: f"{low[part]} to {high[part]}" if low[part] < high[part] else low[part] for part in parts}
        several = f"{len(self.folds)} folds, each " if len(self.folds) > 1 else ""
        return f"{several}{', '.join(f'{ranges[part]} {part}' for part in parts)}; {self.remark}"


def divide(catalogue: pd.DataFrame, settings: SplitParams) -> Division:
    """Divide a sample, a catalogue with `part` and `video`, as the parameters say.

    Raises:
        SplitError: a part would be left without a class; the dataset's own split is asked for and there is none; or
            groups stand on two sides of it, and it is not asked for.
    """
    own = {"train", "test"} <= set(catalogue["part"])
    if settings.official is True or (settings.official == "auto" and own and settings.folds == 1):
        return _official(catalogue, settings)
    if settings.folds == 1:
        divided = [assign.assign(catalogue, settings.val, settings.test, settings.seed)]
    else:
        divided = assign.cross_fit(catalogue, settings.val, settings.folds, settings.seed)
    remark = "; ".join(filter(None, (_groups(catalogue, divided), _unused(catalogue, settings))))
    return Division(dict(zip(fold_names(settings.folds), divided, strict=True)), remark)


def _groups(catalogue: pd.DataFrame, divided: Sequence[pd.Series]) -> str:
    """How many groups, and that none stands on two sides: said of what was counted, and looked at from the outside."""
    torn = sum(int((parts.groupby(catalogue["group"]).nunique() > 1).sum()) for parts in divided)
    if torn:
        raise ValueError(f"{torn} groups stand on two sides")
    suspicion = next((found for parts in divided if (found := suspect(catalogue, parts)).pictures), None)
    said = f"{catalogue['group'].nunique()} groups, none on two sides"
    return f"{said}, {suspicion.describe()}" if suspicion else said


def _unused(catalogue: pd.DataFrame, settings: SplitParams) -> str:
    """What is said of a dataset's own split that is there and not used, unless its user wants it so."""
    there = [part for part in PARTS if part in set(catalogue["part"])]
    if settings.official != "auto" or not there:
        return ""
    if settings.folds > 1:
        return "the dataset's own split is not used for folds"
    return f"the dataset's own split has only {' and '.join(there)}, and is not used"


def _official(catalogue: pd.DataFrame, settings: SplitParams) -> Division:
    split = official.assign(catalogue, settings.val, settings.seed)
    if split.crossing.groups and settings.official == "auto":
        raise SplitError(
            f"{split.crossing.describe()}. Set split.official to true to use the dataset's split all the same, "
            "or to false to divide anew, in params.yaml."
        )
    used = split.parts != ""
    groups = "" if split.crossing.groups else _groups(catalogue[used], [split.parts[used]])
    said = [f"the dataset's own split{', as asked' if settings.official is True else ''}", groups, split.describe()]
    return Division({".": split.parts}, "; ".join(filter(None, said)))
