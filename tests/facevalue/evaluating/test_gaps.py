import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from facevalue.common.methods import METHODS
from facevalue.evaluating import gaps as finding
from facevalue.evaluating.columns import Column
from facevalue.evaluating.gaps import Found, Gaps, gaps, to_metrics
from facevalue.statistics.panel import Panel

SKIN = ("light", "medium", "dark")


def pictures(
    n: int = 240, shift: float = 0.0, trainings: int = 5, size: int = 1, seed: int = 0, values: int = 3
) -> tuple[Column, Panel]:
    """Half of them fakes, with skin tones in turn; the full method sees reals of dark skin shifted towards fake."""
    rng = np.random.default_rng(seed)
    index = np.arange(n) // size
    skin = index % values
    targets = index // values % 2
    shared = rng.normal(size=n // size + 1)[index] + 2 * targets - 1
    shared = np.stack([shared + shift * ((skin == 2) & (targets == 0)), shared, shared])
    logits = shared[..., None] + rng.normal(0, 0.7, (3, n, trainings))
    names = [SKIN[value] if value < len(SKIN) else f"tone {value}" for value in skin]
    return Column.of("skin", pd.Series(names)), Panel.of(targets, list(logits), [0.5] * 3, index)


def renamed(column: Column, names: Sequence[str]) -> NDArray[np.str_]:
    """The values of the pictures under other names, in the order of `SKIN`."""
    of_value = dict(column.parts)
    return np.select([of_value[value] for value in SKIN], list(names), default="")


def of(found: Gaps, method: str, measure: str) -> Found:
    (one,) = (each for each in found.found if (each.method, each.measure) == (method, measure))
    return one


@pytest.mark.parametrize(("trainings", "size"), [(5, 1), (1, 1), (3, 2)])
def test_a_gap_that_is_there_is_named_with_both_values(trainings: int, size: int) -> None:
    column, panel = pictures(480, shift=2.5, trainings=trainings, size=size, seed=1)
    found = gaps(column, panel)
    alarms = of(found, "full", "false_alarms")
    assert alarms.largest
    assert alarms.largest.higher == "dark"
    assert alarms.largest.shown
    low, high = alarms.largest.difference.interval_among(3)
    reals = [panel.where(inside & (panel.targets == 0)) for value, inside in column.parts]
    rates = {
        value: float((part.logits[:, 0] >= 0).mean()) for (value, _), part in zip(column.parts, reals, strict=True)
    }
    other = alarms.largest.lower
    assert alarms.largest.values == pytest.approx((rates["dark"], rates[other]))
    assert rates[other] == min(rates.values())
    assert alarms.sentence.startswith(
        f"full, false alarms by skin: the largest of 3 gaps is {100 * (rates['dark'] - rates[other]):+.1f} points, "
        f"dark ({100 * rates['dark']:.1f} %) over {other} ({100 * rates[other]:.1f} %); "
        f"95 % interval {100 * low:+.1f} to {100 * high:+.1f} points, p < 0.001, as one of 3 that was found by looking"
    )
    assert alarms.sentence.endswith(": a gap is shown.")
    auc = of(found, "full", "auc")
    assert auc.largest
    assert (auc.largest.lower, auc.largest.shown) == ("dark", True)
    assert "crop, AUC by skin" in of(found, "crop", "auc").sentence
    assert of(found, "crop", "auc").sentence.endswith(": no gap is shown.")
    assert of(found, "crop", "false_alarms").sentence.endswith(": no gap is shown.")


def claims(among: bool, studies: int = 120, values: int = 6) -> float:
    """Share of studies without any gap in which one of 15 pairs is claimed, or would be by itself."""
    claimed = 0
    for seed in range(studies):
        found = of(gaps(*pictures(240, seed=seed, values=values, trainings=1)), "crop", "auc")
        assert found.clearest
        assert found.clearest.pairs == values * (values - 1) // 2
        claimed += found.clearest.shown if among else found.clearest.difference.p_value < 0.05
    return claimed / studies


def test_where_there_is_none_looking_does_not_find_one() -> None:
    assert claims(among=True) <= 0.08  # two standard errors above 0.05 are 0.09
    assert claims(among=False) > 0.15


def test_the_largest_is_the_largest_of_all_pairs() -> None:
    column, panel = pictures(values=5)
    found = of(gaps(column, panel), "full", "auc")
    aucs = {value: panel.where(inside).aucs() for value, inside in column.parts}
    means = {value: each[0].mean() for value, each in aucs.items() if each is not None}
    largest = max(combinations(means, 2), key=lambda pair: abs(means[pair[0]] - means[pair[1]]))
    assert found.largest
    assert {found.largest.higher, found.largest.lower} == set(largest)
    assert found.largest.difference.value == pytest.approx(abs(means[largest[0]] - means[largest[1]]))
    assert found.largest.pairs == 10


def test_a_clear_gap_is_told_beside_a_larger_one_that_is_not() -> None:
    """A value with few pictures lies furthest from the others by chance."""
    column, panel = pictures(600, shift=1.2, trainings=1)
    reals = panel.targets == 0
    few = np.flatnonzero(reals)[:5]
    names = renamed(column, SKIN)
    names = np.where(np.isin(np.arange(600), few), "few", names)
    panel.logits[few, 0] = np.array([3.0, 3.0, 3.0, 3.0, -3.0])[:, None]
    found = of(gaps(Column.of("skin", pd.Series(names)), panel), "full", "false_alarms")
    assert found.largest
    assert found.clearest
    assert found.largest.higher == "few"
    assert not found.largest.shown
    assert (found.clearest.higher, found.clearest.shown) == ("dark", True)
    assert " A smaller one is clearer: " in found.sentence
    assert found.sentence.endswith(": a gap is shown.")


def test_values_with_few_pictures_take_no_part_and_are_counted() -> None:
    _, panel = pictures(60)
    names = ["few" if number < 7 else "many" if number % 2 else "more" for number in range(60)]
    found = gaps(Column.of("skin", pd.Series(names)), panel)
    assert list(of(found, "full", "auc").left_out) == ["few"]
    assert of(found, "full", "auc").largest
    assert "3 of the" not in " ".join(found.sentences)
    assert found.sentences[1] == (
        "Without 5 reals and 5 fakes in several groups, and so without part in the gaps of AUC: 1 of 3 values."
    )


def test_two_values_are_one_pair_and_one_value_is_none() -> None:
    column, panel = pictures(values=2)
    sentence = of(gaps(column, panel), "crop", "auc").sentence
    assert "of 1" not in sentence
    assert "Bonferroni" not in sentence
    assert "crop, AUC by skin: +0." in sentence
    alone = gaps(Column.of("skin", pd.Series(["light"] * 240)), panel)
    assert of(alone, "crop", "auc").sentence == (
        "crop, AUC by skin: nothing to compare, since fewer than two values have 5 reals and 5 fakes in several groups."
    )
    nothing = gaps(Column.of("skin", pd.Series([""] * 240)), panel)
    assert nothing.sentences[0] == "No test picture has a value in the column skin."
    assert all(each.largest is None for each in nothing.found)


def test_what_is_held_fixed_is_said() -> None:
    column, panel = pictures(trainings=1)
    alone = gaps(column, panel).sentences
    assert alone[1] == "Each method was trained once: gaps are those of these networks alone."
    assert not any("trained once" in sentence for sentence in gaps(*pictures(trainings=3)).sentences)
    halves = (np.arange(240) >= 120).astype(np.int64)[:, None]
    crossed = gaps(column, replace(panel, folds=halves))
    assert crossed.sentences[2].startswith("Intervals are approximate")
    assert len(crossed.sentences) == len(alone) + 1


def test_two_trainings_claim_nothing() -> None:
    found = of(gaps(*pictures(480, shift=3, trainings=2)), "full", "false_alarms")
    assert found.largest
    assert not found.largest.shown
    assert found.sentence.endswith("with fewer than 3 trainings each no gap is claimed.")


def test_groups_that_share_pictures_of_two_values_are_minded() -> None:
    """The same faces in either light: their chance is common, and a small gap is clear."""
    rng = np.random.default_rng(5)
    n = 400
    targets = np.arange(n) % 2
    once = rng.normal(size=n) + 2.0 * targets - 1
    logits = [np.concatenate([once, once + 0.4 * (targets == 0) + rng.normal(0, 0.1, n)])] * 3
    light = Column.of("light", pd.Series(["day"] * n + ["night"] * n))
    both = np.tile(targets, 2)
    p_values = []
    for groups in (np.tile(np.arange(n), 2), np.arange(2 * n)):
        found = of(gaps(light, Panel.of(both, logits, [0.5] * 3, groups)), "full", "false_alarms")
        assert found.largest
        p_values.append(found.largest.difference.p_value)
    assert p_values[0] < p_values[1] / 10


def test_all_of_it_is_json() -> None:
    hostile = "<script>"
    column, panel = pictures()
    names = renamed(column, (hostile, "b", "c"))
    written = json.loads(json.dumps(to_metrics([gaps(Column.of("a<b>", pd.Series(names)), panel)]), allow_nan=False))
    (only,) = written["columns"]
    assert written["sentence"] == "slices by a<b>"
    assert (only["by"], only["values"], only["missing"]) == ("a<b>", ["<script>", "b", "c"], 0)
    assert list(only["gaps"]) == list(METHODS)
    largest = only["gaps"]["full"]["auc"]["largest"]
    assert list(largest) == [
        *("higher", "lower", "higher_value", "lower_value", "gap", "interval", "p_value"),
        *("interval_among_pairs", "p_value_among_pairs", "shown"),
    ]
    assert largest["gap"] == pytest.approx(largest["higher_value"] - largest["lower_value"])
    low, high = largest["interval_among_pairs"]
    assert low < largest["interval"][0] < largest["gap"] < largest["interval"][1] < high
    assert len(only["sentences"]) == 7
    assert to_metrics([]) == {"columns": [], "sentence": "no further column asked for"}
    assert finding.FEWEST == 5
