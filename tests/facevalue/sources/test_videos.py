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
    number_of,
    numbers,
    striped,
    write_numbered,
    write_video,
)

KINDS: dict[str, dict[str, Any]] = {
    "h264.mp4": {},
    "h264_open_gop.mp4": {"codec_options": {"x264-params": "open-gop=1:bframes=3:b-adapt=0"}},
    "h264_long_gop.mov": {"gop": 250},
    "h264_no_b.mkv": {"b_frames": 0},
    "h264.mkv": {},
    "h264.ts": {},
    "mpeg2.ts": {"codec": "mpeg2video"},
    "mpeg4.ts": {"codec": "mpeg4"},  # its decoder also gives frames that it cannot know, before the keyframe
    "vp8.webm": VP8,
    "mpeg4.mp4": {"codec": "mpeg4"},
    "mpeg4_no_b.avi": {"codec": "mpeg4", "b_frames": 0},
    "mjpeg.avi": {"codec": "mjpeg", "codec_options": {"strict": "-1"}, "b_frames": 0},
}
# AVI tells only when to decode: with frames that are reordered, its times are a few frames off.
KINDS_TIMED_BY_DECODING: dict[str, dict[str, Any]] = {
    "mpeg4.avi": {"codec": "mpeg4"},
    "h264.avi": {},
}


@pytest.mark.parametrize("name", KINDS)
def test_the_frame_is_the_one_on_screen_at_its_time(tmp_path: Path, name: str) -> None:
    path = write_numbered(tmp_path / name, 100, **KINDS[name])
    row = decoded_in_a_row(path)
    assert sorted(row.values()) == list(range(100))
    for count in (1, 2, 3, 7, 32, 100):
        assert numbers(path, count) == expected(row, max(row) + 1 / 25, count)


@pytest.mark.parametrize("name", KINDS)
def test_seeking_gives_the_pixels_of_decoding_in_a_row(tmp_path: Path, name: str) -> None:
    path = write_numbered(tmp_path / name, 100, **KINDS[name])
    with av.open(str(path)) as container:
        row = {frame.time: frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)}
    frames = videos.frames(path, 13)
    assert len(frames) == 13
    for seconds, picture in frames:
        np.testing.assert_array_equal(picture, row[seconds])


@pytest.mark.parametrize("name", KINDS_TIMED_BY_DECODING)
def test_without_times_of_presentation_frames_are_evenly_spaced_to_a_few(tmp_path: Path, name: str) -> None:
    path = write_numbered(tmp_path / name, 100, **KINDS_TIMED_BY_DECODING[name])
    np.testing.assert_allclose(numbers(path, 5), [10, 30, 50, 70, 90], atol=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    start=st.integers(0, 1000),
    fps=st.sampled_from([10, 24, 25, 30, 60, 100]),
    count=st.integers(1, 40),
    name=st.sampled_from(["v.mp4", "v.mkv"]),
)
def test_variable_frame_rates_and_late_starts(
    tmp_path: Path, gaps: list[int], start: int, fps: int, count: int, name: str
) -> None:
    times = [start + sum(gaps[:i]) for i in range(len(gaps))]
    path = write_numbered(tmp_path / name, len(gaps), fps=fps, times=times, gop=5)
    row = decoded_in_a_row(path)
    with av.open(str(path)) as container:
        packets: list[Any] = [packet for packet in container.demux() if packet.size]
        end = max(float((packet.pts + packet.duration) * packet.time_base) for packet in packets)
    assert numbers(path, count) == expected(row, end, count)


