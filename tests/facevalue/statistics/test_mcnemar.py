from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.statistics.intervals import Difference
from tests.two_methods import by_mcnemar

COUNTS = st.tuples(*[st.integers(0, 12)] * 4).filter(any)


def of_table(both: int, only_first: int, only_second: int, neither: int) -> Difference:
    cells = [both, only_first, only_second, neither]
    return by_mcnemar(np.repeat([True, True, False, False], cells), np.repeat([True, False, True, False], cells))


def test_agrees_with_r_and_the_textbook() -> None:
    # Altman, Machin, Bryant & Gardner 2000, "Statistics with Confidence", table 6.2: 0.011 to 0.226. R, epiR:
    # epi.conf(as.matrix(cbind(14, 5, 0, 22)), ctype = "prop.paired") gives the same; the table's first minus second.
    found = of_table(14, 5, 0, 22)
    assert -found.value == pytest.approx(5 / 41)
    assert (-found.interval.high, -found.interval.low) == pytest.approx((0.011, 0.226), abs=5e-4)
    assert found.p_value == pytest.approx(2 * 0.5**5)


def test_agrees_with_r_on_the_exact_p_value() -> None:
    # R, exact2x2, the example of its vignette "Exact McNemar's test": x <- matrix(c(21, 9, 2, 12), 2, 2) and
    # mcnemar.exact(x) print: b = 2, c = 9, p-value = 0.06543.
    found = of_table(21, 2, 9, 12)
    assert found.p_value == pytest.approx(0.06543, abs=5e-6)


def test_interval_agrees_with_r() -> None:
    # R, contingencytables: Newcombe_square_and_add_CI_paired_2x2(matrix(c(59, 6, 16, 80), 2, byrow = TRUE)), in the
    # package's own tests: estimate = -0.0621 (95% CI -0.1186 to -0.0046), the first row's share minus the column's.
    found = of_table(59, 6, 16, 80)
    assert -found.value == pytest.approx(-0.0621, abs=5e-5)
    assert (-found.interval.high, -found.interval.low) == pytest.approx((-0.1186, -0.0046), abs=5e-5)


def test_exact_p_value_by_hand() -> None:
    # Bentur et al. 2009, as in Fagerland, Lydersen & Laake 2013: 1 against 7 of 21 pairs; p = 2 (1 + 8) / 2^8 = 0.0703.
    found = of_table(1, 1, 7, 12)
    assert found.p_value == pytest.approx(18 / 256)
    assert found.value == pytest.approx(6 / 21)
    assert found.standard_error == pytest.approx(8**0.5 / 21)


def test_own_interval_is_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I: 81 of 263 is 0.2553 to 0.3662, 0 of 20 is 0 to 0.1611.
    assert of_table(81, 0, 0, 182).first.interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert of_table(0, 0, 0, 20).second.interval == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(COUNTS)
def test_swapping_the_methods_negates_the_difference_and_keeps_the_p_value(cells: tuple[int, int, int, int]) -> None:
    both, only_first, only_second, neither = cells
    found, swapped = of_table(both, only_first, only_second, neither), of_table(both, only_second, only_first, neither)
    assert swapped.value == -found.value
    assert swapped.p_value == found.p_value
    assert swapped.interval == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-12)


@given(COUNTS)
def test_right_and_wrong_are_alike(cells: tuple[int, int, int, int]) -> None:
    both, only_first, only_second, neither = cells
    found, mirrored = of_table(both, only_first, only_second, neither), of_table(neither, only_second, only_first, both)
    assert mirrored.value == -found.value
    assert mirrored.p_value == found.p_value
    assert mirrored.interval == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-9)


@given(COUNTS)
def test_interval_holds_the_difference_and_has_a_width(cells: tuple[int, int, int, int]) -> None:
    found = of_table(*cells)
    assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1
    assert found.interval.low < found.interval.high
    assert 0 < found.p_value <= 1


def test_methods_that_never_differ_have_p_1() -> None:
    assert of_table(9, 0, 0, 6).p_value == 1.0


def test_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no picture"):
        by_mcnemar(np.array([], dtype=bool), np.array([], dtype=bool))


def test_exact_coverage_and_level_on_fifteen_pictures() -> None:
    n = 15
    tables = [(a, b, c, n - a - b - c) for a in range(n + 1) for b in range(n + 1 - a) for c in range(n + 1 - a - b)]
    found = [of_table(*cells) for cells in tables]
    cells = np.array(tables)
    ways = np.array([comb(n, a) * comb(n - a, b) * comb(n - a - b, c) for a, b, c, _ in tables], dtype=float)
    for both, only_first, only_second in [(0.6, 0.15, 0.15), (0.5, 0.1, 0.3), (0.85, 0.05, 0.05), (0.7, 0.0, 0.2)]:
        chances = ways * np.prod(
            np.array([both, only_first, only_second, 1 - both - only_first - only_second]) ** cells, axis=1
        )
        assert chances.sum() == pytest.approx(1)
        truth = only_second - only_first
        covered = sum(
            p for p, each in zip(chances, found, strict=True) if each.interval.low <= truth <= each.interval.high
        )
        assert covered > 0.93
        if only_first == only_second:
            assert sum(p for p, each in zip(chances, found, strict=True) if each.p_value <= 0.05) <= 0.05
