"""A large source of which one file in a hundred is bad, in ten ways: each is counted, and named with its reason.

`FILES=200000 make campaign` for more than the 10,000 of the default.
"""

import hashlib
import io
import os
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from stages.sample import sample
from tests.campaign.conftest import Tally
from tests.pipeline.conftest import ROOT

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(3000)]
FILES = int(os.environ.get("FILES", "10000"))
HUGE = b"P6 100000 100000 255\n" + bytes(16)


def picture(number: int, width: int = 24, height: int = 24) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).resize((width, height), Image.Resampling.NEAREST).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


BAD: dict[str, tuple[Callable[[Path, int], object], str]] = {
    "empty": (lambda to, _: to.with_suffix(".png").write_bytes(b""), "zero bytes"),
    "cut": (lambda to, number: to.with_suffix(".png").write_bytes(picture(number)[:60]), "truncated PNG"),
    "text": (lambda to, _: to.with_suffix(".jpg").write_text("no picture"), "not a picture in"),
    "huge": (lambda to, _: to.with_suffix(".ppm").write_bytes(HUGE), "more than 100 megapixels"),
    "thin": (lambda to, number: to.with_suffix(".png").write_bytes(picture(number, 800, 8)), "more than 16 times"),
    "gif": (lambda to, _: to.with_suffix(".gif").write_bytes(b"GIF89a"), "no picture or video by its name"),
    "hidden": (lambda to, n: to.with_name(f".{to.name}.png").write_bytes(picture(n)), "hidden"),
    "lines": (lambda to, n: to.with_name(f"{to.name}\n.png").write_bytes(picture(n)), "a name with control characters"),
    "loop": (lambda to, _: to.with_suffix(".png").symlink_to(f"{to.name}.png"), "a link that leads in a circle"),
    "pipe": (
        lambda to, _: os.mkfifo(to.with_suffix(".png")),
        "a name with control characters or a backslash, or no file",
    ),
}


def test_every_bad_file_is_counted_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Callable[[str], Tally], capfd: pytest.CaptureFixture[str]
) -> None:
    ways, made = list(BAD), Counter[str]()
    for label in ("real", "fake"):
        (tmp_path / "mine" / label).mkdir(parents=True)
    for number in range(FILES):
        place = tmp_path / "mine" / ("real" if number % 2 else "fake") / hashlib.sha1(b"%d" % number).hexdigest()
        if number % 100 == number // 100 % 2:
            way = ways[number // 100 % len(ways)]
            BAD[way][0](place, number)
            made[way] += 1
        else:
            place.with_suffix(".png").write_bytes(picture(number))
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["source"], content["sample"]["size"] = "mine", "all"
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.chdir(tmp_path)
    begin = time.monotonic()
    said = sample()
    seconds, peak = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    left_out = pd.read_csv("data/left_out.csv", keep_default_na=False)
    taken = pd.read_csv("data/sampled/catalogue.csv", usecols=["source"])
    count = tally("bad files")
    for way, (_, reason) in BAD.items():
        with count.tried(way):
            named = left_out["reason"].str.contains(reason, regex=False).sum()
            expected = made["lines"] + made["pipe"] if way in ("lines", "pipe") else made[way]
            assert named == expected, f"{named} of {expected} are said to be {reason!r}"
    with count.tried("none is lost"):
        assert len(taken) + len(left_out) == FILES
        assert len(left_out) == sum(made.values())
    with capfd.disabled():
        print(f"{FILES:,} files: {seconds:.0f} s, {peak:.2f} GiB at most; {said}")
    count.check()
