"""Both methods on pictures made worse, through the stage, with tiny networks."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from sklearn.metrics import roc_auc_score

from facevalue.common import catalogue, files, images
from facevalue.common.errors import PictureError
from facevalue.common.methods import TRAINED, TrainedMethod
from facevalue.cropping.geometry import Square, cut
from facevalue.predicting.predictor import Predictor
from facevalue.robustness import scores
from facevalue.robustness.equalise import Common
from facevalue.robustness.hiding import HIDDEN, hidden
from facevalue.robustness.perturb import UNDISTURBED, Condition, perturbed
from facevalue.sampling import file_facts
from stages.robustness import robustness as stage
from stages.shared import paths
from tests.tiny_networks import predict, saved

ROOT = Path(__file__).parents[2]
LEVELS: dict[str, list[float]] = {"jpeg": [80, 10], "blur": [], "resize": [0.5], "noise": [5, 30], "chain": [2]}
COMMON = Common(75, 30, 100.0)
COLUMNS = ["level", "value", "pictures", "trainings"] + [
    f"{row}{end}" for row in ("full", "crop", "ensemble") for end in ("", "_low", "_high")
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve pictures of each class, their faces, a split and two networks that were never trained."""
    monkeypatch.chdir(tmp_path)
    chance = np.random.default_rng(0)
    rows: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for label in catalogue.LABELS:
        for i in range(12):
            noise = chance.integers(0, 120, (40, 48, 3), dtype=np.uint8)
            picture = noise + np.uint8(chance.integers(0, 60) + 15 * (label == "fake"))
            left, top, side = chance.integers(-3, 20, 2).tolist() + chance.integers(16, 36, 1).tolist()
            path = f"{label}/{i}.png"
            for root, pixels in (
                (paths.SAMPLED, picture),
                (paths.CROPPED, cut(picture, Square(left, top, side))),
            ):
                (root / label).mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(root / path)
            square = {"square_left": left, "square_top": top, "square_side": side}
            box = {"box_left": left + 1.5, "box_top": top + 1.5, "box_right": left + side, "box_bottom": top + side}
            rows.append({"path": path, "label": label, "kind": label, "group": path, "picture": path, **square, **box})
            found.append({"path": path, **file_facts.facts_of(paths.SAMPLED / path, picture)})
    files.write_csv(pd.DataFrame(found), paths.SAMPLED / "facts.csv")
    write_split(paths.SPLITS["crop"], pd.DataFrame(rows))
    for seed, method in enumerate(("full", "crop")):
        saved(Path("models", method), 32, seed)
    settings(LEVELS)
    return tmp_path


def write_split(folder: Path, test: pd.DataFrame) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    test.to_csv(folder / "test.csv", index=False)


def settings(levels: dict[str, list[float]], pictures: int = 200) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["evaluate"] |= {"perturbations": levels, "robustness_pictures": pictures}
    Path("params.yaml").write_text(yaml.safe_dump(content))


def written() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in Path("plots/robustness").iterdir()}


def test_a_table_per_perturbation_that_is_listed(project: Path) -> None:
    line = stage()
    assert set(written()) == {"undisturbed.csv", "jpeg.csv", "resize.csv", "noise.csv", "chain.csv"}
    table = pd.read_csv("plots/robustness/noise.csv")
    assert list(table) == COLUMNS
    assert table["level"].tolist() == [0, 1, 2]
    assert table["value"].isna().tolist() == [True, False, False]
    assert table["value"].tolist()[1:] == [5, 30]
    for row in ("full", "crop", "ensemble"):
        assert (table[f"{row}_low"] <= table[row]).all()
        assert (table[row] <= table[f"{row}_high"]).all()
    jpeg = pd.read_csv("plots/robustness/jpeg.csv").iloc[2]
    assert line.startswith(
        f"AUC at the last level: jpeg 10: full {jpeg['full']:.2f}, crop {jpeg['crop']:.2f}; resize 0.5"
    )


