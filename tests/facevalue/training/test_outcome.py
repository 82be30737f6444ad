from pathlib import Path

import pandas as pd

from facevalue.training import outcome
from facevalue.training.outcome import Training


def write(folder: Path, name: str, values: list[float]) -> None:
    file = folder / "plots/metrics" / f"{name}.tsv"
    file.parent.mkdir(parents=True, exist_ok=True)
    column = name.rpartition("/")[2]
    pd.DataFrame({"step": range(1, len(values) + 1), column: values}).to_csv(file, sep="\t", index=False)


def test_a_step_is_the_mean_of_the_folds_that_still_train(tmp_path: Path) -> None:
    folds = [tmp_path / "fold_01", tmp_path / "fold_02"]
    write(folds[0], "val/loss", [1.0, 0.5, 0.25])
    write(folds[1], "val/loss", [3.0])
    write(folds[0], "learning_rate", [0.1])
    write(folds[1], "learning_rate", [0.3])
    outcome.average_curves(folds, tmp_path)
    assert (tmp_path / "plots/metrics/val/loss.tsv").read_text() == "step\tloss\n1\t2.0\n2\t0.5\n3\t0.25\n"
    assert (tmp_path / "plots/metrics/learning_rate.tsv").read_text() == "step\tlearning_rate\n1\t0.2\n"


def test_several_trainings_are_described_by_their_means() -> None:
    one = Training(epochs=12, best_epoch=7, train_loss=0.1, val_loss=0.5, val_auc=0.8, val_accuracy=0.7)
    other = Training(epochs=20, best_epoch=9, train_loss=0.1, val_loss=0.4, val_auc=0.9, val_accuracy=0.8)
    assert outcome.describe([one]) == one.describe()
    assert outcome.describe([one, other]) == (
        "2 trainings, 12 to 20 epochs: mean val_loss 0.450, val_auc 0.850, val_accuracy 0.750"
    )
