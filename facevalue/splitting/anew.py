"""Dividing a sample anew: by groups as `split.swaps` and `split.near_duplicates` make them, and at which cost."""

from collections.abc import Sequence
from itertools import chain

import pandas as pd

from facevalue.common import trainings
from facevalue.common.catalogue import called, items
from facevalue.common.errors import SplitError
from facevalue.common.grouping import groups, names_in
from facevalue.splitting import assign
from facevalue.splitting.params import SplitParams


def groups_of(catalogue: pd.DataFrame, settings: SplitParams) -> pd.Series:
    """The group of every picture, as the parameters say."""
    return groups(catalogue, settings.swaps != "join", settings.near_duplicates == "join")


def divide_anew(grouped: pd.DataFrame, settings: SplitParams) -> list[list[pd.Series]]:
    """The part of every picture in each repeat's each fold; empty where a fake is left out.

    Args:
        grouped: the sample, each picture in the group that `groups_of` gives it.
        settings: the section `split`.

    Raises:
        SplitError: a part is left without real or without fake pictures.
    """
    rows = _with_further_groups(grouped) if settings.swaps == "leave_out" else grouped

    def remedy(label: str, *, change: str, sides: int) -> str:
        return _remedy(grouped, settings, label, change, sides)

    seeds = [trainings.seed(settings.seed, repeat) for repeat in range(settings.repeats)]
    if settings.folds == 1:
        return [[parts] for parts in assign.assign_repeatedly(rows, settings.val, settings.test, seeds, remedy)]

    def cross_fit(seed: int) -> list[pd.Series]:
        return assign.cross_fit(rows, settings.val, settings.folds, seed, remedy)

    return [cross_fit(seeds[0]), *(assign.redrawn(cross_fit, seed) for seed in seeds[1:])]


def _with_further_groups(grouped: pd.DataFrame) -> pd.DataFrame:
    """A row more, with the same index, for each further identity of a picture: in the group whose pictures it owns."""
    identities = grouped["identities"].map(names_in)
    owned = {names[0]: group for names, group in zip(identities, grouped["group"], strict=True) if names}
    further = identities.map(lambda names: names[1:]).explode().dropna()
    owners = further.map(lambda name: owned.get(name, name)).to_numpy()
    return pd.concat([grouped, grouped.loc[further.index].assign(group=owners)])


def cost(grouped: pd.DataFrame, divided: Sequence[pd.Series], apart: bool) -> str:
    """What it costs to keep a fake with its target alone, at its worst fold; `apart`: or to leave it out."""
    left_out = max(int((parts == "").sum()) for parts in divided) if apart else 0
    crossing = max(_crossing(grouped, parts) for parts in divided)
    fakes = int((grouped["label"] == "fake").sum())
    said = [
        f"{left_out} of {fakes} fakes left out, whose identities stand on two sides" if left_out else "",
        f"{crossing} of {fakes} fakes show an identity that also stands on another side" if crossing else "",
    ]
    return "; ".join(filter(None, said)) or "no fake shows an identity of another side"


def _crossing(grouped: pd.DataFrame, parts: pd.Series) -> int:
    """Pictures with an identity that pictures of another part show too."""
    shown = pd.DataFrame({"name": grouped["identities"].map(names_in), "part": parts})[parts != ""].explode("name")
    torn = shown.groupby("name")["part"].nunique() > 1
    crossing = shown["name"].map(torn).fillna(False).astype(bool)
    fakes = grouped.index[grouped["label"] == "fake"]
    return int(shown.index[crossing].unique().isin(fakes).sum())


def _remedy(grouped: pd.DataFrame, settings: SplitParams, label: str, change: str, sides: int) -> str:
    """Sampling more helps, unless a group is too large for one of so many sides: it would only make it larger."""
    all_drawn = items(grouped)
    drawn = all_drawn[all_drawn["label"] == label]

    def largest_of(settings: SplitParams) -> int:
        return int(groups_of(all_drawn, settings)[drawn.index].value_counts().max())

    largest, most = largest_of(settings), len(drawn) / sides
    if settings.swaps == "leave_out" and len(drawn) >= sides:
        return f"Too few of them show identities of one side alone. Set split.swaps to by_target, or {change}"
    if largest == 1 or largest <= most:
        return assign.sample_more(label, change=change, sides=sides)
    linked = f"{largest} of {len(drawn)} {called(drawn)} into one group, so sampling more does not help"
    ignoring = settings.model_copy(update={"near_duplicates": "ignore"})
    if largest_of(ignoring) <= most:
        return (
            f"Pictures that look alike, as before a fixed camera, link {linked}. "
            f"Set split.near_duplicates to ignore, or {change}"
        )
    if settings.swaps == "join" and settings.official is not True and (offers := _offers(grouped, settings)):
        return f"Fakes that show two identities link {linked}. Set split.swaps {' or '.join(offers)}"
    return (
        f"What is known of identities links {linked}. Set split.official to true, if the dataset has a split of its "
        f"own, or {change}"
    )


def _offers(grouped: pd.DataFrame, settings: SplitParams) -> list[str]:
    """The ways to divide fakes with two identities after all, each with what it costs here."""
    offers = []
    for swaps in ("by_target", "leave_out"):
        other = settings.model_copy(update={"swaps": swaps})
        regrouped = grouped.assign(group=groups_of(grouped, other))
        try:
            divided = list(chain.from_iterable(divide_anew(regrouped, other)))
            costs = cost(regrouped, divided, swaps == "leave_out")
            offers.append(f"to {swaps} ({costs})")
        except SplitError:
            continue
    return offers
