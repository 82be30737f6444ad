from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facevalue.common.errors import ParameterError
from facevalue.evaluating.columns import Column, asked, columns

HOSTILE = "<script>alert(1)</script>"


def column(values: list[str], name: str = "skin") -> Column:
    return Column.of(name, pd.Series(values, dtype=str))


def sizes(found: Column) -> dict[str, int]:
    return {value: int(inside.sum()) for value, inside in found.parts}


def test_text_is_as_it_is_from_the_commonest_on_and_what_is_missing_is_in_no_part() -> None:
    found = column(["b", "a", "NA", "b", "", "a", "b", ""])
    assert sizes(found) == {"b": 3, "a": 2, "NA": 1}
    assert (found.missing, found.hidden, found.cut) == (2, 0, False)
    assert found.sentence == "3 values of the column skin; 2 of 8 test pictures have none and are in no part."


def test_few_different_numbers_are_values_in_their_order() -> None:
    assert list(sizes(column(["10", "9", "9", "2", ""]))) == ["2", "9", "10"]


def test_many_numbers_are_cut_at_their_thirds() -> None:
    found = column([*map(str, range(18, 33)), ""], "age")
    assert sizes(found) == {"18 to 22": 5, "23 to 27": 5, "28 to 32": 5}
    missing = "1 of 16 test pictures have none and are in no part."
    assert found.sentence == f"3 values of the column age; its numbers cut at their thirds; {missing}"
    assert list(sizes(column([f"{n / 8}" for n in range(12)]))) == ["0.00 to 0.38", "0.50 to 0.88", "1.00 to 1.38"]


@pytest.mark.parametrize("odd", ["unknown", "nan", "inf", "1e15"])
def test_a_column_with_one_value_that_is_no_number_is_text(odd: str) -> None:
    found = column([*map(str, range(12)), odd])
    assert len(found.parts) == 13
    assert not found.cut


def test_of_many_texts_the_commonest_are_shown_and_the_others_counted() -> None:
    found = column([f"country {n:02}" for n in range(40)] + ["country 39"])
    assert list(sizes(found))[:2] == ["country 39", "country 00"]
    assert (len(found.parts), found.hidden) == (30, 10)
    assert "the 30 commonest; 10 rarer ones are not shown" in found.sentence


def test_a_column_without_a_value_has_no_part() -> None:
    found = column(["", ""])
    assert found.parts == []
    assert found.sentence == "No test picture has a value in the column skin."


def test_a_column_called_like_one_of_our_slices_is_told_from_it() -> None:
    assert column(["a"], "Confidence ").by == "column Confidence "
    assert column(["a"], "skin").by == "skin"
    by, value, inside, ranked = column([HOSTILE, ""], HOSTILE).slices[0]
    assert (by, value) == (HOSTILE, HOSTILE)
    assert inside.tolist() == ranked.tolist() == [True, False]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    file = tmp_path / "further.csv"
    file.write_text("path,Age,skin tone,<b>\nreal/1.png,031,,NA\nfake/2.png,,dark,x\n")
    return file


def test_the_columns_that_are_asked_for_come_as_text(kept: Path) -> None:
    found = asked(kept, ["Skin Tone", "age "])
    assert found.to_dict("index") == {
        "real/1.png": {"skin tone": "", "Age": "031"},
        "fake/2.png": {"skin tone": "dark", "Age": ""},
    }
    of_test = columns(found, pd.Series(["fake/2.png", "real/1.png", "fake/2.png"]))
    assert [each.name for each in of_test] == ["skin tone", "Age"]
    assert [(value, inside.tolist()) for value, inside in of_test[0].parts] == [("dark", [True, False, True])]
    assert list(asked(kept, [])) == []


def test_a_column_that_is_not_there_is_named_with_those_that_are(kept: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        asked(kept, ["age", "gender"])
    assert str(caught.value) == (
        "params.yaml: evaluate.slices names 'gender'; the source has no such further column. "
        "It has 'Age', 'skin tone', '<b>'."
    )
    kept.write_text("path\n")
    with pytest.raises(ParameterError, match=r"names 'age'; .* It has none \(a CSV can have them\)\.$"):
        asked(kept, ["age"])
    kept.write_text(",".join(["path", *(f"column {n}" for n in range(50))]) + "\n")
    with pytest.raises(ParameterError) as caught:
        asked(kept, ["age"])
    assert len(str(caught.value)) < 500


def test_parts_do_not_overlap() -> None:
    rng = np.random.default_rng(0)
    found = column([str(value) for value in rng.integers(0, 40, 200)])
    assert np.sum([inside for _, inside in found.parts], axis=0).tolist() == [1] * 200
