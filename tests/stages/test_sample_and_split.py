"""The stages that need no network, on pictures of every kind of trouble."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from facevalue.common import images
from facevalue.common.errors import SourceError
from facevalue.cropping.table import crop_path
from facevalue.sampling.params import Recode
from facevalue.sampling.recode import recoded
from stages.sample import sample
from stages.split import split
from tests.facevalue.videos_made import write_video

ROOT = Path(__file__).parents[2]


def picture(path: Path, seed: int, side: int = 16) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, quality=90)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with params.yaml and a source of twelve real and twelve fake pictures of two kinds."""
    for i in range(12):
        picture(tmp_path / f"mine/real/{i}.jpg", i)
        picture(tmp_path / f"mine/fake/{'swap' if i % 2 else 'edit'}/{i}.jpg", 100 + i)
    monkeypatch.chdir(tmp_path)
    settings(tmp_path, source="mine", sample={"size": 20, "frames_per_video": 4, "seed": 0, "recode": "none"})
    return tmp_path


def settings(project: Path, **changed: object) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["split"]["repeats"] = 1
    (project / "params.yaml").write_text(yaml.safe_dump(content | changed))


def catalogue(project: Path) -> pd.DataFrame:
    return pd.read_csv(project / "data/sampled/catalogue.csv")


def test_pictures_are_copied_byte_for_byte(project: Path) -> None:
    assert sample() == "20 of 24 pictures in mine (10 real, 10 fake)"
    sampled = catalogue(project)
    assert len(sampled) == 20
    for path, source in zip(sampled["path"], sampled["source"], strict=True):
        assert (project / "data/sampled" / path).read_bytes() == (project / "mine" / source).read_bytes()
    assert len(list((project / "data/sampled").rglob("*.jpg"))) == 20


def test_every_file_that_is_not_used_is_counted_and_named_with_its_reason(project: Path) -> None:
    mine = project / "mine"
    for name in ("real/a.gif", "real/.hidden.jpg", "fake/notes.txt"):
        (mine / name).write_bytes(b"GIF89a")
    (mine / "real/two\nlines.jpg").write_bytes(b"")
    for folder in ("fake/.old/deep", "fake/two\nlines"):
        (mine / folder).mkdir(parents=True)
        for number in range(3):
            (mine / folder / f"{number}.jpg").write_bytes(b"GIF89a")
    (mine / "real/loop.jpg").symlink_to("loop.jpg")
    (mine / "fake/again").symlink_to("../real")
    (mine / "fake/edit/broken.jpg").write_bytes(b"nothing")
    settings(project, source="mine", sample={"size": "all", "frames_per_video": 4, "seed": 0, "recode": "none"})
    said = sample()
    left_out = pd.read_csv(project / "data/left_out.csv", keep_default_na=False).set_index("path")["reason"]
    assert left_out.to_dict() == {
        "fake/edit/broken.jpg": "not a picture in JPEG, PNG, WEBP, BMP, TIFF or PPM format",
        "fake/.old": "hidden, a folder with 3 files",
        "fake/again": "a link to a folder, not followed",
        "fake/notes.txt": "no picture or video by its name; read only where the layout names it",
        "fake/two lines": "a name with control characters or a backslash, or no file, a folder with 3 files",
        "real/.hidden.jpg": "hidden",
        "real/a.gif": "no picture or video by its name; read only where the layout names it",
        "real/loop.jpg": "a link that leads in a circle",
        "real/two lines.jpg": "a name with control characters or a backslash, or no file",
    }
    assert said == (
        "24 of 26 pictures in mine (12 real, 12 fake); "
        "2 could not be read, e.g. 'fake/edit/broken.jpg': not a picture in JPEG, PNG, WEBP, BMP, TIFF or PPM format; "
        "7 other files or folders, see data/left_out.csv"
    )


def test_pictures_of_another_depth_are_counted(project: Path) -> None:
    for i in range(3):
        deep = np.random.default_rng(i).integers(0, 4096, (16, 16), dtype=np.uint16)
        Image.fromarray(deep).save(project / f"mine/real/deep{i}.png")
    settings(project, source="mine", sample={"size": "all", "frames_per_video": 4, "seed": 0, "recode": "none"})
    assert sample().endswith("; 3 fill 12 of 16 bits, and were scaled as such")


def test_the_facts_are_those_of_the_pictures_written(project: Path) -> None:
    sample()
    told = pd.read_csv(project / "data/sampled/facts.csv")
    assert told["path"].tolist() == catalogue(project)["path"].tolist()
    sizes = [(project / "data/sampled" / path).stat().st_size for path in told["path"]]
    assert (told["bytes_per_pixel"] * 16 * 16).tolist() == sizes
    assert not (project / "data/sampled/facts_before.csv").exists()


