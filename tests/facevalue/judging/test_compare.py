"""Two experiments on the pictures that both have tested."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facevalue.common import files
from facevalue.common.errors import SourceError
from facevalue.common.methods import METHODS
from facevalue.evaluating import evaluation
from facevalue.judging import table
from facevalue.judging.compare import Pair
from facevalue.judging.experiments import Experiment
from tests import results


def scores(trainings: int = 3, pictures: int = 60, better: float = 0.0) -> pd.DataFrame:
    """The `scores.csv` of made scores, of which the face's are the better ones by so much."""
    first = results.scored(pictures)
    first["logit_crop"] += better * np.where(first["label"] == "fake", 1, -1)
    first["group"] = [f"person_{number // 2}" for number in range(pictures)]
    tables = [first, *(results.again(first, number) for number in range(1, trainings))]
    return evaluation.evaluate(tables, [dict.fromkeys(METHODS, 0.5)] * trainings).scores()


def experiment(folder: Path, rows: pd.DataFrame, name: str = "first", folds: int = 1) -> Experiment:
    files.write_csv(rows, folder / f"{name}.csv")
    return Experiment(name, table.read(folder / f"{name}.csv", METHODS), folds)


def pair(folder: Path, first: pd.DataFrame, second: pd.DataFrame) -> Pair:
    return Pair.of(experiment(folder, first), experiment(folder, second, "second"))


def test_an_experiment_with_itself_is_the_same(tmp_path: Path) -> None:
    rows = scores()
    one = experiment(tmp_path, rows, "workspace")
    found = Pair.of(one, one)
    assert found.counts == "60 pictures were tested by both, 0 by workspace alone and 0 by workspace alone."
    for method in METHODS:
        value = evaluation_auc(rows, method)
        expected = f"the same: both give each of 60 pictures the same scores, AUC {value:.3f}."
        assert found.sentence(method) == expected


def evaluation_auc(rows: pd.DataFrame, method: str) -> float:
    from sklearn.metrics import roc_auc_score

    columns = [column for column in rows if str(column).startswith(f"{method}_")]
    return float(np.mean([roc_auc_score(rows["label"] == "fake", rows[column]) for column in columns]))


def test_the_better_one_is_named_and_the_other_methods_are_not_concerned(tmp_path: Path) -> None:
    first, second = scores(better=-0.8), scores(better=1.0)
    found = pair(tmp_path, first, second.sample(frac=1, random_state=1))
    assert found.sentence("crop").startswith("second is better: AUC ")
    assert f"{evaluation_auc(second, 'crop'):.3f} (second) against {evaluation_auc(first, 'crop'):.3f} (first)" in (
        found.sentence("crop")
    )
    assert "means of 3 trainings each, on 60 test pictures in 30 groups" in found.sentence("crop")
    assert found.sentence("full").startswith("the same: ")
    turned = Pair.of(experiment(tmp_path, second, "second"), experiment(tmp_path, first))
    assert turned.sentence("crop").startswith("second is better: AUC ")


def test_pictures_are_joined_by_name_and_label_and_the_others_are_counted(tmp_path: Path) -> None:
    first, second = scores(), scores(better=1.0)
    second.loc[0, "label"] = "fake" if second.loc[0, "label"] == "real" else "real"
    second["kind"] = second["label"]
    found = pair(tmp_path, first.iloc[:50], second.drop(index=[3, 4]))
    assert found.counts == (
        "47 pictures were tested by both, 2 by first alone and 10 by second alone; "
        "1 have another label in each and are left out."
    )
    assert "on 47 test pictures" in found.sentence("crop")


def test_groups_of_either_are_kept_together(tmp_path: Path) -> None:
    first, second = scores(), scores(better=1.0)
    first["group"], second["group"] = [f"a{n // 2}" for n in range(60)], [f"a{(n + 1) // 2 // 2}" for n in range(60)]
    found = pair(tmp_path, first, second)
    assert len(set(found.groups)) < second["group"].nunique()
    for rows in (first, second):
        linked = dict(zip(found.tables[0].pictures["picture"], found.groups, strict=True))
        assert (rows["picture"].map(linked).groupby(rows["group"]).nunique() == 1).all()


def test_of_more_trainings_the_first_are_taken(tmp_path: Path) -> None:
    found = pair(tmp_path, scores(5), scores(3, better=2.0))
    said = found.sentence("crop")
    assert "means of 3 trainings each" in said
    assert said.endswith(" Of first, the first 3 of 5 trainings are taken.")
    assert pair(tmp_path, scores(5), scores(3)).sentence("full").startswith("the same: ")


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    rows = scores()
    with pytest.raises(SourceError, match=r"^no picture was tested by both \(10 in first, 50 in second\), so nothing"):
        pair(tmp_path, rows[:10], rows[10:])
    other = rows.assign(label=np.where(rows["label"] == "fake", "real", "fake"), kind="")
    with pytest.raises(SourceError, match=r"^no picture was tested by both that has the same label in both "):
        pair(tmp_path, rows, other)
    fakes = rows[rows["label"] == "fake"]
    said = pair(tmp_path, fakes, fakes).sentence("crop")
    assert said == f"no difference shown; no AUC: all {len(fakes)} pictures are fake."


def test_scores_that_are_missing_are_left_out_and_counted(tmp_path: Path) -> None:
    first, second = scores(), scores(better=2.0)
    first.loc[[0, 1], "crop_02"] = np.nan
    said = pair(tmp_path, first, second).sentence("crop")
    assert "on 58 test pictures" in said
    assert said.endswith(" 2 pictures have a score that is not a finite number and are left out.")


def test_folds_are_mentioned(tmp_path: Path) -> None:
    found = Pair.of(experiment(tmp_path, scores()), experiment(tmp_path, scores(better=2.0), "second", folds=5))
    assert found.sentence("crop").endswith(" Pictures of all folds of second are ranked together here.")
