"""Drawing a sample: random, stratified, nested. What is drawn are items: pictures, or whole videos."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import pandas as pd

from facevalue.common.catalogue import LABELS, called, nested_order
from facevalue.common.errors import PictureError, SourceError


@dataclass(frozen=True)
class Sample:
    """The items drawn, and those met on the way that could not be used (`path`, `label`, `reason`)."""

    catalogue: pd.DataFrame
    left_out: pd.DataFrame

    def describe(self, offered: pd.DataFrame, source: str) -> str:
        """One line: how many of how many, and what could not be read."""
        labels = self.catalogue["label"].value_counts()
        of = f"{len(self.catalogue)} of {len(offered)} {called(offered)} in {source}"
        line = f"{of} ({labels['real']} real, {labels['fake']} fake)"
        reasons = dict(zip(self.left_out["path"], self.left_out["reason"], strict=True))
        return f"{line}; {describe_left_out(reasons)}" if reasons else line

    def with_unused(self, unused: pd.DataFrame) -> pd.DataFrame:
        """What was left out, and after it the files that the source did not offer (`path` and `reason`)."""
        return pd.concat([self.left_out, unused.assign(label="")], ignore_index=True)[["path", "label", "reason"]]


def drawing_order(catalogue: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The catalogue in the order of drawing: every beginning of a label's rows is a stratified sample of that label.

    First the kinds of each official part are put in order, then the parts: a small sample holds every part, too. What a
    dataset with a split of its own has in none of its parts comes last: its split would leave it out.
    """
    order = nested_order(catalogue, ["label", "part", "kind"], seed)
    if {"train", "test"} <= set(order["part"]):
        order = order.sort_values("part", key=lambda part: part == "", kind="stable")
    return order


def draw(
    catalogue: pd.DataFrame, size: int | Literal["all"], seed: int, use: Callable[[str], None], source: str
) -> Sample:
    """Draw `size` usable items, half real and half fake, or all.

    Args:
        catalogue: with `part` and `video` (`catalogue.items`).
        use: takes a path and raises PictureError if that item cannot be used; the next one is drawn instead.
        source: how messages call where the items come from.

    Raises:
        SourceError: there are too few usable items.
    """
    order = drawing_order(catalogue, seed)
    wanted = None if size == "all" else size // 2
    reasons: dict[str, str] = {}
    drawn: list[str] = []
    for label in LABELS:
        offered = order[order["label"] == label]
        usable = list(islice(_usable(offered["path"], use, reasons), wanted))
        if len(usable) < (wanted or 1):
            raise SourceError(_too_few(source, size, f"{label} {called(offered)}", len(usable), reasons))
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


def _too_few(source: str, size: int | str, wanted: str, usable: int, reasons: dict[str, str]) -> str:
    unread = f" ({describe_left_out(reasons)})" if reasons else ""
    if size == "all":
        return f"'{source}' has no {wanted} that can be read{unread}."
    remedy = f"set sample.size to at most {2 * usable}" if usable else "name another source"
    return f"sample.size is {size}, but '{source}' has only {usable} {wanted} that can be read{unread}; {remedy}."


def describe_left_out(reasons: dict[str, str]) -> str:
    """Count and show one: `2 could not be read, e.g. 'fake/12.jpg': truncated JPG`."""
    path, reason = next(iter(reasons.items()))
    return f"{len(reasons)} could not be read, e.g. '{path}': {reason}"
