"""What strangers may hand in, by the hundred: it is read, or refused in one line, within seconds and within bounds."""

import csv
import dataclasses
import io
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from facevalue.checking import parameters
from facevalue.common import images
from facevalue.common.errors import FacevalueError, ParameterError, PictureError, SourceError, TrainingError
from facevalue.common.words import is_text, printable
from facevalue.model.saved import load
from facevalue.predicting.both_methods import Prediction
from facevalue.predicting.table import tabulate
from facevalue.reporting import page
from facevalue.sampling.file_facts import facts_of
from facevalue.sources import videos
from facevalue.sources.read import Offer, read_source
from stages.sample import sample
from stages.shared import shell
from tests import results
from tests.browser import Browser, needs_browser, running
from tests.campaign import hostile
from tests.campaign.conftest import Tally
from tests.tiny_networks import saved

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
PICTURES, TABLES, NAMES, VIDEOS, MODELS, WORDS = 146, 85, 125, 56, 121, 24
LONGEST = 1500  # letters of a line
MEMORY = 1_500_000  # kB, by which the process may grow: a few copies of the largest picture
fuzzed = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

Begin = Callable[[str], Tally]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """It takes no longer."""
    begin = time.monotonic()
    yield
    taken = time.monotonic() - begin
    assert taken < seconds, f"it took {taken:.1f} s"


def in_one_line(error: FacevalueError, lines: int = 1) -> None:
    """Of which a terminal can be given all, and somebody can read all."""
    told = str(error).split("\n")
    assert 1 <= len(told) <= lines
    for line in told:
        assert line.strip()
        assert len(line) < LONGEST, f"{len(line)} letters: {line[:100]!r} ..."
        if not is_text(line):  # not with `assert`, which would repeat the line as it is
            raise AssertionError(f"not printable: {line[:300]!r}")


