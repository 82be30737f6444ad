"""What `params.yaml` names is there, or DVC brings it."""

import os
import socket
from contextlib import chdir
from pathlib import Path

import pytest
import yaml

from facevalue.checking import places
from facevalue.common.errors import OutputError, ParameterError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "pictures").mkdir(parents=True)
    (root / "outside.csv").write_text("path\n")
    return root


def check(root: Path, source: str, external: str = "outside.csv", slices: tuple[str, ...] = ()) -> None:
    (root / "params.yaml").write_text(
        yaml.safe_dump(
            {
                "source": source,
                "layout": "auto",
                "evaluate": {"external": {"theirs": external}, "threshold": 0.5, "slices": list(slices)},
            }
        )
    )
    places.check(root / "params.yaml")


@pytest.mark.parametrize("source", ["pictures", "outside.csv", "pictures/"])
def test_what_is_there_is_in_order(project: Path, source: str) -> None:
    check(project, source)
    check(project, str((project / source).absolute()))


DRAWN = "stages: {draw: {wdir: .., outs: [a, demo/pictures: {cache: false}]}, other: {cmd: x}}"


@pytest.mark.parametrize(
    ("file", "content", "source"),
    [
        ("demo/dvc.yaml", DRAWN, "demo/pictures"),
        ("demo/dvc.yaml", DRAWN, "demo/pictures/real"),
        ("dvc.yaml", "stages: {a: {outs: null}, b: {outs: [mine/pictures]}}", "mine/pictures"),
        ("dvc.yaml", "stages: {b: {outs: [mine/real, mine/fake]}}", "mine"),
        ("dvc.yaml", "stages: {all: {foreach: [a], do: {outs: ['${item}']}}}", "mine"),
        ("dvc.yaml", "stages: {all: {foreach: [a], do: {outs: ['mine/${item}/faces']}}}", "mine/a"),
        ("dvc.yaml", "stages: {all: {foreach: [a], do: {wdir: mine, outs: ['${item}']}}}", "mine/a/real"),
        ("prepared/dvc.yaml", "stages: {a: {outs: [../mine]}}", "mine"),
        ("fetched.dvc", "outs: [{path: fetched}]", "fetched"),
        ("other.dvc", "outs: [{path: fetched}]", "fetched/real"),
    ],
)
def test_what_dvc_makes_or_fetches_need_not_be_there_yet(project: Path, file: str, content: str, source: str) -> None:
    (project / file).parent.mkdir(exist_ok=True)
    (project / file).write_text(content)
    check(project, source)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("nothing", "source is 'nothing', which does not exist; name a folder or a CSV"),
        ("/nonexistent/faces", "source is '/nonexistent/faces', which does not exist"),
        (".", "source is '.', which holds this project itself"),
        ("..", "source is '..', which holds this project itself"),
        ("/", "source is '/', which holds this project itself"),
        ("/dev/zero", "source is '/dev/zero', which is neither a folder nor a file"),
        ("x" * 300, "which cannot be read (File name too long)"),
    ],
)
def test_what_is_no_source_is_named(project: Path, source: str, problem: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check(project, source)
    assert problem in str(caught.value)
    assert str(caught.value).startswith("params.yaml: source is ")


TEMPLATED = "stages: {external: {foreach: {a: b}, do: {outs: ['metrics/external/${key}.json', 'plots/${key}.csv']}}}"


@pytest.mark.parametrize(
    "content", [TEMPLATED, "stages: {draw: {outs: [pictures]}}", "stages: [", "5", "stages: 5", "\0"]
)
def test_what_dvc_neither_makes_nor_fetches_is_missed_beside_its_file(project: Path, content: str) -> None:
    (project / "dvc.yaml").write_text(content)
    with pytest.raises(ParameterError, match=r"source is 'nowhere', which does not exist; name a folder or a CSV"):
        check(project, "nowhere")


def test_a_folder_of_results_that_cannot_be_written_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "models").mkdir()
    check(project, "pictures")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "models")  # root may write everywhere
    with pytest.raises(OutputError, match=r"^'models' cannot be written; nothing was changed\.$"):
        check(project, "pictures")


