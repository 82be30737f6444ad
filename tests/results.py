"""What a whole run leaves behind, with a seed instead of networks: a value for every part of the report."""

import functools
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from facevalue.common import files
from facevalue.common.methods import METHODS, TRAINED
from facevalue.control import judge as control
from facevalue.drawing import charts
from facevalue.evaluating import evaluation, gaps
from facevalue.reporting import page
from facevalue.unseen import judge, matrix

ROOT = Path(__file__).parents[1]
KINDS = ("attribute", "expression_swap", "identity_swap", "synthesis")
WARNING = (
    "file facts alone tell real from fake here: AUC 0.98 (95 % interval 0.95 to 1.00); "
    "the networks may have learnt the files, not the faces"
)
DUPLICATES = {
    "exact": 1, "near": 3, "within_real": 1, "within_fake": 2, "across_classes": 1, "across_parts": 1,
    "across_groups": 0, "bits": 5, "examples": [["real/001.jpg", "fake/synthesis/001.jpg", 3]],
}  # fmt: skip
FACTS = [
    {"fact": "luma_quantisation", "auc": 0.97, "real": 4.1, "fake": 17.4},
    {"fact": "chroma_subsampling", "auc": 0.88, "real": "4:4:4", "fake": "4:2:0"},
    {"fact": "brightness_mean", "auc": 0.56, "real": 118.2, "fake": 121.9},
]
RESTS = {
    "whole": {"auc": 0.70, "auc_low": 0.58, "auc_high": 0.80, "pictures": 80, "trainings": 1},
    "face_hidden": {"auc": 0.55, "auc_low": 0.42, "auc_high": 0.67, "pictures": 80, "trainings": 1},
    "background_hidden": {"auc": 0.66, "auc_low": 0.53, "auc_high": 0.77, "pictures": 80, "trainings": 1},
}
LEVELS: dict[str, list[float]] = {
    "jpeg": [90, 70, 50, 30, 10],
    "blur": [0.5, 1, 2, 3, 4],
    "resize": [0.75, 0.5, 0.35, 0.25, 0.15],
    "noise": [2, 5, 10, 20, 40],
    "chain": [1, 2, 3],
}


def scored(pictures: int = 80, seed: int = 0) -> pd.DataFrame:
    """Pictures and both methods' logits; the face is the better method."""
    random = np.random.default_rng(seed)
    fake = np.arange(pictures) % 2 == 1
    kind = np.where(fake, random.choice(KINDS, pictures), "real")
    full, crop = (np.where(fake, 1, -1) * strength + random.normal(0, 1.4, pictures) for strength in (0.4, 1.2))
    return pd.DataFrame(
        {
            "picture": [f"{name}/{number:03}.jpg" for number, name in enumerate(kind)],
            "label": np.where(fake, "fake", "real"),
            "kind": kind,
            "group": [f"person_{number}" for number in range(pictures)],
            "face_share": random.uniform(0.1, 0.8, pictures),
            "confidence": random.uniform(0.9, 1, pictures),
            "logit_full": full,
            "logit_crop": crop,
        }
    )


def made(
    pictures: pd.DataFrame | None = None,
    warning: str | None = WARNING,
    trainings: int = 1,
    further: pd.DataFrame | None = None,
) -> page.Results:
    """The results of a run on such pictures, with so many trainings of each method, also by columns of a user's."""
    first = scored() if pictures is None else pictures
    tables = [first, *(again(first, number) for number in range(1, trainings))]
    found = evaluation.evaluate(tables, [dict.fromkeys(METHODS, 0.5)] * trainings, pool=140, further=further)
    found = found.qualified([warning] if warning else [])
    return page.Results(
        metrics=plain({name: {**row.to_metrics(), "coverage": 0.9875} for name, row in found.methods.items()}),
        comparison=plain(found.to_metrics()),
        videos={"videos": 0, "frames": 0, "sentence": "no videos"},
        audit=audit(warning),
        external={},
        rests=RESTS,
        interventions=interventions(),
        parameters=yaml.safe_load((ROOT / "params.yaml").read_text()),
        provenance={"commit": "1a2b3c4", "Python": "3.11.7", "torch": "2.11.0"},
        scores=found.scores(),
        slices=found.slices,
        gaps=plain(gaps.to_metrics(found.gaps)),
        trainings=found.trainings,
        single=found.curves(),
        roc={name: row.roc() for name, row in found.methods.items()},
        precision_recall={name: row.precision_recall() for name, row in found.methods.items()},
        reliability={name: row.reliability() for name, row in found.methods.items()},
        confusion={name: row.confusion() for name, row in found.methods.items()},
        robustness={change: robustness(values) for change, values in LEVELS.items()},
        losses={method: every_loss(speed, trainings) for method, speed in (("full", 0.04), ("crop", 0.12))},
        control={"sentence": control.NOTHING, "remains": None},
        unseen={"sentence": judge.NOTHING},
        unseen_tables=matrix.EMPTY,
        pictures={name: jpeg(seed) for seed, name in enumerate(page.PICTURES)},
    )