def test_the_first_frame_need_not_be_at_zero(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mkv", 10, times=range(250, 260))
    seconds, picture = videos.frames(path, 1)[0]
    assert (seconds, number_of(picture)) == (10.2, 5)


def test_a_frame_is_given_once(tmp_path: Path) -> None:
    assert numbers(write_numbered(tmp_path / "a.mp4", 3), 50) == [0, 1, 2]
    assert numbers(write_numbered(tmp_path / "b.mp4", 1), 4) == [0]


def test_a_container_without_a_duration(tmp_path: Path) -> None:
    live = write_numbered(tmp_path / "a.webm", 50, options={"live": "1"}, **VP8)
    with av.open(str(live)) as container:
        assert container.duration is None
    assert numbers(live, 5) == [5, 15, 25, 35, 45]


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", 40)
    once, again = videos.frames(path, 6), videos.frames(path, 6)
    for one, other in zip(once, again, strict=True):
        assert one.seconds == other.seconds
        np.testing.assert_array_equal(one.picture, other.picture)


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((1, 0, 0, 1), lambda stored: stored),
        ((0, 1, -1, 0), lambda stored: np.rot90(stored, -1)),  # a telephone held upright: clockwise
        ((-1, 0, 0, -1), lambda stored: np.rot90(stored, 2)),
        ((0, -1, 1, 0), lambda stored: np.rot90(stored, 1)),
        ((-1, 0, 0, 1), lambda stored: stored[:, ::-1]),
        ((1, 0, 0, -1), lambda stored: stored[::-1]),
        ((0, 1, 1, 0), lambda stored: stored.swapaxes(0, 1)),
        ((0, -1, -1, 0), lambda stored: np.rot90(stored, 2).swapaxes(0, 1)),
    ],
)
def test_the_display_matrix_is_applied(tmp_path: Path, matrix: tuple[int, int, int, int], shown: Any) -> None:
    """The eight matrices of the QuickTime File Format's track header that map the pixel grid to itself."""
    stored = np.zeros((64, 96, 3), dtype=np.uint8)
    stored[:32, :32], stored[:32, 64:], stored[32:, :32] = 255, 170, 85
    path = write_video(tmp_path / "a.mp4", [stored] * 3, matrix=matrix)
    np.testing.assert_allclose(videos.frames(path, 1)[0].picture[4::8, 4::8], shown(stored)[4::8, 4::8], atol=6)


@pytest.mark.parametrize(("matrix", "full_range"), [("bt709", "tv"), ("smpte170m", "tv"), ("bt709", "pc")])
def test_colours_follow_the_matrix_and_range_that_the_stream_names(
    tmp_path: Path, matrix: str, full_range: str
) -> None:
    """Y, Cb, Cr of pure green by the definition of each matrix (ITU-R BT.709-6, BT.601-7)."""
    red, blue = (0.2126, 0.0722) if matrix == "bt709" else (0.299, 0.114)
    green = 1 - red - blue
    luma, cb, cr = green, -green / (2 * (1 - blue)), -green / (2 * (1 - red))
    scale, offset, chroma = (255, 0, 255) if full_range == "pc" else (219, 16, 224)
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        parameters = f"colormatrix={matrix}:fullrange={'on' if full_range == 'pc' else 'off'}:qp=0"
        stream = container.add_stream("libx264", rate=25, options={"x264-params": parameters})
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        planes = [np.full((32, 32), round(offset + scale * luma)), np.full((8, 32), round(128 + chroma * cb))]
        planes.append(np.full((8, 32), round(128 + chroma * cr)))
        frame = av.VideoFrame.from_ndarray(np.concatenate(planes).astype(np.uint8), format="yuv420p")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    np.testing.assert_allclose(videos.frames(path, 1)[0].picture[16, 16], [0, 255, 0], atol=3)


def test_no_more_is_decoded_than_from_the_keyframes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", [striped(i % 256, 16, 16) for i in range(2000)], gop=20)
    monkeypatch.setattr(video_file, "MAX_DECODED", 24 * 16 * 16)  # of one seek: a group of pictures and a few held back
    assert numbers(path, 4) == [250, 750 % 256, 1250 % 256, 1750 % 256]


def test_a_far_keyframe_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_numbered(tmp_path / "a.mp4", 100, gop=1000, codec_options={"x264-params": "scenecut=0"})
    monkeypatch.setattr(video_file, "MAX_DECODED", 20 * 64 * 64)
    with pytest.raises(PictureError, match="no keyframe within"):
        videos.frames(path, 1)


def test_names_of_frames_sort_by_time() -> None:
    names = [videos.timed(seconds) for seconds in (0.0, 0.04, 3.24, 12.5, 3600.0)]
    assert names == sorted(names)
    assert names[2] == "00003.240000"


def test_suffixes_are_no_pictures() -> None:
    assert not videos.SUFFIXES & images.SUFFIXES
