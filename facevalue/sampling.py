"""Drawing a sample: random, stratified, nested."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import pandas as pd

from facevalue.catalogue import LABELS
from facevalue.errors import PictureError, SourceError


@dataclass(frozen=True)
class Sample:
    """The pictures drawn, and those met on the way that could not be used (`path`, `label`, `reason`)."""

    catalogue: pd.DataFrame
    left_out: pd.DataFrame

    def describe(self, offered: int, source: str) -> str:
        """One line: how many of how many, and what could not be read."""
        labels = self.catalogue["label"].value_counts()
        line = f"{len(self.catalogue)} of {offered} pictures in {source} ({labels['real']} real, {labels['fake']} fake)"
        reasons = dict(zip(self.left_out["path"], self.left_out["reason"], strict=True))
        return f"{line}; {describe_left_out(reasons)}" if reasons else line


def seeded_rank(keys: pd.Series, seed: int) -> pd.Series:
    """A random number per key that depends on the seed and the key alone, so adding keys reorders nothing."""
    return keys.map(lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())


def drawing_order(catalogue: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The catalogue in the order of drawing: every beginning of a label's rows is a stratified sample of that label.

    Within a kind the order is random. The i-th of a kind's n pictures (from 0) stands at (i + 1/2) / n, which is
    Sainte-Laguë's rule, so that each beginning holds the kinds in their proportions, and samples are nested.
    """
    shuffled = catalogue.assign(_rank=seeded_rank(catalogue["path"], seed)).sort_values("_rank")
    kinds = shuffled.groupby(["label", "kind"])["path"]
    shuffled["_place"] = (kinds.cumcount() + 0.5) / kinds.transform("size")
    return shuffled.sort_values(["_place", "kind"]).drop(columns=["_rank", "_place"])


def draw(
    catalogue: pd.DataFrame, size: int | Literal["all"], seed: int, use: Callable[[str], None], source: str
) -> Sample:
    """Draw `size` usable pictures, half real and half fake, or all.

    Args:
        use: takes a path and raises PictureError if that picture cannot be used; the next one is drawn instead.
        source: how messages call where the pictures come from.

    Raises:
        SourceError: there are too few usable pictures.
    """
    order = drawing_order(catalogue, seed)
    wanted = None if size == "all" else size // 2
    reasons: dict[str, str] = {}
    drawn: list[str] = []
    for label in LABELS:
        paths = order["path"][order["label"] == label]
        usable = list(islice(_usable(paths, use, reasons), wanted))
        if len(usable) < (wanted or 1):
            raise SourceError(_too_few(source, size, label, len(usable), reasons))
        drawn += usable
    left_out = catalogue[catalogue["path"].isin(reasons)][["path", "label"]]
    return Sample(
        catalogue[catalogue["path"].isin(drawn)].reset_index(drop=True),
        left_out.assign(reason=left_out["path"].map(reasons)).reset_index(drop=True),
    )


def _usable(paths: Iterable[str], use: Callable[[str], None], reasons: dict[str, str]) -> Iterable[str]:
    for path in paths:
        try:
            use(path)
        except PictureError as error:
            reasons[path] = str(error)
        else:
            yield path


def _too_few(source: str, size: int | str, label: str, usable: int, reasons: dict[str, str]) -> str:
    unread = f" ({describe_left_out(reasons)})" if reasons else ""
    if size == "all":
        return f"'{source}' has no {label} picture that can be read{unread}."
    remedy = f"set sample.size to at most {2 * usable}" if usable else "name another source"
    offer = f"'{source}' has only {usable} {label} pictures that can be read{unread}"
    return f"sample.size is {size}, but {offer}; {remedy}."


def describe_left_out(reasons: dict[str, str]) -> str:
    """Count and show one: `2 could not be read, e.g. 'fake/12.jpg': truncated JPG`."""
    path, reason = next(iter(reasons.items()))
    return f"{len(reasons)} could not be read, e.g. '{path}': {reason}"
