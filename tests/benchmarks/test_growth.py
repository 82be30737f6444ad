"""What `make growth` measures on, and how it tells it."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.growth import Run, Stage, grow, slope, table
from facevalue.common import images


def test_a_source_grows_by_files_that_show_the_same(tmp_path: Path) -> None:
    rows = [(f"{label}/{number}.png", label, label, f"p{number}") for label in ("real", "fake") for number in range(3)]
    for shade, (path, *_) in enumerate(rows):
        images.write_png(tmp_path / "drawn" / path, np.full((20, 20, 3), 20 * shade, np.uint8))
    catalogue = pd.DataFrame(rows, columns=["path", "label", "kind", "group"])
    catalogue.to_csv(tmp_path / "drawn/catalogue.csv", index=False)
    grow(tmp_path / "drawn", tmp_path / "grown", 14)
    found = pd.read_csv(tmp_path / "grown/catalogue.csv")
    assert len(found) == 14
    assert found["label"].value_counts().tolist() == [7, 7]
    assert found["group"].nunique() == 7  # three people twice, and one a third time
    contents = [(tmp_path / "grown" / path).read_bytes() for path in found["path"]]
    assert len(set(contents)) == 14
    for path in found["path"]:
        copied = images.read(tmp_path / "grown" / path)
        np.testing.assert_array_equal(copied, images.read(tmp_path / "drawn" / path.split("/", 1)[1]))


def test_the_slope_is_the_exponent_between_the_last_sizes() -> None:
    assert slope([10, 100, 1_000], [1, 6, 60]) == "1.00"
    assert slope([100, 1_000], [6, 6]) == "0.00"
    assert slope([100, 1_000], [4, 60]) == ""
    assert slope([100], [60]) == ""


def test_the_table_has_a_row_per_stage() -> None:
    runs = {
        100: Run({"sample": Stage(0, 10, 5 * 10**8, 10**6), "crop": Stage(0, 1, 10**9, 0)}),
        1_000: Run({"sample": Stage(0, 100, 6 * 10**8, 10**7), "crop": Stage(0, 9, 10**9, 0)}),
    }
    assert table(runs).splitlines() == [
        "| stage | 100: s, GB, MB | 1,000: s, GB, MB | slope |",
        "|---|---:|---:|---:|",
        "| `sample` | 10.0, 0.50, 1.0 | 100.0, 0.60, 10.0 | 1.00 |",
        "| `crop` | 1.0, 1.00, 0.0 | 9.0, 1.00, 0.0 |  |",
    ]