def test_recoded_pictures_are_alike_and_the_facts_tell_both(project: Path) -> None:
    for i in range(12):
        picture(project / f"mine/real/{i}.png", i)
        (project / f"mine/real/{i}.jpg").unlink()
    recode = {"quality": 75, "max_side": 32}
    picture(project / "mine/fake/edit/large.jpg", 200, side=64)
    settings(project, source="mine", sample={"size": "all", "frames_per_video": 4, "seed": 0, "recode": recode})
    assert sample() == "25 of 25 pictures in mine (12 real, 13 fake)"
    sampled = catalogue(project)
    assert sampled["path"].str.endswith(".jpg").all()
    assert {"real/0.png", "fake/edit/large.jpg"} <= set(sampled["group"])  # the group is that of the source
    after = pd.read_csv(project / "data/sampled/facts.csv", index_col="path")
    before = pd.read_csv(project / "data/sampled/facts_before.csv", index_col="path")
    assert after.index.tolist() == before.index.tolist() == sampled["path"].tolist()
    assert set(after["format"]) == {"JPEG"}
    assert after["luma_quantisation"].nunique() == after["chroma_subsampling"].nunique() == 1
    assert before["format"].value_counts().to_dict() == {"JPEG": 13, "PNG": 12}
    assert (before["width"].max(), after["width"].max()) == (64, 32)
    for path, name in zip(sampled["path"], sampled["source"], strict=True):
        source = images.read(project / "mine" / name)
        written = images.read(project / "data/sampled" / path)
        np.testing.assert_array_equal(written, recoded(source, Recode(**recode)))


def test_no_name_of_a_strangers_is_in_the_way(project: Path) -> None:
    """Names that another file system, a table or a folder of our own would stumble over."""
    names = [
        "real/" + "字" * 83 + ".jpg",  # 253 bytes, where a name has 255
        "real/" + "long " * 49 + "x.jpg",
        "real/p.jpg",
        "real/p.jpg.png/q.jpg",
        "real/P.JPG",
        "real/aux.jpg",
        "fake/a:b|c?.jpg",
        "fake/<img src=x onerror=alert(1)>.jpg",
        "fake/\u202egpj.exe.jpg",
        "fake/ .jpg",
        "fake/=1+1.jpg",
        "catalogue.csv.d/0.jpg",
    ]
    mine = project / "theirs"
    for seed, name in enumerate(names):
        picture(mine / name, 300 + seed)
    (mine / "catalogue.csv.d").rename(mine / "facts.csv")
    names[-1] = "facts.csv/0.jpg"
    rows = [{"path": name, "label": "real" if name.startswith("real") else "fake"} for name in names]
    pd.DataFrame(rows).to_csv(mine / "table.csv", index=False)
    settings(
        project, source="theirs/table.csv", sample={"size": "all", "frames_per_video": 4, "seed": 0, "recode": "none"}
    )
    assert sample().startswith("12 of 12 pictures")
    sampled = catalogue(project)
    assert set(sampled["source"]) == set(names)
    own = [*sampled["path"], *map(crop_path, sampled["path"])]
    assert len({path.casefold() for path in own}) == 24
    assert all(re.fullmatch(r"(real|fake)/[a-z0-9-]{16,41}\.jpg(\.png)?", path) for path in own)
    for path, source in zip(sampled["path"], sampled["source"], strict=True):
        assert (project / "data/sampled" / path).read_bytes() == (mine / source).read_bytes()


def test_an_unreadable_picture_is_left_out_and_named(project: Path) -> None:
    (project / "mine/real/0.jpg").write_bytes(b"")
    (project / "mine/real/1.jpg").write_text("hello")
    settings(project, source="mine", sample={"size": "all", "frames_per_video": 4, "seed": 0, "recode": "none"})
    assert sample().startswith("22 of 24 pictures in mine (10 real, 12 fake); 2 could not be read, e.g. 'real/")
    left_out = pd.read_csv(project / "data/left_out.csv")
    assert left_out.values.tolist() == [
        ["real/0.jpg", "real", "zero bytes"],
        ["real/1.jpg", "real", "not a picture in JPEG, PNG, WEBP, BMP, TIFF or PPM format"],
    ]
    assert len(list((project / "data/sampled").rglob("*.jpg"))) == 22


