import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facevalue.common.grouping import cell, groups, names_in


def pictures(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Pictures 0.jpg, 1.jpg, ... with their identities, video and look."""
    table = pd.DataFrame(rows, columns=["identities", "video", "look"])
    return table.assign(path=[f"{number}.jpg" for number in range(len(rows))])


def test_identities_videos_and_looks_link_pictures() -> None:
    table = pictures(
        ("anna", "", ""), ("anna;bert", "", ""), ("bert", "v", ""), ("", "v", ""), ("", "", "x"), ("", "", "x")
    )
    assert groups(table).tolist() == ["anna"] * 4 + ["4.jpg"] * 2
    assert groups(table, near_duplicates=False).tolist() == ["anna"] * 4 + ["4.jpg", "5.jpg"]
    assert groups(table, by_target=True).tolist() == ["anna"] * 2 + ["bert"] * 2 + ["4.jpg"] * 2
    assert groups(table.drop(columns="look")).tolist() == ["anna"] * 4 + ["4.jpg", "5.jpg"]
    assert groups(table.head(0)).empty


def test_a_picture_or_video_is_tied_by_those_that_are_grouped_after_it() -> None:
    table = pictures(("", "", ""), ("0.jpg", "", ""), ("", "v", ""), ("v;bert", "", ""), ("", "", ""))
    assert groups(table).tolist() == ["0.jpg"] * 2 + ["bert"] * 2 + ["4.jpg"]


@pytest.mark.parametrize(
    ("text", "names"), [("", []), (" ; ;", []), ("a", ["a"]), (" b; a ;b", ["b", "a"]), ("Zoe X;1", ["Zoe X", "1"])]
)
def test_a_cell_holds_several_names(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_a_name_with_the_separator_stays_one() -> None:
    assert names_in(cell(["a;b", "c"])) == ["a,b", "c"]


@given(st.lists(st.tuples(st.sampled_from(["", "a", "a;b", "b;c", "d"]), st.sampled_from(["", "v", "w"])), max_size=12))
def test_what_shares_anything_shares_a_group(rows: list[tuple[str, str]]) -> None:
    table = pictures(*((identities, video, "") for identities, video in rows))
    found = groups(table)
    for one in range(len(rows)):
        for other in range(one):
            names = [{*names_in(rows[i][0]), *([f"video {rows[i][1]}"] if rows[i][1] else [])} for i in (one, other)]
            assert not names[0] & names[1] or found[one] == found[other]