def test_a_loop_of_links_is_named(project: Path) -> None:
    (project / "loop").symlink_to("loop")
    with pytest.raises(ParameterError, match=r"source is 'loop', which (cannot be read|does not exist)"):
        check(project, "loop")


def test_the_external_set_is_looked_for_too(project: Path) -> None:
    with pytest.raises(ParameterError, match=r"evaluate\.external\.theirs is 'nothing', which does not exist"):
        check(project, "pictures", "nothing")


@pytest.mark.parametrize(
    "source", ["data", "data/sampled", "data/sampled/fake", "models", "plots", ".git", ".dvc/cache"]
)
def test_what_the_project_makes_is_no_source(project: Path, source: str) -> None:
    (project / source).mkdir(parents=True)
    with pytest.raises(ParameterError, match=rf"source is '{source}', where this project keeps its own results"):
        check(project, source)
    (project / "link").symlink_to(source)
    with pytest.raises(ParameterError, match=r"source is 'link', where this project keeps its own results"):
        check(project, "link")


def test_pictures_beside_the_results_are_a_source(project: Path) -> None:
    for place in ("data/external", "data/sampled_by_me"):
        (project / place).mkdir(parents=True)
        check(project, place)


def odd_file(folder: Path, what: str) -> None:
    if what == "pipe":
        os.mkfifo(folder / "b.jpg")
    elif what == "socket":
        with chdir(folder), socket.socket(socket.AF_UNIX) as made:
            made.bind("b.jpg")  # an address holds a hundred letters, and a longer way may lead here
    elif what == "nowhere":
        (folder / "b.jpg").symlink_to("nothing")
    elif what == "circle":
        (folder / "b.jpg").symlink_to("b.jpg")
    else:
        Path(os.fsdecode(os.fsencode(folder) + b"/b\xff.jpg")).touch()


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ("pipe", "'real/b.jpg' is a pipe, a socket or a device; dvc cannot hash that, remove it or rename it."),
        ("socket", "'real/b.jpg' is a pipe, a socket or a device; dvc"),
        ("nowhere", "'real/b.jpg' is a link that leads nowhere; dvc"),
        ("circle", "'real/b.jpg' is a link that leads nowhere; dvc"),
        ("bytes", r"'real/b\\xff.jpg' is a name that is not UTF-8; dvc"),
    ],
)
def test_what_dvc_would_wait_for_or_give_up_at_is_named(project: Path, what: str, problem: str) -> None:
    folder = project / "pictures/real"
    folder.mkdir()
    (folder / "a.jpg").touch()
    (folder / "ä.jpg").symlink_to("a.jpg")
    check(project, "pictures")
    odd_file(folder, what)
    with pytest.raises(ParameterError) as caught:
        check(project, "pictures")
    assert f"source is 'pictures', in which {problem}" in str(caught.value)
    (folder / "c.jpg").symlink_to("nothing")
    with pytest.raises(ParameterError, match=r", and 1 more such; dvc cannot hash that"):
        check(project, "outside.csv", "pictures")


def test_a_slice_that_is_no_column_of_the_table_is_named(project: Path) -> None:
    for table in ("mine.csv", "pictures/catalogue.csv"):
        (project / table).write_text("path,label, Age ,skin tone\n", encoding="utf-8-sig")
    for source, table in (("mine.csv", "mine.csv"), ("pictures", "pictures/catalogue.csv")):
        check(project, source, slices=("age", "Skin Tone"))
        with pytest.raises(ParameterError) as caught:
            check(project, source, slices=("age", "agee"))
        said = f"params.yaml: evaluate.slices names 'agee', which is no column of '{table}'. Closest: 'age'."
        assert str(caught.value) == said
    (project / "pictures/catalogue.csv").unlink()
    check(project, "pictures", slices=("agee",))  # no table, as far as one sees