def with_unseen_kinds(results: page.Results, trainings: int = 3) -> page.Results:
    """The same where every kind of fakes was left out in turn, and each method does worse on what it has not seen."""
    pictures = scored(200)
    tests = []
    for number, kind in enumerate(KINDS):
        worse = (pictures["kind"] == kind).to_numpy()
        moved = pictures.assign(
            logit_full=pictures["logit_full"] - 0.6 * worse, logit_crop=pictures["logit_crop"] - 0.3 * worse
        )
        tests.append([again(moved, trainings * number + each) for each in range(trainings)])
    rows = [*((f"kind_{number:02}", kind, "") for number, kind in enumerate(KINDS, 1)), ("", "morph", "2 of its fakes")]
    found = judge.judge(pd.DataFrame(rows, columns=["folder", "kind", "reason"]), tests, pool=140)
    return replace(results, unseen=plain(found.to_metrics()), unseen_tables=found.matrix.tables())


def with_control(results: page.Results, trainings: int = 3) -> page.Results:
    """The same where Method 2 was also trained on a square at random, which tells a little."""
    pictures = scored().assign(shared=0.42)
    fake = (pictures["label"] == "fake").to_numpy()
    tests = []
    for number in range(trainings):
        chance = np.random.default_rng(number).normal(size=len(pictures))
        tests.append([again(pictures, number).assign(logit_square=0.3 * fake + chance)])
    return replace(results, control=plain(control.judge(tests).to_metrics()))


def cache_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw each chart once for all tests: that it is always the same is for the charts' own tests."""
    import vl_convert  # late, as in the charts

    draw = vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda spec, **_: _drawn(json.dumps(spec), draw))


@functools.cache
def _drawn(spec: str, draw: Callable[[Any], str]) -> str:
    return draw(json.loads(spec))


def plain(values: Any) -> Any:
    """As they come back from JSON."""
    return json.loads(json.dumps(values))


def audit(warning: str | None) -> dict[str, Any]:
    """`metrics/audit.json`."""
    seen = {"auc": 0.98, "interval": [0.95, 1.0], "beats_chance": bool(warning), "pictures": 200, "facts": FACTS}
    seen["grade"] = "alone" if warning else "none"
    sentence = warning or "file facts alone do not tell real from fake here: AUC 0.51"
    found = {"pictures": 200, "sentence": sentence, "warning": warning, "after": seen, "before": None}
    return {**found, "duplicates": DUPLICATES}


def interventions(no_face: str | None = None, files: str | None = None) -> dict[str, Any]:
    """`metrics/interventions.json`, with what it warns of."""
    moved = {"shift": 0.12, "interval": [-0.03, 0.27]}
    row = {
        "value": 75, "telling": {"auc": 0.52, "interval": [0.40, 0.64]}, "real": moved, "fake": moved,
        "apart": {"shift": -0.41, "interval": [-0.71, -0.11], "p_value": 0.008, "p_adjusted": 0.047},
        "deviation": 1.4, "share": -0.29, "differs": bool(files), "closer": True, "used": bool(files),
    }  # fmt: skip
    facts = [{"fact": "one JPEG quality", "method": method, **row} for method in TRAINED]
    hidden = {"face": {"drop": 0.15, "interval": [0.02, 0.28]}, "background": {"drop": 0.04, "interval": [-0.05, 0.13]}}
    return {
        "hidden": {"sentence": no_face or "without the face AUC 0.55", "warning": no_face, **hidden},
        "equalised": {"sentence": files or "no network", "warning": files, "pictures": 80, "facts": facts},
        "warning": "; ".join(filter(None, [no_face, files])) or None,
    }


