from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from facevalue.auditing import duplicates
from facevalue.auditing.duplicates import find
from facevalue.common import images
from facevalue.sampling import file_facts
from facevalue.sampling.near_duplicates import NEAR_BITS


def table(*rows: tuple[str, str, str, int, str]) -> pd.DataFrame:
    """Rows of label, group, part, hash and digest."""
    pictures = pd.DataFrame(rows, columns=["label", "group", "part", "hash", "digest"])
    pictures["hash"] = [f"{value:016x}" for value in pictures["hash"]]
    return pictures.assign(path=[f"{number:03}.jpg" for number in range(len(rows))])


ROWS = st.tuples(
    st.sampled_from(["real", "fake"]),
    st.sampled_from("abc"),
    st.sampled_from(["train", "val", "test"]),
    st.sampled_from([0, 0b11, 0b1111, 0b111111, 0xFF << 20, 2**64 - 1]),
    st.just("own"),
)


@settings(deadline=None)
@given(st.lists(ROWS, max_size=14), st.data())
def test_every_pair_is_counted_once_where_it_lies(
    rows: list[tuple[str, str, str, int, str]], data: st.DataObject
) -> None:
    digests = [row[3] * 10 + data.draw(st.integers(0, 1)) for row in rows]  # the same file has the same hash
    pictures = table(*((*row[:4], str(digest)) for row, digest in zip(rows, digests, strict=True)))
    found = find(pictures)
    expected = dict.fromkeys(duplicates._KINDS, 0)
    distances = []
    for (_, one), (_, other) in combinations(pictures.iterrows(), 2):
        distance = (int(one["hash"], 16) ^ int(other["hash"], 16)).bit_count()
        if distance <= NEAR_BITS:
            distances.append((one["path"], other["path"], distance))
            same = {name: one[name] == other[name] for name in ("label", "group", "part", "digest")}
            expected["exact" if same["digest"] else "near"] += 1
            expected[f"within_{one['label']}" if same["label"] else "across_classes"] += 1
            expected["across_parts"] += not same["part"]
            expected["across_groups"] += not same["group"]
    assert {kind: getattr(found, kind) for kind in duplicates._KINDS} == expected
    assert set(found.examples) <= set(distances)
    assert len(found.examples) == min(6, len(distances))


def test_the_order_of_rows_is_of_no_account() -> None:
    rng = np.random.default_rng(0)
    rows = [
        (str(rng.choice(["real", "fake"])), str(rng.integers(9)), str(rng.choice(["train", "test"])), int(h), str(h))
        for h in rng.integers(0, 64, 80)
    ]
    pictures = table(*rows)
    found = find(pictures)
    assert found.exact + found.near > 100
    assert find(pictures.sample(frac=1, random_state=1)) == found


def test_the_harmful_pairs_are_shown_first() -> None:
    pictures = table(
        ("real", "a", "train", 0, "0"),
        ("real", "b", "train", 0, "0"),
        ("real", "c", "train", 0xFF00, "1"),
        ("real", "d", "test", 0xFF00, "1"),
        ("real", "e", "train", 0xFF0000, "2"),
        ("fake", "f", "test", 0xFF0003, "3"),
    )
    assert find(pictures).examples == [
        ("004.jpg", "005.jpg", 2),
        ("002.jpg", "003.jpg", 0),
        ("000.jpg", "001.jpg", 0),
    ]
    assert find(pictures).describe() == "2 exact and 1 near duplicates (1 across classes, 2 across parts)"


def test_without_pairs_there_is_nothing() -> None:
    found = find(table(("real", "a", "train", 0, "0"), ("fake", "b", "test", 0xFFFF, "1")))
    assert (found.exact, found.near, found.examples, found.describe()) == (0, 0, [], "no duplicates")


def scene(seed: int) -> Image.Image:
    """Soft blobs, each seed its own."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((240, 240), Image.Resampling.BICUBIC)


def test_a_picture_is_found_again_after_what_pictures_go_through(tmp_path: Path) -> None:
    original = scene(0)
    versions = {
        "original.png": original,
        "small.png": original.resize((64, 64), Image.Resampling.LANCZOS),
        "soft.png": original.filter(ImageFilter.GaussianBlur(3)),
        "worse.jpg": original,
        "stranger.png": scene(1),
        "another.png": scene(2),
    }
    rows = []
    for name, picture in versions.items():
        picture.save(tmp_path / name, quality=20)  # of the JPEG
        told = file_facts.facts_of(tmp_path / name, images.read(tmp_path / name))
        rows.append({"path": name, "label": "real", "group": name, "part": "train", **told})
    found = find(pd.DataFrame(rows))
    assert (found.exact, found.near) == (0, 6)
    assert not {"stranger.png", "another.png"} & {
        path for first, second, _ in found.examples for path in (first, second)
    }
