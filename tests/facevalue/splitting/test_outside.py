"""The look from the outside, on divisions whose groups are wrong."""

import pandas as pd
import pytest

from facevalue.splitting.division import divide
from facevalue.splitting.outside import suspect
from facevalue.splitting.params import SplitParams

DIVIDED = SplitParams(
    val=0.2, test=0.3, folds=1, repeats=1, swaps="join", near_duplicates="join", official=False, unseen="none", seed=0
)


def catalogue(paths: list[str]) -> pd.DataFrame:
    """Each picture its own group, as a table without groups would have it."""
    table = pd.DataFrame({"path": paths, "source": paths})
    label = table["path"].str.partition("/")[0].str.partition("_")[0]
    inner = table["path"].str.extract(r"^fake/([^/]+)/[^/]+$")[0]
    return table.assign(label=label, kind=inner.fillna(label), identities="", look="", part="", video="")


@pytest.mark.parametrize(
    ("paths", "example"),
    [
        ([f"{label}/{v:03}/{f}.png" for label in ("real", "fake") for v in range(12) for f in range(4)], "folder '"),
        ([f"{label}/{label}_{name}_{f:04}.jpg" for label in ("real", "fake") for name in "abcdefgh" for f in range(3)],
         "pictures of '"),
        ([f"real/{v}.png" for v in range(40)] + [f"fake/id{v}_id9/{f}.png" for v in range(20) for f in range(3)],
         "folder '"),
        ([f"real/{v:04}.mp4" for v in range(30)] + [f"fake/{v:04}_fake.mp4" for v in range(30)], "name '"),
        ([f"real/{v:03}.mp4" for v in range(30)] + [f"fake/{v:03}_{v + 1:03}.mp4" for v in range(29)], "name '"),
    ],
)  # fmt: skip
def test_what_the_groups_do_not_say_is_said(paths: list[str], example: str) -> None:
    remark = divide(catalogue(paths), DIVIDED).remark
    assert "none on two sides, but names suggest that" in remark
    assert f"e.g. {example}" in remark
    assert remark.endswith("give what belongs together one group, in a CSV")


@pytest.mark.parametrize(
    "paths",
    [
        [f"{label}/{number:05}.jpg" for label in ("real", "fake") for number in range(40)],
        [f"{label}/{source}/{number}.jpg" for label in ("real", "fake") for source in "abcdef" for number in range(7)],
        [f"real/{number}.jpg" for number in range(40)] + [f"fake/fake_{number}.jpg" for number in range(40)],
        [f"{where}/{n // 1000 * 1000:05}/{n:05}.png" for where in ("real/images1024x1024", "fake/stylegan")
         for n in range(40, 70000, 1750)],
        [f"real/YouTube-real/{number}.mp4" for number in range(12)] + [f"real/c/{n}a.mp4" for n in range(30)]
        + [f"fake/x/z{n}b.mp4" for n in range(40)],
        [f"real/{n}.jpg" for n in range(60)] + [f"fake/dalle-3/a{n}.png" for n in range(4)]
        + [f"fake/mj_v6/b{n}.png" for n in range(3)] + [f"fake/sd15/c{n}.png" for n in range(53)],
    ],
    ids=["numbers of both classes", "folders that are words", "another word in front", "a set cut up by its size",
         "a class's own word", "small kinds"],
)  # fmt: skip
def test_what_tells_nothing_is_not_suspected(paths: list[str]) -> None:
    table = catalogue(paths)
    assert divide(table, DIVIDED).remark == f"{len(paths)} groups, none on two sides"


def test_pictures_without_a_part_are_on_no_side() -> None:
    table = catalogue(["real/001/0.png", "real/001/1.png", *(f"real/{n:03}/0.png" for n in range(2, 30))])
    parts = pd.Series(["train", "", *["test"] * 28])
    assert suspect(table, parts).pictures == 0
    assert suspect(table, parts.replace("", "val")).describe().count("folder 'real/001' in train and val") == 1