def test_undisturbed_is_what_evaluate_sees(project: Path) -> None:
    stage()
    test = catalogue.read(paths.SPLITS["crop"] / "test.csv")
    fake = catalogue.targets(test["label"])
    full, crop = (predict(paths.model(method), test, paths.PICTURES[method]) for method in ("full", "crop"))
    first = pd.read_csv("plots/robustness/undisturbed.csv").iloc[0]
    assert first["full"] == pytest.approx(roc_auc_score(fake, full))
    assert first["crop"] == pytest.approx(roc_auc_score(fake, crop))
    assert first["ensemble"] == pytest.approx(roc_auc_score(fake, (full + crop) / 2))
    assert (pd.read_csv("plots/robustness/noise.csv").iloc[0].dropna() == first.dropna()).all()


def test_the_order_of_the_pictures_changes_no_byte(project: Path) -> None:
    stage()
    before = written()
    write_split(paths.SPLITS["crop"], pd.read_csv(paths.SPLITS["crop"] / "test.csv").sample(frac=1, random_state=1))
    stage()
    assert written() == before


def test_every_picture_is_scored_by_its_own_folds_networks(project: Path) -> None:
    test = catalogue.read(paths.SPLITS["crop"] / "test.csv")
    expected = []
    for number, part in (("fold_01", test[::2]), ("fold_02", test[1::2])):
        write_split(paths.SPLITS["crop"] / number, part)
        for method in ("full", "crop"):
            saved(Path("models", method, number), 32, seed=int(number[-1]) + 2 * (method == "crop"))
        expected.append(part.assign(logit=predict(Path("models/full", number), part, paths.SAMPLED)))
    stage()
    fakes = [catalogue.targets(part["label"]) for part in expected]  # pairs within a fold alone
    pairs = [fake.sum() * (1 - fake).sum() for fake in fakes]
    aucs = [roc_auc_score(fake, part["logit"]) for fake, part in zip(fakes, expected, strict=True)]
    auc = np.average(aucs, weights=pairs)
    assert pd.read_csv("plots/robustness/undisturbed.csv")["full"][0] == pytest.approx(auc)


def test_no_more_pictures_than_asked_for_of_all_folds_together(project: Path) -> None:
    whole = stage()
    assert "test pictures" not in whole
    test = catalogue.read(paths.SPLITS["crop"] / "test.csv")
    for number, part in (("fold_01", test[::3]), ("fold_02", test.drop(test.index[::3]))):
        write_split(paths.SPLITS["crop"] / number, part)
        for method in ("full", "crop"):
            saved(Path("models", method, number), 32)
    settings(LEVELS, pictures=10)
    assert "; on 10 of 24 test pictures; " in stage()
    for table in written():
        assert set(pd.read_csv(Path("plots/robustness", table))["pictures"]) == {10}


def test_without_levels_there_is_the_undisturbed_table_alone(project: Path) -> None:
    settings({name: [] for name in LEVELS})
    assert stage().startswith("AUC undisturbed: full ")
    assert set(written()) == {"undisturbed.csv"}


def test_one_class_leaves_the_cells_empty(project: Path) -> None:
    test = pd.read_csv(paths.SPLITS["crop"] / "test.csv")
    for count, rows in ((12, test[test["label"] == "real"]), (0, test[:0])):
        write_split(paths.SPLITS["crop"], rows)
        assert stage().startswith("AUC at the last level: jpeg 10: full undefined, crop undefined; ")
        assert (Path("plots/robustness/resize.csv").read_text().splitlines()[1:]) == [
            f"0,,{count},1,,,,,,,,,",
            f"1,0.5,{count},1,,,,,,,,,",
        ]


def test_the_face_is_cut_out_of_the_whole_picture_once_that_is_changed(project: Path) -> None:
    test = catalogue.read(paths.SPLITS["crop"] / "test.csv")
    predictors: dict[TrainedMethod, Predictor] = {method: Predictor.load([paths.model(method)]) for method in TRAINED}
    seen = scores.score(test, paths.SAMPLED, predictors, [Condition("blur", 1, 3.0)], COMMON, 20, lambda: None)
    both = seen[seen["name"].isin([UNDISTURBED.name, "blur"])]
    assert both["name"].tolist() == [UNDISTURBED.name, "blur"] * 24
    for picture, rows in both.groupby("picture"):
        row = test[test["picture"] == picture].iloc[0]
        square = Square(row["square_left"], row["square_top"], row["square_side"])
        whole = images.read(paths.SAMPLED / row["picture"])
        blurred = [cut(each, square, 20) for each in (whole, perturbed(whole, "blur", 3.0, 0))]
        squares = np.stack([predictors["crop"].letterbox(each) for each in blurred])
        np.testing.assert_allclose(rows["crop"], predictors["crop"].logits(squares), rtol=1e-5)


