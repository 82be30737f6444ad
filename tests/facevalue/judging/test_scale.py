"""What scores mean, and the logits of them."""

import numpy as np
import pytest
from scipy.special import expit

from facevalue.common.errors import SourceError
from facevalue.judging.scale import logits, scale_of


def test_probabilities_come_back_to_the_last_digit() -> None:
    rng = np.random.default_rng(0)
    probabilities = expit(rng.normal(0, 6, 20_000))
    assert (expit(logits(probabilities, "probabilities")) == probabilities).all()
    decimals = np.arange(1, 100) / 100  # not all are one of a logit
    assert np.abs(expit(logits(decimals, "probabilities")) - decimals).max() < 1e-15


def test_order_stays_and_ends_are_finite() -> None:
    ordered = np.array([0, 5e-324, 1e-310, 1e-17, 0.5, np.nextafter(1, 0), 1])
    found = logits(ordered, "probabilities")
    assert (np.diff(found) > 0).all()
    assert np.isfinite(found).all()
    assert expit(found)[[0, -1]].tolist() == [0, 1]


def test_what_is_no_number_stays_none() -> None:
    for scale in ("probabilities", "logits"):
        found = logits(np.array([[np.nan, np.inf], [-np.inf, 0.25]]), scale)
        assert np.isnan(found).tolist() == [[True, True], [True, False]]


def test_scores_tell_what_they_are() -> None:
    nothing = np.array([np.nan])
    assert scale_of("a", np.array([0, 0.3, 1, np.inf]), None) == "probabilities"
    assert scale_of("a", np.array([-0.1, 0.3]), None) == "logits"
    assert scale_of("a", np.array([0.1, 0.3]), "logits") == "logits"
    assert scale_of("a", nothing, None) == "probabilities"


@pytest.mark.parametrize(
    ("scores", "asked", "line"),
    [
        (
            [0, 87.5],
            None,
            "the scores of 'a' reach from 0 to 87.5, so they are no probabilities, and nothing says that",
        ),
        ([-2, 0.5], "probabilities", "the scores of 'a' reach from -2 to 0.5, and probabilities from 0 to 1; say"),
    ],
)
def test_scores_that_do_not(scores: list[float], asked: str, line: str) -> None:
    with pytest.raises(SourceError, match=f"^{line}"):
        scale_of("a", np.array(scores), asked)  # type: ignore[arg-type]
