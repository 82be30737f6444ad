"""The pictures that both methods have scored."""

from collections.abc import Sequence

import pandas as pd

_FACTS = ["label", "kind", "group"]
_FACE = ["face_share", "confidence"]
_ALONG = ["video", "source"]


def pair(full: pd.DataFrame, crop: pd.DataFrame) -> pd.DataFrame:
    """One row per picture that both tables hold, in the order of `picture`, whatever order they came in.

    Each table has the columns `picture` (the key), `label`, `kind`, `group` and `logit`, that of the faces also
    `face_share` and `confidence`; a `video` and a `source` that both have come along. The result has `logit_full` and
    `logit_crop` in place of `logit`. Where no picture is in both, it has no row.

    Raises:
        ValueError: a picture stands twice in one table, or the two disagree on what it is.
    """
    for table in (full, crop):
        if repeated := table["picture"][table["picture"].duplicated()].tolist():
            raise ValueError(f"'{repeated[0]}' stands there twice")
    facts = [*_FACTS, *(column for column in _ALONG if column in full and column in crop)]
    columns = ["picture", *facts, "logit"]
    both = full[columns].merge(crop[columns + _FACE], on="picture", suffixes=("_full", "_crop"), validate="one_to_one")
    both = both.sort_values("picture")
    for fact in facts:
        _agree(both, fact)
    paired = both.rename(columns={f"{fact}_full": fact for fact in facts})
    return paired[["picture", *facts, "logit_full", "logit_crop", *_FACE]].reset_index(drop=True)


def aligned(tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """The pictures that all tables hold, in each in the order of `picture`: what several trainings have scored.

    Raises:
        ValueError: a picture stands twice in one table.
    """
    named = [table.set_index("picture") for table in tables]
    for table in named:
        if not table.index.is_unique:
            raise ValueError(f"'{table.index[table.index.duplicated()][0]}' stands there twice")
    shared = sorted(set.intersection(*(set(table.index) for table in named)))
    return [table.loc[shared].reset_index() for table in named]


def _agree(both: pd.DataFrame, fact: str) -> None:
    full, crop = both[f"{fact}_full"], both[f"{fact}_crop"]
    differs = (full != crop) & ~(full.isna() & crop.isna())
    if differs.any():
        first = both[differs].iloc[0]
        raise ValueError(f"'{first['picture']}' has another {fact} in each method's split")