def test_a_part_is_hidden_from_the_whole_picture_alone(project: Path) -> None:
    test = catalogue.read(paths.SPLITS["crop"] / "test.csv")
    predictors: dict[TrainedMethod, Predictor] = {method: Predictor.load([paths.model(method)]) for method in TRAINED}
    seen = scores.score(test, paths.SAMPLED, predictors, [], COMMON, "none", lambda: None)
    parts = seen[seen["name"].isin([part.name for part in HIDDEN])]
    assert len(parts) == 48
    assert parts["crop"].isna().all()
    row = test.iloc[3]
    box = [row[f"box_{edge}"] for edge in ("left", "top", "right", "bottom")]
    whole = images.read(paths.SAMPLED / row["picture"])
    squares = np.stack([predictors["full"].letterbox(hidden(whole, box, part)) for part in HIDDEN])
    mine = parts[parts["picture"] == row["picture"]]
    np.testing.assert_allclose(mine["full"], predictors["full"].logits(squares), atol=1e-5)


def test_what_the_answer_rests_on_is_written(project: Path) -> None:
    line = stage()
    rests = {file.stem: json.loads(file.read_text())["auc"] for file in Path("metrics/rests").glob("*.json")}
    assert set(rests) == {"whole", "face_hidden", "background_hidden"}
    assert rests["whole"] == pd.read_csv("plots/robustness/undisturbed.csv")["full"][0]
    details = json.loads(Path("metrics/interventions.json").read_text())
    assert details["hidden"]["face"]["drop"] == pytest.approx(rests["whole"] - rests["face_hidden"])
    assert [(each["fact"], each["method"]) for each in details["equalised"]["facts"]] == [
        (f"one {fact}", method) for fact in ("JPEG quality", "size", "brightness") for method in TRAINED
    ]
    assert details["warning"] == details["hidden"]["warning"] == details["equalised"]["warning"] is None
    assert line.endswith(f"; {details['hidden']['sentence']}; {details['equalised']['sentence']}")


def test_what_the_source_s_files_told_counts_where_pictures_were_recoded(project: Path) -> None:
    stage()
    assert json.loads(Path("metrics/interventions.json").read_text())["equalised"]["facts"][0]["telling"]["auc"] == 0.5
    facts = file_facts.read(paths.SAMPLED / "facts.csv")
    files.write_csv(
        facts.assign(luma_quantisation=np.where(facts["path"].str.startswith("fake"), 9, 3)),
        paths.SAMPLED / "facts_before.csv",
    )
    stage()
    assert json.loads(Path("metrics/interventions.json").read_text())["equalised"]["facts"][0]["telling"]["auc"] == 1


def test_the_bar_counts_every_picture_and_an_unreadable_one_is_named(project: Path) -> None:
    test = catalogue.read(paths.SPLITS["crop"] / "test.csv")
    predictors: dict[TrainedMethod, Predictor] = {method: Predictor.load([paths.model(method)]) for method in TRAINED}
    counted: list[None] = []
    scores.score(test, paths.SAMPLED, predictors, [], COMMON, "none", lambda: counted.append(None))
    assert len(counted) == 24
    (paths.SAMPLED / "real/3.png").write_bytes(b"")
    with pytest.raises(PictureError, match=r"real/3\.png' cannot be read \(zero bytes\)"):
        stage()
    assert not Path("plots/robustness").exists()


def test_logits_that_are_no_numbers_leave_their_level(project: Path) -> None:
    seen = pd.DataFrame(
        {
            "picture": list("abcd") * 2,
            "label": ["real", "fake"] * 4,
            "group": list("abcd") * 2,
            "name": ["undisturbed"] * 4 + ["jpeg"] * 4,
            "level": [0] * 4 + [1] * 4,
            "value": [None] * 4 + [50.0] * 4,
            "full": [0.0, 1, 2, 3, np.nan, 1, np.inf, 3],
            "crop": [0.0, 1, 0, 1, 0, 1, 0, 1],
        }
    )
    table = scores.tabulate([seen], [Condition("jpeg", 1, 50)])["jpeg"]
    assert table["full"].tolist()[0] == 0.75
    assert table[["full", "crop", "ensemble_low"]].iloc[1].isna().all()
