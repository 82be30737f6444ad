"""FaceForensics++ in miniature, from 24 videos to metrics by video: all stages, with stand-ins for the networks."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.special import logit

from facevalue.common import images
from facevalue.common.methods import METHODS
from tests.facevalue.videos_made import write_video
from tests.pipeline.conftest import AFTER_SAMPLE, Project, executed, make_project, use_stubs

pytestmark = pytest.mark.pipeline
FRAMES = 2
OUTPUT = "output.txt"
PARTS = ("train", "val", "test")
NAME = re.compile(r"/(\d{3})(?:_(\d{3}))?\.mp4")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Eight originals, and two methods that swap the faces of each pair both ways."""
    project = make_project(tmp_path_factory.mktemp("videos") / "project")
    use_stubs(project)
    project.run("dvc", "repro", "demo/dvc.yaml")
    people = sorted((project.root / "demo/pictures/real").glob("*"))
    source = project.root.parent / "FaceForensics++"
    for i in range(8):
        picture, other = images.read(people[i]), i ^ 1
        film(source / f"original_sequences/youtube/c23/videos/{i:03}.mp4", picture)
        for method, tone in (("Deepfakes", 0.92), ("Face2Face", 0.85)):
            changed = (picture * tone).astype(np.uint8)
            film(source / f"manipulated_sequences/{method}/c23/videos/{i:03}_{other:03}.mp4", changed)
    project.set(source=str(source), sample={"size": "all", "frames_per_video": FRAMES})
    project.commit()
    output = project.run("dvc", "repro")
    assert set(executed(output)) == {"check", "sample", *AFTER_SAMPLE}
    (project.root / OUTPUT).write_text(output)
    return project


def film(path: Path, picture: NDArray[np.uint8]) -> None:
    """Six frames that grow lighter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path, [np.minimum(picture, 235) + np.uint8(2 * step) for step in range(6)])


def read(project: Project, csv: str) -> pd.DataFrame:
    return pd.read_csv(project.root / csv, keep_default_na=False, dtype={"group": str})


def test_every_video_gives_its_frames_with_what_its_name_tells(project: Project) -> None:
    sampled = read(project, "data/sampled/catalogue.csv")
    assert sampled["video"].value_counts().to_dict() == dict.fromkeys(sampled["video"].unique(), FRAMES)
    kinds = sampled.drop_duplicates("video").value_counts(["label", "kind"]).to_dict()
    assert kinds == {("real", "real"): 8, ("fake", "Deepfakes"): 8, ("fake", "Face2Face"): 8}
    assert set(sampled["compression"]) == {"c23"}
    assert sampled["group"].nunique() == 4
    for path in sampled["path"]:
        assert (project.root / "data/sampled" / path).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("folder", ["sampledsplits", "croppedsplits"])
def test_no_identity_stands_on_two_sides(project: Project, folder: str) -> None:
    """Both the target and the source, as the paths in the written tables name them."""
    seen = [identities(project.root / f"data/{folder}/{part}.csv") for part in PARTS]
    assert all(seen)
    assert sum(map(len, seen)) == len(set.union(*seen)) == 8


def identities(table: Path) -> set[str]:
    found = [match.groups() for match in map(NAME.search, table.read_text().splitlines()[1:]) if match]
    assert len(found) == len(table.read_text().splitlines()) - 1
    return {name for names in found for name in names if name}


def test_videos_are_judged_by_the_mean_of_their_frames(project: Project) -> None:
    metrics = json.loads((project.root / "metrics/videos.json").read_text())
    scores = read(project, "plots/evaluate/scores.csv")
    scores["video"] = scores["source"]
    tested = set(read(project, "data/sampledsplits/test.csv")["video"])
    assert set(scores["video"]) <= tested
    assert (metrics["videos"], metrics["frames"]) == (scores["video"].nunique(), len(scores))
    for row in METHODS:
        by_video = scores.assign(logit=logit(scores[row])).groupby(["video", "label"], as_index=False)["logit"].mean()
        real, fake = (by_video["logit"][by_video["label"] == label].to_numpy() for label in ("real", "fake"))
        assert metrics[row]["auc"] == pytest.approx((fake[:, None] > real).mean())
        assert metrics[row]["pictures"] == len(by_video)
    assert metrics["full"]["coverage"] == 1
    assert metrics["crop"]["coverage"] == len(set(scores["video"])) / len(tested)
    assert f"on {metrics['videos']} test videos in" in metrics["sentence"]


def test_the_report_shows_the_videos(project: Project) -> None:
    sentence = json.loads((project.root / "metrics/videos.json").read_text())["sentence"]
    page = (project.root / "plots/report.html").read_text()
    assert "Whole videos" in page
    assert sentence.split(":")[0] in page


def test_both_verdicts_and_the_layout_are_said(project: Project) -> None:
    output = (project.root / OUTPUT).read_text().splitlines()
    lines = [line for line in output if line.startswith(("sample: ", "evaluate: "))]
    assert lines[0] == "sample: layout ff++"
    assert lines[1].startswith("sample: 24 of 24 videos in ")
    assert "(8 real, 16 fake); 48 frames" in lines[1]
    metrics = json.loads((project.root / "metrics/videos.json").read_text())
    assert lines[2].endswith(f"; by video: {metrics['sentence']}")