def robustness(values: list[float]) -> pd.DataFrame:
    """A table of `plots/robustness/`."""
    lines = pd.DataFrame({"level": range(len(values) + 1), "value": [None, *values], "pictures": 80, "trainings": 1})
    for row, start, fall in zip(METHODS, (0.70, 0.91, 0.90), (0.03, 0.08, 0.06), strict=True):
        auc = start - fall * lines["level"]
        lines = lines.assign(**{row: auc, f"{row}_low": auc - 0.09, f"{row}_high": (auc + 0.07).clip(upper=1)})
    return lines


def again(scored: pd.DataFrame, number: int) -> pd.DataFrame:
    """The same pictures as another training scores them."""
    noise = np.random.default_rng(number).normal(0, 0.6, (2, len(scored)))
    return scored.assign(logit_full=scored["logit_full"] + noise[0], logit_crop=scored["logit_crop"] + noise[1])


def every_loss(speed: float, trainings: int) -> pd.DataFrame:
    """The mean's, and where there are several, each training's."""
    single = [losses(speed * (1 + number / 10)).assign(training=number + 1) for number in range(trainings)]
    return pd.concat([losses(speed), *(single if trainings > 1 else [])], ignore_index=True)


def losses(speed: float) -> pd.DataFrame:
    """A method's training."""
    steps = np.arange(1, 21)
    train, val = (0.2 + 0.5 * np.exp(-speed * lag * steps) for lag in (1.0, 0.7))
    return pd.DataFrame({"step": steps, "train": train, "val": val, "training": 0})


def jpeg(seed: int) -> bytes:
    """A picture of soft colours."""
    coarse = Image.fromarray(np.random.default_rng(seed).integers(40, 200, (9, 16, 3), dtype=np.uint8))
    return encoded(coarse.resize((640, 300), Image.Resampling.BICUBIC))


def encoded(picture: Image.Image) -> bytes:
    """A picture as JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, format="JPEG", quality=90)
    return buffer.getvalue()


def write(root: Path, results: page.Results) -> None:
    """Write `metrics/`, `plots/` and `params.yaml` under a root, as the stages do."""
    named = {**results.metrics, "comparison": results.comparison, "audit": results.audit}
    named |= {f"external/{name}": found for name, found in results.external.items()}
    named |= {"videos": results.videos, "control": results.control, "unseen": results.unseen}
    named |= {f"rests/{name}": row for name, row in results.rests.items()}
    named |= {"interventions": results.interventions}
    named |= {"slices": results.gaps}
    for name, values in named.items():
        files.write_json(values, root / f"metrics/{name}.json")
    curves = {"roc": results.roc, "pr": results.precision_recall, "reliability": results.reliability}
    of_evaluate = {f"evaluate/{name}": tables for name, tables in {**curves, "confusion": results.confusion}.items()}
    others = {"robustness": results.robustness, "unseen": results.unseen_tables}
    for folder, tables in {**of_evaluate, **others}.items():
        for name, table in tables.items():
            files.write_csv(table, root / f"plots/{folder}/{name}.csv")
    files.write_csv(results.scores, root / "plots/evaluate/scores.csv")
    files.write_csv(evaluation.for_dvc(results.scores), root / "plots/evaluate/two_methods.csv")
    files.write_csv(results.slices, root / "plots/evaluate/slices.csv")
    files.write_csv(results.trainings, root / "plots/evaluate/trainings.csv")
    for name, table in results.single.items():
        files.write_csv(table, root / f"plots/evaluate/{name}/trainings.csv")
    for method, steps in results.losses.items():
        for part in ("train", "val"):
            metrics = root / "plots/training" / method / "plots/metrics" / part
            metrics.mkdir(parents=True)
            for name in ("loss", "auc"):
                curve = steps[["step", part]].rename(columns={part: name})
                curve.to_csv(metrics / f"{name}.tsv", sep="\t", index=False)
    for name, content in results.pictures.items():
        (root / f"plots/{name}.jpg").write_bytes(content)
    (root / "plots/histograms.svg").write_text(charts.histograms(results.scores), encoding="utf-8")
    (root / "params.yaml").write_text(yaml.safe_dump(results.parameters, sort_keys=False), encoding="utf-8")