def test_further_columns_lie_beside_the_sample_and_not_in_it(project: Path) -> None:
    names = [f"real/{i}.jpg" for i in range(12)] + [f"fake/{'swap' if i % 2 else 'edit'}/{i}.jpg" for i in range(12)]
    rows = pd.DataFrame({"path": names, "label": [name[:4] for name in names]})
    rows.to_csv(project / "mine/table.csv", index=False)
    settings(project, source="mine/table.csv", sample={"size": 20, "frames_per_video": 4, "seed": 0, "recode": "none"})
    sample()
    assert (project / "data/further.csv").read_text() == "path\n"
    before = {file: file.read_bytes() for file in (project / "data/sampled").rglob("*") if file.is_file()}
    rows.assign(age=range(24), country="<b>").to_csv(project / "mine/table.csv", index=False)
    sample()
    assert before == {file: file.read_bytes() for file in (project / "data/sampled").rglob("*") if file.is_file()}
    further = pd.read_csv(project / "data/further.csv")
    assert further["path"].tolist() == catalogue(project)["path"].tolist()
    assert [names[age] for age in further["age"]] == catalogue(project)["source"].tolist()
    assert set(further["country"]) == {"<b>"}


def test_frames_have_the_further_columns_of_their_video(project: Path) -> None:
    rows = []
    for label in ("real", "fake"):
        for i in range(2):
            (project / "films").mkdir(exist_ok=True)
            frames = np.random.default_rng(i).integers(0, 256, (6, 64, 64, 3), dtype=np.uint8)
            write_video(project / f"films/{label}{i}.mp4", list(frames))
            rows.append({"path": f"{label}{i}.mp4", "label": label, "camera": f"{label} {i}"})
    pd.DataFrame(rows).to_csv(project / "films/catalogue.csv", index=False)
    settings(project, source="films", sample={"size": 4, "frames_per_video": 2, "seed": 0, "recode": "none"})
    sample()
    told = catalogue(project).merge(pd.read_csv(project / "data/further.csv"), on="path", validate="one_to_one")
    assert len(told) == 8
    assert (told["camera"].str.replace(" ", "") + ".mp4").tolist() == told["video"].tolist()


def test_a_failure_leaves_what_was_there(project: Path) -> None:
    sample()
    before = catalogue(project)
    settings(project, source="mine", sample={"size": 100, "frames_per_video": 4, "seed": 0, "recode": "none"})
    with pytest.raises(SourceError, match=r"set sample\.size to at most 24"):
        sample()
    pd.testing.assert_frame_equal(catalogue(project), before)
    assert not (project / "data/sampled.partial").exists()


def test_an_unusable_video_is_left_out_and_the_next_one_is_drawn(project: Path) -> None:
    for label, seed in (("real", 0), ("fake", 40)):
        (project / "films" / label).mkdir(parents=True)
        for i in range(5):
            frames = np.random.default_rng(seed + i).integers(0, 256, (6, 64, 64, 3), dtype=np.uint8)
            write_video(project / f"films/{label}/{i}.mp4", list(frames))
    (project / "films/fake/0.mp4").write_bytes(b"")
    settings(project, source="films", sample={"size": 8, "frames_per_video": 2, "seed": 0, "recode": "none"})
    line = sample()
    assert line == (
        "8 of 10 videos in films (4 real, 4 fake); 1 could not be read, e.g. 'fake/0.mp4': zero bytes; 16 frames"
    )
    sampled = catalogue(project)
    assert sampled.groupby("video")["group"].agg(["size", "nunique"]).to_numpy().tolist() == [[2, 1]] * 8
    assert "fake/0.mp4" not in set(sampled["video"])


def test_both_methods_get_the_same_assignment(project: Path) -> None:
    sample()
    sampled = catalogue(project)
    has_face = sampled.drop(index=[3, 11])
    crops = has_face.assign(picture=has_face["path"], path=has_face["path"] + ".png")
    (project / "data/cropped").mkdir(parents=True)
    crops.to_csv(project / "data/cropped/catalogue.csv", index=False)
    assert split() == "10 train, 4 val, 6 test; 20 groups, none on two sides"
    full = {name: set(read(project, "sampledsplits", name)["path"]) for name in ("train", "val", "test")}
    crop = {name: set(read(project, "croppedsplits", name)["picture"]) for name in ("train", "val", "test")}
    assert set.union(*full.values()) == set(sampled["path"])
    lost = set(sampled["path"]) - set(has_face["path"])
    assert crop == {name: paths - lost for name, paths in full.items()}


def read(project: Path, folder: str, name: str) -> pd.DataFrame:
    return pd.read_csv(project / "data" / folder / f"{name}.csv")
