"""Which test pictures are worth showing: where the methods fail most, and one success per kind.

`scores` has one row per test picture: `picture`, `label`, `kind`, and for each method its probability of fake and
what it called the picture, such as `full` and `called_full`. The order of its rows does not matter; what is chosen
comes with the same columns. A picture without a score is never chosen.
"""

import pandas as pd

from facevalue.common import catalogue
from facevalue.common.methods import TRAINED, TrainedMethod


def errors(scores: pd.DataFrame, method: TrainedMethod) -> pd.DataFrame:
    """All pictures that a method calls wrongly, the most confident error first; ties by the picture's name."""
    return _ranked(scores, _distance(scores, method).where(_wrong(scores, method)), ascending=False)


def most_confident_errors(scores: pd.DataFrame, most: int) -> pd.DataFrame:
    """The same of either method, `most` at the most; a picture that both call wrongly stands once."""
    distances = [_distance(scores, method).where(_wrong(scores, method)) for method in TRAINED]
    return _ranked(scores, pd.concat(distances, axis=1).max(axis=1), ascending=False).head(most)


def successes(scores: pd.DataFrame, most: int) -> pd.DataFrame:
    """One picture per kind that both methods call rightly, real first, `most` at the most.

    The most confident one: the one for which the less confident of the two methods is nearest to the truth.
    """
    farther = pd.concat([_distance(scores, method) for method in TRAINED], axis=1).max(axis=1, skipna=False)
    right = ~pd.concat([_wrong(scores, method) for method in TRAINED], axis=1).any(axis=1)
    best = _ranked(scores, farther.where(right), ascending=True).drop_duplicates(["label", "kind"])
    return best.sort_values(["label", "kind"], ascending=[False, True], ignore_index=True).head(most)


def _wrong(scores: pd.DataFrame, method: TrainedMethod) -> pd.Series:
    return scores[f"called_{method}"] != scores["label"]


def _distance(scores: pd.DataFrame, method: TrainedMethod) -> pd.Series:
    """Between probability and truth, 0 to 1: unlike the distance from 0.5, it also fits another threshold."""
    return (scores[method] - catalogue.targets(scores["label"])).abs()


def _ranked(scores: pd.DataFrame, distance: pd.Series, ascending: bool) -> pd.DataFrame:
    """The rows that have a distance, in its order."""
    ranked = scores.assign(distance=distance).dropna(subset="distance")
    ranked = ranked.sort_values(["distance", "picture"], ascending=[ascending, True], ignore_index=True)
    return ranked.drop(columns="distance")
