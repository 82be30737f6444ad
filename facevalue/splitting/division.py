"""Which division of the sample is taken: the dataset's own, or a new one; and for every training one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import pandas as pd

from facevalue.common import trainings
from facevalue.common.catalogue import PARTS
from facevalue.common.errors import SplitError
from facevalue.common.grouping import groups
from facevalue.splitting import official
from facevalue.splitting.anew import cost, divide_anew, groups_of
from facevalue.splitting.outside import suspect
from facevalue.splitting.params import SplitParams


@dataclass(frozen=True)
class Division:
    """The part of every picture in each training (by `trainings.names`), its group, and what is to be said of it.

    A picture's part is empty where it is left out: the dataset's own split has none for it, or it shows two identities
    that stand on two sides.
    """

    trainings: Mapping[str, pd.Series]
    repeats: int
    groups: pd.Series
    remark: str

    def describe(self) -> str:
        """One line: how many pictures each part holds, in how many repeats and folds, and what is to be said."""
        parts = list(PARTS)
        counts = pd.DataFrame([division.value_counts() for division in self.trainings.values()])[parts]
        low, high = counts.min(), counts.max()
        ranges = {part: f"{low[part]} to {high[part]}" if low[part] < high[part] else low[part] for part in parts}
        counted = ((self.repeats, "repeats"), (len(self.trainings) // self.repeats, "folds"))
        several = " of ".join(f"{count} {noun}" for count, noun in counted if count > 1)
        held = ", ".join(f"{ranges[part]} {part}" for part in parts)
        return f"{several}{', each ' if several else ''}{held}; {self.remark}"


def divide(catalogue: pd.DataFrame, settings: SplitParams) -> Division:
    """Divide a sample as the parameters say.

    Args:
        catalogue: with `part`, `video`, `identities`, `look` and, of each picture, its path in the `source`.
        settings: the section `split`.

    Raises:
        SplitError: a part would be left without a class; the dataset's own split is asked for and there is none; or
            groups stand on two sides of it, and it is not asked for.
    """
    grouped = catalogue.assign(group=groups_of(catalogue, settings))
    own = {"train", "test"} <= set(catalogue["part"])
    anew = settings.folds > 1 or settings.swaps == "leave_out"
    if settings.official is True or (settings.official == "auto" and own and not anew):
        parts, remark = _official(grouped, settings)
        divided = [parts] * settings.repeats
    else:
        divided = list(chain.from_iterable(divide_anew(grouped, settings)))
        remark = "; ".join(filter(None, (_said(grouped, divided, settings), _unused(catalogue, settings))))
    names = chain.from_iterable(trainings.names(settings.repeats, settings.folds))
    return Division(dict(zip(names, divided, strict=True)), settings.repeats, grouped["group"], remark)


def _said(grouped: pd.DataFrame, divided: Sequence[pd.Series], settings: SplitParams) -> str:
    """How many groups, and that none stands on two sides: said of what was counted, and looked at from the outside."""
    used = [(grouped[parts != ""], parts[parts != ""]) for parts in divided]
    torn = sum(int((parts.groupby(pictures["group"]).nunique() > 1).sum()) for pictures, parts in used)
    if torn:
        raise ValueError(f"{torn} groups stand on two sides")
    by_target = settings.swaps != "join"
    suspicions = (suspect(pictures, parts, by_target) for pictures, parts in used)
    suspicion = next((found for found in suspicions if found.pictures), None)
    said = f"{grouped['group'].nunique()} groups{_joined(grouped, settings)}, none on two sides"
    said = f"{said}, {suspicion.describe()}" if suspicion else said
    costs = [
        _ignored(used) if settings.near_duplicates == "ignore" else "",
        cost(grouped, divided, settings.swaps == "leave_out") if by_target else "",
    ]
    return "; ".join(filter(None, (said, *costs)))


def _joined(grouped: pd.DataFrame, settings: SplitParams) -> str:
    """How many of the groups that names and videos make share theirs with another because of near-duplicates."""
    if settings.near_duplicates == "ignore":
        return ""
    named = groups(grouped, settings.swaps != "join", near_duplicates=False)
    members = pd.DataFrame({"named": named, "group": grouped["group"]}).drop_duplicates()["group"].value_counts()
    joined = int(members[members > 1].sum())
    return f" ({joined} that names tell share one with another by near-duplicates)" if joined else ""


def _ignored(used: Sequence[tuple[pd.DataFrame, pd.Series]]) -> str:
    """What it costs to leave near-duplicates apart, in the worst of these."""
    torn = [parts.groupby(pictures["look"]).transform("nunique") > 1 for pictures, parts in used]
    most = max(int((across & (pictures["look"] != "")).sum()) for across, (pictures, _) in zip(torn, used, strict=True))
    return f"{most} pictures look like one on another side" if most else "no picture looks like one on another side"


def _unused(catalogue: pd.DataFrame, settings: SplitParams) -> str:
    """What is said of a dataset's own split that is there and not used, unless its user wants it so."""
    there = [part for part in PARTS if part in set(catalogue["part"])]
    if settings.official != "auto" or not there:
        return ""
    if settings.folds > 1:
        return "the dataset's own split is not used for folds"
    if settings.swaps == "leave_out":
        return "the dataset's own split is not used where fakes are left out"
    return f"the dataset's own split has only {' and '.join(there)}, and is not used"


def _official(grouped: pd.DataFrame, settings: SplitParams) -> tuple[pd.Series, str]:
    split = official.assign(grouped, settings.val, settings.seed)
    if split.crossing.groups and settings.official == "auto":
        raise SplitError(
            f"{split.crossing.describe()}. Set split.official to true to use the dataset's split all the same, "
            "or to false to divide anew, in params.yaml."
        )
    said = "" if split.crossing.groups else _said(grouped, [split.parts], settings)
    remark = [
        f"the dataset's own split{', as asked' if settings.official is True else ''}",
        "which every repeat keeps, so that repeats differ by their seed alone" if settings.repeats > 1 else "",
        said,
        split.describe(),
    ]
    return split.parts, "; ".join(filter(None, remark))
