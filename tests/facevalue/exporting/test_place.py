import os
from pathlib import Path

import pytest

from facevalue.common.errors import OutputError, TrainingError
from facevalue.exporting import place
from facevalue.exporting.origin import method_of, project_of


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "project/models/full"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """An export as `write_list` leaves it."""
    folder = tmp_path / "earlier"
    (folder / "repeat_01").mkdir(parents=True)
    (folder / "README.md").write_text("card")
    (folder / "repeat_01/config.json").write_text("{}")
    place.write_list(folder, opset=18)
    return folder


def allowed(to: Path, models: Path, replace: bool = False) -> Path:
    return place.check(to, models, models.parents[1], replace)


def test_a_new_an_empty_and_an_exported_folder_are_taken(tmp_path: Path, models: Path, earlier: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    assert allowed(tmp_path / "a/b", models) == tmp_path / "a/b"
    assert allowed(tmp_path / "empty", models) == allowed(tmp_path / "link", models) == tmp_path / "empty"
    (earlier / "README.md").unlink()  # of which nothing is lost
    assert allowed(earlier, models) == earlier
    assert allowed(models.parents[1] / "exported", models).name == "exported"


@pytest.mark.parametrize(
    "name",
    ["models", "models/full", "models/full/x", "models/onnx", "metrics/x", "data/x", ".git/x", ".", "..", "full"],
)
def test_networks_and_results_are_left_alone(tmp_path: Path, models: Path, name: str) -> None:
    (models.parents[1] / "full").symlink_to(models)
    with pytest.raises(OutputError, match="name a folder"):
        allowed(models.parents[1] / name, models, replace=True)


@pytest.mark.parametrize("replace", [True, False])
def test_what_no_export_wrote_is_never_replaced(tmp_path: Path, models: Path, replace: bool) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday/1.jpg").touch()
    with pytest.raises(OutputError, match="holiday' is not empty and no earlier export"):
        allowed(tmp_path / "holiday", models, replace)
    for content in ("", "[]", '{"files": 3}', '{"files": null}', "{" * 10_000):
        (tmp_path / "holiday/export.json").write_text(content)
        with pytest.raises(OutputError, match="no earlier export"):
            allowed(tmp_path / "holiday", models, replace)
    with pytest.raises(OutputError, match=r"1\.jpg' is no folder"):
        allowed(tmp_path / "holiday/1.jpg", models, replace)


def test_what_was_changed_in_an_export_is_kept_unless_told(earlier: Path, models: Path) -> None:
    def refused(said: str) -> None:
        with pytest.raises(OutputError, match=said):
            allowed(earlier, models)
        assert allowed(earlier, models, replace=True) == earlier

    (earlier / "notes.txt").write_text("mine")
    refused("'notes.txt' was added")
    (earlier / "README.md").write_text("better words")
    refused("'README.md' and 1 more was added")
    (earlier / "notes.txt").unlink()
    refused("'README.md' was added or in which it was changed")
    (earlier / "README.md").unlink()
    os.mkfifo(earlier / "README.md")  # nobody waits for it
    refused("'README.md' was added")
    (earlier / "README.md").unlink()
    (earlier / "README.md").symlink_to(earlier / "repeat_01/config.json")
    refused("'README.md' was added")


def test_a_folder_tells_its_method_and_its_project(tmp_path: Path, models: Path) -> None:
    assert method_of(models) == "full"
    assert project_of(models) == tmp_path / "project"
    for name in ("models/full/repeat_01", "models/control/crop", "models/unseen/full/kind_01"):
        folder = tmp_path / "project" / name
        folder.mkdir(parents=True)
        assert method_of(folder) == ("crop" if "crop" in name else "full")
        assert project_of(folder) is None


def test_a_folder_that_does_not_tell_is_refused(tmp_path: Path, models: Path) -> None:
    with pytest.raises(TrainingError, match=r"holds networks by method; name one: .*models/full\.$"):
        method_of(models.parent)
    with pytest.raises(TrainingError, match="does not tell whether"):
        method_of(tmp_path)
    with pytest.raises(TrainingError, match="is no folder; name one of trained networks"):
        method_of(models / "nothing")
