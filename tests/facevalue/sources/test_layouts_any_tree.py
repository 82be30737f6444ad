"""Whatever lies on a disk, a source is read, or refused in one line, or three where no layout fits."""

import csv
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from facevalue.common.errors import SourceError
from facevalue.sources import read
from facevalue.sources.proposing.proposal import propose

_BEGINNINGS = """
real FAKE 0_real/1_fake train/real Valid/Fake training_real training_fake real_and_fake_face/training_fake
original_sequences/youtube/c23/videos manipulated_sequences/FaceSwap/c23/frames manipulated_sequences/FaceSwap/masks
DFD_original_sequences DFD_manipulated_sequences fake_train/0/fake/3 real_train/frames
Celeb-real Celeb-synthesis YouTube-real ffhq/train faceapp/test dfdc splits __MACOSX -x . 000_003 id0_0000 a\nb
"""
_FILES = """
a.jpg B.PNG 000_003.mp4 000.mp4 id0_id1_0000.mp4 id0_0000.avi 00170.mp4 easy_1_1110.jpg real_00001.jpg 0.png .jpg -.jpg
metadata.csv metadata.jsonl train-00000-of-00001.parquet set.json
metadata.json train.json test.json catalogue.csv List_of_testing_videos.txt notes
"""
TEXTS = (
    "",
    "{",
    "[]",
    '[["000", "003"]]',
    '{"a.jpg": {"label": "REAL", "original": 3}, "000.mp4": {"label": "FAKE"}, "b": {"label": []}}',
    "path,label\na.jpg,real\n000.mp4,fake\n",
    "file_name,label\na.jpg,real\n000.mp4,fake\n",
    '{"file_name": "a.jpg", "label": "AI"}\n{"file_name": "B.png", "label": "real"}\n',
    '{"set": {"a_real": {"train": {"0": {"frames": ["a.jpg"]}}}, "a_fake": {"train": {"1": {"frames": ["B.PNG"]}}}}}',
    "1 YouTube-real/00170.mp4\n0 Celeb-real/id0_0000.mp4\n0\n",
    "\ufeff,,\n\0",
)
FOLDERS = st.lists(st.sampled_from(_BEGINNINGS.split(" ") + _BEGINNINGS.split()), min_size=1, max_size=2).map("/".join)
TREES = st.dictionaries(
    st.tuples(FOLDERS, st.sampled_from(_FILES.split())).map("/".join), st.sampled_from(TEXTS), min_size=2, max_size=16
)


@settings(max_examples=80)
@given(TREES)
def test_any_tree_is_read_or_refused_in_a_few_lines(tree: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in tree.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        try:
            check(read.read_source(root))
        except SourceError as error:
            lines = str(error).split("\n")
            assert all(map(str.isprintable, lines)), lines
            assert len(lines) <= (3 if "no layout that is known" in lines[0] else 1)


@settings(max_examples=40)
@given(TREES)
def test_any_tree_has_a_proposal_that_is_read_once_its_labels_are_filled(tree: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in tree.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        try:
            proposal = propose(root)
        except SourceError as error:
            message = str(error)
            assert message.isprintable(), message
            return
        assert all(map(str.isprintable, proposal.notes))
        labels = proposal.rows["label"].where(proposal.rows["label"] != "", "fake")
        proposal.rows.assign(label=labels).to_csv(root / "catalogue.csv", index=False, quoting=csv.QUOTE_ALL)
        pictures = read.read_test_set(root).pictures
        assert pictures["path"].tolist() == proposal.rows["path"].tolist()
        assert pictures["label"].tolist() == labels.tolist()


def check(offer: read.Offer) -> None:
    pictures = offer.pictures
    assert set(pictures["label"]) == {"real", "fake"}
    assert pictures["path"].is_unique
    assert all((offer.root / path).is_file() for path in pictures["path"])
    assert (pictures[["kind", "group", "media"]] != "").all(axis=None)
    assert set(pictures["part"]) <= {"", "train", "val", "test"}
    assert ((pictures["kind"] == "real") == (pictures["label"] == "real")).all()
    assert offer.describe().isprintable()
