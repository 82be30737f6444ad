"""Charts: the numbers are where they should be, the bytes are the same, and the page's colours come through."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from facevalue.common.methods import METHODS, NAMES
from facevalue.drawing import charts
from facevalue.drawing.charts.canvas import SIDE
from tests import results

pytestmark = pytest.mark.javascript

MADE = results.made()
AGAIN = results.made(trainings=4)
SLICES = MADE.slices.assign(count="7 pictures")
KINDS = SLICES[SLICES["by"] == "kind"]
DRAWN: dict[str, Callable[[], str]] = {
    "roc": lambda: charts.roc(MADE.roc),
    "precision_recall": lambda: charts.precision_recall(MADE.precision_recall),
    "faint": lambda: charts.roc(AGAIN.roc, AGAIN.single["roc"]),
    "trainings": lambda: charts.trainings(AGAIN.trainings),
    "reliability": lambda: charts.reliability(MADE.reliability["crop"], "crop"),
    "losses": lambda: charts.losses(MADE.losses["full"], "full"),
    "histogram": lambda: charts.histogram(MADE.scores, "ensemble"),
    "robustness": lambda: charts.robustness(MADE.robustness["jpeg"], "jpeg"),
    "forest": lambda: charts.forest(KINDS, "auc", "AUC", chance=0.5),
}


def texts(svg: str) -> list[str]:
    """The lines of text."""
    tags = [f"{{http://www.w3.org/2000/svg}}{name}" for name in ("text", "tspan")]
    elements = [element for tag in tags for element in ElementTree.fromstring(svg).iter(tag)]
    return [element.text for element in elements if element.text]


def lines(svg: str, row: str) -> list[list[tuple[float, float]]]:
    """The corners of every line in a row's colour, in pixels of the plot."""
    paths = re.findall(rf'<path d="([^"]+)"[^>]*stroke="var\(--{row}\)"', svg)
    return [[(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.e]+),([-\d.e]+)", path)] for path in paths]


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_numbers_give_the_same_bytes(name: str) -> None:
    assert DRAWN[name]() == DRAWN[name]()


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_takes_its_ink_from_the_page_and_shares_no_names_with_another(name: str) -> None:
    svg = DRAWN[name]()
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= {
        "none", "currentColor", "transparent", "var(--full)", "var(--crop)", "var(--ensemble)",
    }  # fmt: skip
    assert " id=" not in svg
    assert "NaN" not in svg
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_a_roc_goes_through_its_corners_and_nothing_else() -> None:
    points = MADE.roc["full"].round(3)
    expected = [(SIDE * x, SIDE * (1 - y)) for x, y in zip(*points.to_numpy().T[:2], strict=True)]
    (drawn,) = lines(charts.roc(MADE.roc), "full")
    np.testing.assert_allclose(drawn, expected, atol=1e-9)


def test_a_precision_holds_until_the_next_recall() -> None:
    points = pd.DataFrame({"recall": [1.0, 0.5, 0.0], "precision": [0.25, 0.75, 1.0]})
    (drawn,) = lines(charts.precision_recall({"crop": points}), "crop")
    corners = [(1, 0.25), (0.5, 0.25), (0.5, 0.75), (0, 0.75), (0, 1)]
    np.testing.assert_allclose(drawn, [(SIDE * x, SIDE * (1 - y)) for x, y in corners], atol=1e-9)


def test_a_curve_of_many_pictures_stays_small() -> None:
    rates = np.sort(np.random.default_rng(0).uniform(size=(50_000, 2)), axis=0)
    points = pd.DataFrame(rates, columns=["false_positive_rate", "true_positive_rate"])
    assert len(charts.roc(dict.fromkeys(METHODS, points))) < 250_000


def test_one_row_alone_is_enough() -> None:
    assert "var(--crop)" in charts.roc({"crop": MADE.roc["crop"]})


def test_a_reliability_names_the_pictures_behind_each_point() -> None:
    points = pd.DataFrame(
        {"probability": [0.2, 0.9], "share": [0.1, 0.8], "low": 0.05, "high": 0.95, "pictures": [41, 17]}
    )
    assert {"41", "17"} <= set(texts(charts.reliability(points, "crop")))


def test_levels_are_named_by_their_true_values() -> None:
    named = texts(charts.robustness(MADE.robustness["blur"], "blur"))
    assert named[:6] == ["as is", "0.5", "1", "2", "3", "4"]


def test_an_undefined_level_breaks_the_line() -> None:
    levels = MADE.robustness["jpeg"].copy()
    levels.loc[2, ["full", "full_low", "full_high"]] = None
    svg = charts.robustness(levels, "jpeg")
    assert "NaN" not in svg
    path = re.search(r'<path d="([^"]+)" stroke="var\(--full\)"', svg)
    assert path
    assert path[1].count("M") == 2


def test_a_slice_without_a_number_keeps_its_place() -> None:
    undefined = KINDS.copy()
    undefined.loc[undefined["value"] == "synthesis", ["auc", "auc_low", "auc_high"]] = None
    svg = charts.forest(undefined, "auc", "AUC")
    assert "synthesis" in texts(svg)
    assert "NaN" not in svg


STRANGE = ["<script>alert(1)</script>", 'a"b', "a&b", "{{ 7 }}", "datum['x']", "'; alert(1)", "名前", "None"]


@pytest.mark.parametrize("kind", STRANGE)
def test_a_stranger_s_kind_is_text(kind: str) -> None:
    svg = charts.forest(KINDS.assign(value=kind), "auc", "AUC")
    assert "<script" not in svg
    assert any(kind.startswith(text.removesuffix("…")) for text in texts(svg) if len(text) > 1)


def test_a_histogram_counts_fakes_up_and_reals_down() -> None:
    scores = pd.DataFrame({"label": ["fake", "fake", "real"], "crop": [0.99, 0.98, 0.01]})
    svg = charts.histogram(scores, "crop")
    bars = re.findall(
        r'<path d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z" fill="(currentColor|var\(--crop\))"', svg
    )
    (fakes,) = [bar for bar in bars if bar[-1] == "var(--crop)"]
    (reals,) = [bar for bar in bars if bar[-1] == "currentColor"]
    assert float(fakes[0]) > 0.9 * SIDE
    assert float(reals[0]) < 0.1 * SIDE
    assert float(fakes[3]) == 2 * float(reals[3])
    assert float(fakes[1]) + float(fakes[3]) == float(reals[1]) == 90


def test_the_rows_of_the_scores_may_stand_in_any_order() -> None:
    shuffled = MADE.scores.sample(frac=1, random_state=0)
    assert charts.histograms(shuffled) == charts.histograms(MADE.scores)


@pytest.mark.parametrize("left", [slice(0, 0), slice(0, 1)])
def test_no_picture_or_one_can_be_drawn(left: slice) -> None:
    ElementTree.fromstring(charts.histograms(MADE.scores[left]))


def test_the_histograms_alone_bring_their_own_ground() -> None:
    svg = charts.histograms(MADE.scores)
    assert "var(" not in svg
    assert "currentColor" not in svg
    assert 'fill="#2a2f38"' in svg
    assert set(NAMES.values()) <= set(texts(svg))


@pytest.mark.parametrize(("draw", "curve"), [(charts.roc, "roc"), (charts.precision_recall, "pr")])
def test_single_trainings_lie_faint_behind_their_mean(draw: Callable[..., str], curve: str) -> None:
    points = AGAIN.roc if curve == "roc" else AGAIN.precision_recall
    alone, behind = draw(points), draw(points, AGAIN.single[curve])
    for method in METHODS:
        assert len(lines(behind, method)) == len(lines(alone, method)) + 4
        assert lines(behind, method)[-1] == lines(alone, method)[-1]  # the mean is on top
    assert behind.count('stroke-opacity="0.25"') + behind.count('opacity="0.25"') >= 12
    assert draw(MADE.roc if curve == "roc" else MADE.precision_recall, MADE.single[curve]) == draw(
        MADE.roc if curve == "roc" else MADE.precision_recall
    )


def test_every_training_has_a_dot_per_method_and_a_line() -> None:
    svg = charts.trainings(AGAIN.trainings)
    dots = re.findall(r'aria-roledescription="point"|<path transform="translate\(([-\d.]+),([-\d.]+)\)"', svg)
    assert len(dots) == 3 * 4
    assert set(NAMES.values()) <= set(texts(svg))
    joined = re.findall(r'<path d="([^"]+)"[^>]*stroke="currentColor"[^>]*opacity="0.35"', svg)
    assert len(joined) == 4


def test_losses_of_single_trainings_are_faint() -> None:
    assert len(lines(charts.losses(AGAIN.losses["crop"], "crop"), "crop")) == 2 + 2 * 4
    assert len(lines(charts.losses(MADE.losses["crop"], "crop"), "crop")) == 2