def memory() -> int:
    """The most that this process has held, kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)


def is_picture(pixels: NDArray[Any]) -> None:
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
    images.refuse_size(pixels.shape[1], pixels.shape[0])


def test_pictures_are_read_or_refused(tmp_path: Path, tally: Begin) -> None:
    count, before = tally("pictures"), memory()
    for case, (suffix, content) in hostile.pictures().items():
        file = tmp_path / f"picture{suffix}"
        file.write_bytes(content)
        with count.tried(case), within(10):
            read_with_its_facts(file)
    with count.tried("memory of all"):
        assert memory() - before < MEMORY, f"{(memory() - before) / 1e6:.1f} GB"
    assert count.number == PICTURES + 1
    count.check()


def read_with_its_facts(file: Path) -> None:
    """As `sample` does: what can be read has facts."""
    try:
        pixels = images.read(file)
    except PictureError as error:
        in_one_line(error)
    else:
        is_picture(pixels)
        facts_of(file, pixels)


def test_tables_are_read_or_refused(tmp_path: Path, tally: Begin) -> None:
    count = tally("tables")
    for case, source in hostile.tables(tmp_path):
        with count.tried(case), within(10):
            read_or_refused(source)
    assert count.number == TABLES
    count.check()


def read_or_refused(source: Path) -> Offer | None:
    """An offer of which every word can be shown and every path stays inside, or up to three lines that can be."""
    try:
        offer = read_source(source)
    except SourceError as error:
        in_one_line(error, lines=3)
        return None
    for column in ("kind", "identities"):
        assert offer.pictures[column].map(is_text).all(), offer.pictures[column].tolist()
    root = offer.root.resolve()
    assert all((root / path).resolve().is_relative_to(root) for path in offer.pictures["path"])
    assert set(offer.pictures["label"]) == {"real", "fake"}
    return offer


def valid_picture(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return hostile.saved(Image.fromarray(pixels), "PNG")


def named_so(folder: Path, names: list[bytes]) -> int:
    """A picture of each name in `real` and in `fake`; how many there are."""
    for number, (label, name) in enumerate((label, name) for label in ("real", "fake") for name in names):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / os.fsdecode(name)).write_bytes(valid_picture(number))
    return 2 * len(names)


def test_files_of_any_name_are_drawn_or_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tally: Begin
) -> None:
    count, names, sampled = tally("names of files"), hostile.names(), tmp_path / "data/sampled"
    files = named_so(tmp_path / "mine", names)
    monkeypatch.chdir(tmp_path)
    changed = {"source": "mine", "sample": {**PARAMS["sample"], "size": "all"}}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(PARAMS | changed))
    shell.say("sample", sample())
    drawn = pd.read_csv(sampled / "catalogue.csv", dtype=str, keep_default_na=False)
    left_out = pd.read_csv("data/left_out.csv", dtype=str, keep_default_na=False)
    told = Counter([*drawn["source"], *left_out["path"]])
    for name in names:
        with count.tried(ascii(name)):
            for label in ("real", "fake"):
                path = f"{label}/{os.fsdecode(name)}"
                assert told[path] or told[printable(path)]
    with count.tried("each once"):
        assert told.total() == files
        assert left_out["reason"].all()
    with count.tried("our own names"):
        own = [path.relative_to(sampled).as_posix() for path in sampled.rglob("*") if path.is_file()]
        assert all(name.isascii() and name.isprintable() and len(name) < 80 and " " not in name for name in own), own
        assert set(drawn["path"]) < set(own)
    with count.tried("what was said"):
        assert all(is_text(line) for line in capsys.readouterr().out.split("\n"))
    assert count.number == NAMES + 3
    count.check()


def test_files_of_any_name_in_a_table(tmp_path: Path, tally: Begin) -> None:
    count, names = tally("names in a table"), hostile.names()
    named_so(tmp_path, names)
    for name in names:
        with count.tried(ascii(name)):
            text, paths = io.StringIO(), {f"{label}/{os.fsdecode(name)}": label for label in ("real", "fake")}
            csv.writer(text).writerows([("path", "label"), *paths.items()])
            (tmp_path / "catalogue.csv").write_bytes(os.fsencode(text.getvalue()))
            if offer := read_or_refused(tmp_path):
                assert set(offer.pictures["path"]) == set(paths)
    assert count.number == NAMES
    count.check()


def test_videos_are_read_or_refused(tmp_path: Path, tally: Begin) -> None:
    count = tally("videos")
    for case, file in hostile.videos(tmp_path):
        with count.tried(case), within(10):
            try:
                frames = videos.frames(file, 4)
            except PictureError as error:
                in_one_line(error)
                assert not case.startswith("valid")
            else:
                assert 1 <= len(frames) <= 4
                for frame in frames:
                    is_picture(frame.picture)
    assert count.number == VIDEOS
    count.check()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("saved") / "model")


def test_models_are_loaded_or_refused(model: Path, tmp_path: Path, tally: Begin) -> None:
    count = tally("models")
    pictures = torch.randn(2, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    for case, folder in hostile.models(model, tmp_path):
        with count.tried(case), within(10):
            try:
                network = load(folder).network
            except TrainingError as error:
                in_one_line(error)
            else:
                with torch.inference_mode():
                    logits = network(pictures)
                assert logits.shape == (2, 1)
                if not torch.isfinite(logits).all():
                    get_no_verdict(logits[:, 0].tolist())
    assert count.number == MODELS
    count.check()


def get_no_verdict(logits: list[float]) -> None:
    """Weights that are numbers may still give none: it is said of the picture, whatever else scores it."""
    for each in (*((logit,) for logit in logits), *((logit, -logit) for logit in logits)):
        (told,) = tabulate([Prediction("a.png", "", None, each, each)], 0.5).to_dict("records")
        assert (told["verdict"], told["problem"]) == ("", "the networks gave no number"), each


# Fuzzed -------------------------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
KEYS = [
    *((key,) for key in PARAMS),
    *((key, inner) for key, section in PARAMS.items() if isinstance(section, dict) for inner in section),
]
YAML_LIKE = st.text("abc:-[]{}&*!|>'\"%@`#, \n\t0.~<é\u2028", max_size=60)


def check_parameters(file: Path) -> None:
    try:
        parameters.check(file)
    except ParameterError as error:
        in_one_line(error)


@fuzzed
@given(st.binary(max_size=200) | (st.text(max_size=100) | YAML_LIKE).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_as_parameters(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "params.yaml").write_bytes(content)
    check_parameters(tmp_path / "params.yaml")


@fuzzed
@given(st.sampled_from(KEYS), VALUES)
def test_any_value_of_a_parameter(tmp_path: Path, way: tuple[str, ...], value: object) -> None:
    *sections, last = way
    content = dict(PARAMS)
    place: dict[str, Any] = content
    for section in sections:
        place[section] = dict(place[section])
        place = place[section]
    place[last] = value
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    check_parameters(tmp_path / "params.yaml")


COLUMNS = ["path", "file_name", "label", "label_text", "Label ", "kind", "group", "video", "split", "identity", ""]
COLUMN = st.sampled_from(COLUMNS)
CELL = st.sampled_from(["real/0.png", "fake/0.png", "real", "fake", "REAL", "train", "a;b", "../a.png", "/a", "0", ""])
ODD = st.text(max_size=8) | st.sampled_from(['"', '"a', "\0", "\r", "a\nb", " ", "\ufeff", "=1"])
LINE = st.lists(CELL | ODD, max_size=5).map(",".join)
TABLE = st.builds(
    lambda header, lines, end, mark: mark + (end.join([",".join(header), *lines]) + end).encode("utf-8", "replace"),
    st.lists(COLUMN | ODD, max_size=5) | st.just(["path", "label"]) | st.just(["path", "label", "kind", "group"]),
    st.lists(LINE | st.builds("{0}/0.png,{0},{1}".format, st.sampled_from(["real", "fake"]), ODD), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0"]),
)


TABLE_NAMES = ["mine.csv", "catalogue.csv", "metadata.csv", "metadata.jsonl", "metadata.json", "labels.csv", "a.txt"]


@fuzzed
@given(st.sampled_from(TABLE_NAMES), TABLE | st.binary(max_size=100))
def test_any_table(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    root = tmp_path_factory.mktemp("table")
    for label in ("real", "fake"):
        (root / label).mkdir()
        (root / label / "0.png").touch()
    (root / name).write_bytes(content)
    read_or_refused(root / name)
    read_or_refused(root)


FOLDERS = st.sampled_from([
    "real", "fake", "train", "test", "val", "Train", "REAL", "0_real", "1_fake", "videos", "frames", "faces",
    "crops", "images", "original_sequences", "manipulated_sequences", "youtube", "actors", "Deepfakes", "FaceSwap",
    "c23", "raw", "masks", "Celeb-real", "Celeb-synthesis", "YouTube-real", "training_real", "training_fake",
    "real_train", "fake_test", "ffhq", "stylegan", "nature", "ai", "biggan", "000", "id0", "dfdc_train_part_0", "x",
])  # fmt: skip
FILES = st.sampled_from([
    "a.png", "000.png", "000_003.mp4", "id0_0000.mp4", "id0_id1_0000.mp4", "0.jpg", "easy_1_1110.jpg",
    "mid_2_0011.jpg", "a.txt", "metadata.json", "metadata.csv", "metadata.jsonl", "labels.csv", "dataset.json",
    "List_of_testing_videos.txt", "train.json", "x.parquet", "_a.png",
])  # fmt: skip
WORD = st.sampled_from(
    ["label", "REAL", "FAKE", "original", "file_name", "a.png", "000", "003", "train", "id0", "split"]
)
JSON = st.recursive(
    WORD | st.none() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD | st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())
CONTENTS = JSON | st.sampled_from([b"", b"path,label\n", b"file_name,label\na.png,real\n", valid_picture(0)])
PATHS = st.builds(lambda way, name: "/".join([*way, name]), st.lists(FOLDERS, max_size=4), FILES)


@fuzzed
@given(st.dictionaries(PATHS, CONTENTS, min_size=1, max_size=8))
def test_any_tree_of_words_that_layouts_know(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    root = tmp_path_factory.mktemp("tree")
    for path, content in files.items():
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):  # a file where another has a folder
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    read_or_refused(root)


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@needs_browser
@pytest.mark.javascript
def test_words_on_the_report_stay_words(
    browser: Browser, tmp_path: Path, tally: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.cache_charts(monkeypatch)
    count, usual = tally("words on the report"), results.made()
    (tmp_path / "usual.html").write_text(page.render(usual), encoding="utf-8")
    title, tags = shown(browser, tmp_path / "usual.html")
    for number, word in enumerate(hostile.WORDS):
        with count.tried(repr(word[:60])):
            file = tmp_path / f"{number}.html"
            file.write_text(page.render(saying(usual, printable(word))), encoding="utf-8")
            there, found = shown(browser, file)
            assert there == title
            assert found == tags
    assert count.number == WORDS
    count.check()


def saying(usual: page.Results, word: str) -> page.Results:
    """The results of a run on a stranger's pictures, where kinds, groups and files are called so."""
    table = results.scored()
    kinds = table["kind"].replace("synthesis", word)
    made = results.made(
        table.assign(kind=kinds, picture=f"{word}/" + table["picture"], group=f"{word} " + table["group"])
    )
    duplicates = {**results.DUPLICATES, "examples": [[word, f"{word}.jpg", 1]]}
    audit = {**made.audit, "duplicates": duplicates, "warning": word, "sentence": word}
    external = {word: {"set": word, "pictures": 3, "labelled": False, "sentence": word}}
    parameters, made_by = {**PARAMS, "source": word}, {**usual.provenance, word: word}
    return dataclasses.replace(made, audit=audit, external=external, parameters=parameters, provenance=made_by)


def shown(browser: Browser, file: Path) -> tuple[str, dict[str, int]]:
    """A page's title, and how often it has what could act; nothing went wrong, and nothing was asked of the network."""
    opened = browser.open(file)
    opened.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert opened.problems == []
    assert opened.outside == []
    acting = "script iframe object embed link img base meta form a[href^=javascript] [onload] [onerror] [onmouseover]"
    tags = {tag: int(opened.evaluate(f"document.querySelectorAll('{tag}').length")) for tag in acting.split()}
    return str(opened.evaluate("document.title")), tags
