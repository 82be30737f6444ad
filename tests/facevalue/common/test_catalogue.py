from pathlib import Path

import pandas as pd

from facevalue.common import catalogue, files


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    rows = [["1", "real", "real", "007", "", "01", "1110"], ["a,b", "fake", "NA", "", "test", "null", ""]]
    table = pd.DataFrame(rows, columns=[*catalogue.COLUMNS, "part", "video", "regions"])
    files.write_csv(table, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(catalogue.read(tmp_path / "a.csv"), table, check_dtype=False)


def test_fake_is_one() -> None:
    assert catalogue.targets(pd.Series(["real", "fake", "fake"])).tolist() == [0, 1, 1]
