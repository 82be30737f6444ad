"""What is damaged, hostile or no video: frames up to the damage, or a reason."""

import os
import re
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facevalue.common import images
from facevalue.common.errors import PictureError
from facevalue.sources import videos
from facevalue.sources.videos import video_file
from tests.facevalue.videos_made import (
    VP8,
    decoded_in_a_row,
    expected,
    numbers,
    striped,
    write_cover,
    write_numbered,
    write_sound,
    write_video,
)


@pytest.mark.parametrize(("name", "how"), [("a.mkv", {}), ("a.ts", {}), ("a.webm", VP8)])
def test_a_truncated_video_is_as_long_as_what_is_left(tmp_path: Path, name: str, how: dict[str, Any]) -> None:
    path = write_numbered(tmp_path / name, 100, **how)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = numbers(path, 5)
    steps = [after - before for before, after in pairwise([-found[0], *found])]
    assert 60 > found[-1] > 20
    assert max(steps) - min(steps) <= 3


def test_a_truncated_mp4_with_its_index_in_front(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", 100, options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    found = numbers(path, 5)
    assert len(found) == 5
    assert found == sorted(found)
    assert 90 > found[-1] > 20


def test_a_truncated_avi_has_lost_its_index(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.avi", 100, codec="mpeg4", b_frames=0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    row = decoded_in_a_row(path)
    assert 20 < len(row) < 90
    assert numbers(path, 5) == expected(row, max(row) + 1 / 25, 5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.mp4", "a.mkv", "a.avi", "a.ts"]),
    damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_a_damaged_video_gives_frames_or_a_reason(tmp_path: Path, name: str, damage: list[tuple[float, int]]) -> None:
    content = bytearray(write_numbered(tmp_path / name, 12, codec="mpeg4").read_bytes())
    for where, value in damage:
        content[int(where * len(content))] = value
    (tmp_path / name).write_bytes(content)
    with suppress(PictureError):
        assert all(frame.picture.dtype == np.uint8 for frame in videos.frames(tmp_path / name, 3))


def test_a_wanted_frame_that_is_damaged_is_named_by_its_time(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", 60, codec="mpeg4", gop=60, b_frames=0)
    whole = path.read_bytes()
    reasons = []
    for seed in range(30):
        random = np.random.default_rng(seed)
        content = bytearray(whole)
        for place in random.integers(len(whole) // 3, len(whole) * 2 // 3, 5):
            content[place] = random.integers(256)
        path.write_bytes(content)
        try:
            videos.frames(path, 10)
        except PictureError as error:
            reasons.append(str(error))
    assert any(re.fullmatch(r"damaged at \d\.\d s", reason) for reason in reasons)


def test_a_tag_that_is_not_utf_8_harms_no_picture(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.avi", 5, codec="mpeg4", b_frames=0)
    content = path.read_bytes()
    assert b"Lavf" in content  # the tag of the program that wrote it
    path.write_bytes(content.replace(b"Lavf", b"L\xe4v\xff"))
    assert numbers(path, 1) == [2]


def without_frames(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        container.start_encoding()
    return path


def cut_before_its_index(path: Path) -> Path:
    write_numbered(path, 30)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def written(content: bytes) -> Any:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("sound.mp4", write_sound, "no video stream"),
        ("cover.mp4", write_cover, "no video stream"),
        ("none.mp4", without_frames, "no frames|no video stream|damaged"),
        ("cut.mp4", cut_before_its_index, "damaged, or no MP4"),
        ("zero.mp4", written(b""), "zero bytes"),
        ("text.mp4", written(b"hello, I am no video"), "damaged, or no MP4"),
        ("missing.mp4", lambda path: path, "no such file"),
        ("folder.mp4", lambda path: path.mkdir(), "no such file"),
        ("pipe.mp4", os.mkfifo, "no such file"),
        ("picture.mp4", lambda path: images.write_png(path, striped(3)), "damaged, or no MP4"),
    ],
)
def test_what_is_no_usable_video_is_refused(tmp_path: Path, name: str, make: Any, reason: str) -> None:
    make(tmp_path / name)
    with pytest.raises(PictureError, match=reason):
        videos.frames(tmp_path / name, 3)


@pytest.mark.parametrize(
    "playlist",
    [
        "ffconcat version 1.0\nfile secret.mp4\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>\n',
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    ],
)
def test_a_playlist_opens_no_other_file(tmp_path: Path, playlist: str) -> None:
    write_numbered(tmp_path / "secret.mp4", 5)
    (tmp_path / "a.mp4").write_text(playlist)
    with pytest.raises(PictureError, match="damaged, or no MP4"):
        videos.frames(tmp_path / "a.mp4", 1)


@pytest.mark.parametrize("name", ["concat:b.mp4|c.mp4", "http:.mp4", "a%03d.mp4", "-i.mp4", "größe 💡.mp4", "a\nb.mp4"])
def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write_numbered(tmp_path / "plain.mp4", 5).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert numbers(Path(name), 1) == [2]


def test_bounds_are_those_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strip = write_video(tmp_path / "strip.mp4", [np.zeros((16, 512, 3), dtype=np.uint8)])
    with pytest.raises(PictureError, match="one side more than 16 times the other"):
        videos.frames(strip, 1)
    monkeypatch.setattr(video_file.VideoFile, "packets", None)  # before anything is read
    plain = write_numbered(tmp_path / "plain.mp4", 5)
    monkeypatch.setattr(images, "MAX_PIXELS", 64 * 64 - 1)
    with pytest.raises(PictureError, match="64 x 64 pixels, more than"):
        videos.frames(plain, 1)


def test_a_stream_that_grows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MPEG-TS streams can be laid end to end; the second part is larger than the headers said."""
    small = write_video(tmp_path / "small.ts", [striped(i) for i in range(50)])
    large = write_video(tmp_path / "large.ts", [striped(i, 256, 256) for i in range(50)], times=range(50, 100))
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    monkeypatch.setattr(images, "MAX_PIXELS", 128 * 128)
    with pytest.raises(PictureError):
        videos.frames(both, 8)


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write_numbered(tmp_path / "a.ts", 30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    capfd.readouterr()
    videos.frames(path, 3)
    assert capfd.readouterr() == ("", "")
