"""What `params.yaml` names is there, or DVC brings it."""

import os
import socket
from contextlib import chdir
from pathlib import Path

import pytest
import yaml

from facevalue.checking import places
from facevalue.common.errors import OutputError, ParameterError, SourceError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "pictures").mkdir(parents=True)
    (root / "outside.csv").write_text("path\n")
    return root


def check(
    root: Path, source: str, external: str = "outside.csv", slices: tuple[str, ...] = (), layout: str = "auto"
) -> None:
    (root / "params.yaml").write_text(
        yaml.safe_dump(
            {
                "source": source,
                "layout": layout,
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


TABLE = "path,label,Kind, Age ,skin tone\n"


def refused(root: Path, source: str, slices: tuple[str, ...], layout: str = "auto") -> str:
    with pytest.raises(ParameterError) as caught:
        check(root, source, slices=slices, layout=layout)
    return str(caught.value).removeprefix("params.yaml: evaluate.slices names ")


def test_a_slice_that_is_no_further_column_of_the_table_is_named(project: Path) -> None:
    (project / "packed/inner").mkdir(parents=True)
    sources = {"mine.csv": "mine.csv", "pictures": "pictures/catalogue.csv", "packed": "packed/inner/catalogue.csv"}
    for source, table in sources.items():
        (project / table).write_text(TABLE, encoding="utf-8-sig")
        check(project, source, slices=("age", "Skin Tone"))
        assert refused(project, source, ("age", "agee")) == f"'agee', which is no column of '{table}'. Closest: 'Age'."
        other = f"'zoom', which is no column of '{table}'. Further ones: 'Age', 'skin tone'."
        assert refused(project, source, ("zoom",)) == other
        for own in ("path", "label", " kind"):
            said = f"{own!r}, which is a column of '{table}', but no further one. Further ones: 'Age', 'skin tone'."
            assert refused(project, source, (own,)) == said


def test_a_slice_of_a_source_without_further_columns_is_named(project: Path) -> None:
    rule = (
        "which has no further ones; name a CSV that has it, or put that into the folder as catalogue.csv (layout csv)."
    )
    for label in ("real", "fake"):
        (project / "pictures" / label).mkdir()
    assert refused(project, "pictures", ("age",)) == f"'age', which is no column of 'pictures', {rule}"
    (project / "pictures/metadata.csv").write_text("file_name,label,age\n")  # read as imagefolder
    assert refused(project, "pictures", ("age",)) == f"'age', which is no column of 'pictures', {rule}"
    (project / "pictures/catalogue.csv").write_text(TABLE)
    check(project, "pictures", slices=("age",))
    assert refused(project, "pictures", ("age",), "folders") == f"'age', which is no column of 'pictures', {rule}"


def test_of_what_dvc_has_not_made_yet_only_the_built_in_pictures_are_known(project: Path) -> None:
    (project / "dvc.yaml").write_text("stages: {draw: {outs: [demo/pictures, mine]}}")
    check(project, "mine", slices=("age",))
    assert refused(project, "demo/pictures", ("age",)).startswith("'age', which is no column of 'demo/pictures', ")


def test_of_a_broken_table_nothing_is_said_of_its_columns(project: Path) -> None:
    (project / "mine.csv").write_bytes(b"path,\xff\n")
    check(project, "mine.csv", slices=("age",))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("path,label\na.png,real\nb.png,faek\n", "1 of 2 rows of '{file}' carry a label other than real or fake, e.g."),
        ("path,label\na.png,real\nc.png,fake\n", "1 of 2 rows of '{file}' name no file, e.g. row 3 ('c.png')."),
        ("picture,label\na.png,real\n", "'{file}' has no column path; it has picture, label."),
    ],
)
def test_a_set_from_elsewhere_that_cannot_be_read_is_named(project: Path, table: str, problem: str) -> None:
    for name in ("a.png", "b.png"):
        (project / "pictures" / name).touch()
    file = project / "pictures/catalogue.csv"
    file.write_text(table)
    for place in ("pictures", "pictures/catalogue.csv"):
        with pytest.raises(SourceError) as caught:
            check(project, "outside.csv", place)
        assert str(caught.value).startswith(f"evaluate.external.theirs: {problem.format(file=file)}")


@pytest.mark.parametrize("table", ["path\na.png\n", "path,label\na.png,fake\n", None])
def test_a_set_from_elsewhere_may_be_of_one_class_or_without_labels(project: Path, table: str | None) -> None:
    (project / "pictures/a.png").touch()
    if table:
        (project / "pictures/catalogue.csv").write_text(table)
    check(project, "outside.csv", "pictures")


def test_a_set_from_elsewhere_that_dvc_has_not_made_yet_is_not_read(project: Path) -> None:
    (project / "dvc.yaml").write_text("stages: {draw: {outs: [theirs]}}")
    check(project, "pictures", "theirs")
