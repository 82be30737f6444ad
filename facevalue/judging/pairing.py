"""The pictures that both methods have scored."""

import pandas as pd
from scipy.special import expit

from facevalue.errors import FacevalueError

_FACTS = ["label", "kind", "group"]


def pair(full: pd.DataFrame, crop: pd.DataFrame) -> pd.DataFrame:
    """One row per picture that both tables hold, in the order of `picture`, whatever order they came in.

    Each table has the columns `picture` (the key), `label`, `kind`, `group` and `logit`; the result has `logit_full`
    and `logit_crop` in place of `logit`.

    Raises:
        FacevalueError: a picture stands twice in one table, no picture is in both, or the two disagree on what it is.
    """
    for name, table in (("whole pictures", full), ("faces", crop)):
        if repeated := table["picture"][table["picture"].duplicated()].tolist():
            raise FacevalueError(
                f"The scores of {name} hold {len(repeated)} pictures twice, e.g. '{repeated[0]}'; "
                "each may stand there once. Run the split again."
            )
    both = full.merge(crop, on="picture", suffixes=("_full", "_crop"), validate="one_to_one").sort_values("picture")
    if both.empty:
        raise FacevalueError(
            "No test picture was scored by both methods; the comparison needs some. "
            "Lower crop.min_confidence, sample more pictures or raise split.test."
        )
    for fact in _FACTS:
        _agree(both, fact)
    paired = both.rename(columns={f"{fact}_full": fact for fact in _FACTS})
    return paired[["picture", *_FACTS, "logit_full", "logit_crop"]].reset_index(drop=True)


def probabilities(paired: pd.DataFrame) -> pd.DataFrame:
    """One row per picture: what it is, and the probability of fake that each method gives it (`full`, `crop`)."""
    facts = paired[["picture", *_FACTS]]
    return facts.assign(full=expit(paired["logit_full"]), crop=expit(paired["logit_crop"]))


def _agree(both: pd.DataFrame, fact: str) -> None:
    full, crop = both[f"{fact}_full"], both[f"{fact}_crop"]
    differs = (full != crop) & ~(full.isna() & crop.isna())
    if differs.any():
        first = both[differs].iloc[0]
        raise FacevalueError(
            f"{differs.sum()} of {len(both)} test pictures have another {fact} in each method's split, "
            f"e.g. '{first['picture']}' ({first[f'{fact}_full']} and {first[f'{fact}_crop']}); "
            "both come from one assignment. Run the split again."
        )
