import json
from pathlib import Path

from facevalue.serving import worth


def write(root: Path, name: str, **values: object) -> None:
    (root / "metrics").mkdir(exist_ok=True)
    (root / "metrics" / f"{name}.json").write_text(json.dumps(values))


def test_the_verdict_comes_first_and_each_method_after_it(tmp_path: Path) -> None:
    write(tmp_path, "comparison", verdict={"sentence": "crop is better: by much"})
    write(tmp_path, "full", auc=0.7712, auc_low=0.6651, auc_high=0.851, pictures=1061)
    write(tmp_path, "crop", auc=0.9, auc_low=None, auc_high=None, pictures=1061)
    write(tmp_path, "ensemble", auc=None, pictures=1061)
    write(tmp_path, "audit", warning="the files tell real from fake")
    assert worth.sentences(tmp_path) == [
        "crop is better: by much.",
        "Whole picture: AUC 0.771 (0.665 to 0.851) on 1,061 test pictures.",
        "Face: AUC 0.900 on 1,061 test pictures.",
        "the files tell real from fake",
        worth.CAVEAT,
    ]


def test_without_a_verdict_that_is_said(tmp_path: Path) -> None:
    assert worth.sentences(tmp_path) == [worth.UNKNOWN, worth.CAVEAT]
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics/comparison.json").write_text("{")  # being written
    assert worth.sentences(tmp_path) == [worth.UNKNOWN, worth.CAVEAT]
