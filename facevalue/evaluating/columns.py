"""The columns that a user wants to slice by: looked up in what `sample` kept, and cut into parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from facevalue.common.errors import ParameterError
from facevalue.common.words import plain, shortened
from facevalue.evaluating.slices import KINDS, NUMBERS, Part, commonest, ranges

DISTINCT = 10  # numbers in a column up to which each is a value; of more it is cut at their thirds
OURS = ("kind", *NUMBERS)
_HUGE = 1e15  # from which a number is an identifier
_SHOWN = 300  # characters of the columns that a message names


@dataclass(frozen=True, eq=False)
class Column:
    """The parts that a column makes of the pictures.

    Attributes:
        name: as the table has it.
        by: the same, told from what we call parts ourselves.
        parts: each value, and which pictures (n,) have it; numbers in their order, text from the commonest on.
        cut: whether its numbers are cut at their thirds.
        missing: how many pictures have no value, and are in no part.
        hidden: how many rarer values are not shown.
        pictures: how many there are.
    """

    name: str
    by: str
    parts: list[tuple[str, NDArray[np.bool_]]]
    cut: bool
    missing: int
    hidden: int
    pictures: int

    @classmethod
    def of(cls, name: str, texts: pd.Series) -> "Column":
        """From its values (n,); the empty text is none."""
        known = (texts != "").to_numpy()
        numbers = _numbers(texts)
        distinct = texts[known].nunique()
        cut = numbers is not None and np.unique(numbers[known]).size > DISTINCT
        values = [] if cut else commonest(texts[known])[:KINDS]
        if numbers is not None:
            values = sorted(values, key=float)
        parts = (
            ranges(numbers, 0 if _whole(numbers) else 2)
            if cut and numbers is not None
            else [(each, _are(texts, each)) for each in values]
        )
        return cls(
            name=name,
            by=f"column {name}" if plain(name) in OURS else name,
            parts=parts,
            cut=cut,
            missing=int((~known).sum()),
            hidden=0 if cut else distinct - len(parts),
            pictures=len(texts),
        )

    @property
    def slices(self) -> list[Part]:
        """Its parts, as `slices.slices` takes them: each is ranked by itself."""
        return [(self.by, value, inside, inside) for value, inside in self.parts]

    @property
    def sentence(self) -> str:
        """How it was cut, and which pictures are in no part."""
        if not self.parts:
            return f"No test picture has a value in the column {self.name}."
        values = "1 value" if len(self.parts) == 1 else f"{len(self.parts)} values"
        said = [f"{values} of the column {self.name}", "its numbers cut at their thirds" if self.cut else ""]
        if self.hidden:
            said.append(f"the {KINDS} commonest; {self.hidden:,} rarer ones are not shown")
        if self.missing:
            said.append(f"{self.missing:,} of {self.pictures:,} test pictures have none and are in no part")
        return f"{'; '.join(filter(None, said))}."


def asked(file: Path, names: Sequence[str]) -> pd.DataFrame:
    """The columns of these names in what `sample` kept of the source's table, text, under the `path`s of its pictures.

    Neither case nor blanks count in a name.

    Raises:
        ParameterError: there is no such column.
    """
    kept = pd.read_csv(file, dtype=str, keep_default_na=False).set_index("path")
    found = {plain(str(column)): column for column in kept}
    for name in names:
        if plain(name) not in found:
            has = ", ".join(map(repr, kept)) or "none (a CSV can have them)"
            raise ParameterError(
                f"params.yaml: evaluate.slices names {name!r}; the source has no such further column. "
                f"It has {shortened(has, _SHOWN)}."
            )
    return kept[[found[plain(name)] for name in names]]


def columns(further: pd.DataFrame, pictures: pd.Series) -> list[Column]:
    """Each column of a table as `asked` gives it, for some of its pictures (n,), in their order."""
    told = further.reindex(pictures, fill_value="")
    return [Column.of(str(name), told[name].reset_index(drop=True)) for name in told]


def _are(texts: pd.Series, value: str) -> NDArray[np.bool_]:
    return np.asarray(texts == value)


def _whole(numbers: NDArray[np.float64]) -> bool:
    return not np.nan_to_num(numbers % 1).any()


def _numbers(texts: pd.Series) -> NDArray[np.float64] | None:
    """The values as numbers, NaN where there is none; None where one is no number or a huge one, or there are none."""
    numbers = pd.to_numeric(texts.where(texts != ""), errors="coerce").to_numpy(dtype=np.float64)
    known = (texts != "").to_numpy()
    return numbers if known.any() and (np.abs(numbers[known]) < _HUGE).all() else None
