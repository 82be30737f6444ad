"""What a set from elsewhere is compared with, of what `sample` left."""

from pathlib import Path

import pandas as pd
import pytest

from stages.external import sampled
from stages.shared import paths


def test_pictures_are_compared_as_the_source_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths.SAMPLED.mkdir(parents=True)
    for name in ("facts", "facts_before"):
        pd.DataFrame({"path": ["0.jpg"], "hash": [name]}).to_csv(paths.SAMPLED / f"{name}.csv", index=False)
        assert sampled()["hash"].tolist() == [name]
