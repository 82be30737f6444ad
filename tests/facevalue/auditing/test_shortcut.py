import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from facevalue.auditing import shortcut
from facevalue.sampling import file_facts
from facevalue.statistics.panel import Panel


def random_facts(rng: np.random.Generator, pictures: int) -> pd.DataFrame:
    """Facts that have nothing to do with any label."""
    numbers = {name: rng.normal(size=pictures) for name in file_facts.NUMBERS}
    texts = {name: rng.choice(["a", "b"], pictures) for name in file_facts.TEXTS}
    return pd.DataFrame({"path": [f"{number:04}.jpg" for number in range(pictures)]} | numbers | texts)


def half_fake(pictures: int) -> NDArray[np.int64]:
    return np.arange(pictures, dtype=np.int64) % 2


def beats_chance(found: pd.DataFrame, targets: NDArray[np.int64], groups: NDArray[np.int64]) -> bool:
    scores = shortcut.scores(found, targets, groups)
    assert scores is not None
    auc = Panel.of(targets, [scores], [0.5], groups).auc()
    assert auc is not None
    return auc.estimate(0).interval.low > 0.5


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcut, "_TREES", 8)


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("fact", ["luma_quantisation", "exif", "format"])
def test_one_telling_fact_is_enough(fact: str) -> None:
    targets = half_fake(60)
    found = random_facts(np.random.default_rng(0), 60)
    found[fact] = np.where(targets, "PNG", "JPEG") if fact == "format" else targets
    scores = shortcut.scores(found, targets, np.arange(60))
    assert scores is not None
    assert scores[targets == 1].min() > scores[targets == 0].max()
    assert beats_chance(found, targets, np.arange(60))


@pytest.mark.usefixtures("few_trees")
def test_without_a_signal_none_is_claimed() -> None:
    """60 samples of 40 pictures: a rate of 5 % gives more than 8 claims once in 300 times."""
    claims = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        claims += beats_chance(random_facts(rng, 40), rng.permutation(half_fake(40)), np.arange(40))
    assert claims <= 8


@pytest.mark.usefixtures("few_trees")
def test_a_group_that_is_known_by_its_files_is_no_shortcut() -> None:
    """Each group's pictures have its own facts and its own label: whoever leaves no group out learns them by heart."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(24), 8)
    targets = rng.permutation(half_fake(24))[groups]
    found = random_facts(rng, groups.size)
    for name in file_facts.NUMBERS:
        found[name] = rng.normal(size=24)[groups]
    assert beats_chance(found, targets, np.arange(groups.size))
    assert not beats_chance(found, targets, groups)


@pytest.mark.usefixtures("few_trees")
def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    found, targets, groups = random_facts(rng, 50), rng.permutation(half_fake(50)), rng.integers(0, 20, 50)
    scores, order = shortcut.scores(found, targets, groups), rng.permutation(50)
    assert scores is not None
    shuffled = shortcut.scores(found.iloc[order], targets[order], np.char.add("g", groups[order].astype(str)))
    np.testing.assert_array_equal(shuffled, scores[order])


@pytest.mark.usefixtures("few_trees")
def test_files_that_are_all_alike_tell_nothing() -> None:
    found = random_facts(np.random.default_rng(0), 30)
    for name in (*file_facts.NUMBERS, *file_facts.TEXTS):
        found[name] = found[name].iloc[0]
    scores = shortcut.scores(found, half_fake(30), np.arange(30))
    assert scores is not None
    assert np.unique(scores).tolist() == [0.5]


@pytest.mark.usefixtures("few_trees")
def test_a_missing_number_is_no_obstacle() -> None:
    found = random_facts(np.random.default_rng(0), 30)
    found.loc[::3, "luma_quantisation"] = np.nan
    scores = shortcut.scores(found, half_fake(30), np.arange(30))
    assert scores is not None
    assert np.isfinite(scores).all()


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("real", range(1, 5))
@pytest.mark.parametrize("fake", range(1, 5))
@pytest.mark.parametrize("names", ["own", "pairs", "two", "one"])
def test_few_pictures_or_groups_give_scores_or_none(real: int, fake: int, names: str) -> None:
    number = np.arange(real + fake)
    targets = (number >= real).astype(np.int64)
    groups = {"own": number, "pairs": number // 2, "two": number % 2, "one": 0 * number}[names]
    scores = shortcut.scores(random_facts(np.random.default_rng(0), number.size), targets, groups)
    enough = min(np.unique(groups[targets == label]).size for label in (0, 1)) > 1
    if names in ("own", "two", "one"):
        assert (scores is not None) == enough
    assert scores is None or (scores.shape == targets.shape and np.isfinite(scores).all())


def test_single_facts_are_folded_and_the_most_telling_is_first() -> None:
    targets = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found = random_facts(np.random.default_rng(0), 8)
    found[[*file_facts.NUMBERS]] = 1.0
    found["chroma_subsampling"] = "4:2:0"
    found["luma_quantisation"] = [9, 8, 7, 6, 5, 4, 3, 2]
    found["bytes_per_pixel"] = [1, 2, 3, 4, 3.5, 4, 5, 6]
    found["format"] = ["JPEG", "JPEG", "JPEG", "PNG", "PNG", "PNG", "PNG", "JPEG"]
    told = shortcut.tell(found, targets)
    assert [each.fact for each in told[:3]] == ["luma_quantisation", "bytes_per_pixel", "format"]
    assert told[0].auc == 1
    assert (told[0].real, told[0].fake) == (7.5, 3.5)
    by_name = {each.fact: each for each in told}
    assert (by_name["format"].real, by_name["format"].fake) == ("JPEG", "PNG")
    assert by_name["format"].auc == (3 * 3 + 0.5 * (3 * 1 + 1 * 3)) / 16
    assert by_name["bytes_per_pixel"].auc == (3 + 3.5 + 4 + 4) / 16
    assert [each.fact for each in told[3:]] == sorted(each.fact for each in told[3:])
    assert {each.auc for each in told[3:]} == {0.5}
