"""Draw the demo pictures that `demo/params.yaml` asks for: `python -m demo.drawing.draw` from the repository's root."""

import csv
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
from tqdm import tqdm

from demo.drawing.camera import take
from demo.drawing.cast import PEOPLE, TAKES, Shot, cast, chance
from demo.drawing.fakes import FAMILIES
from demo.drawing.params import Params
from demo.drawing.people import draw_person
from demo.drawing.portrait import render
from demo.drawing.scene import draw_scene


def photograph(shot: Shot, params: Params) -> bytes:
    """Make one picture and return its JPEG file."""
    rng = chance(params.seed, TAKES, shot.index)
    person, scene = draw_person(chance(params.seed, PEOPLE, shot.person)), draw_scene(rng)
    if shot.kind == "real":
        picture = render(person, scene, params.side).picture
    else:
        picture = FAMILIES[shot.kind](person, scene, params.side, rng)
    return take(picture, shot.quality, rng)


def photographs(shots: list[Shot], params: Params, processes: int) -> Iterator[bytes]:
    """Make all pictures, in order; what they look like does not depend on the number of processes."""
    fresh = get_context("spawn")  # a fork of a process with threads may never end
    with ProcessPoolExecutor(processes, fresh, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(partial(photograph, params=params), shots, chunksize=4)


def draw(params: Params, target: Path, processes: int) -> list[Shot]:
    """Draw all pictures and their catalogue beside the target folder, and put them in its place when they are whole."""
    shots, partial_target = cast(params), target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial_target, ignore_errors=True)
    for shot in shots:
        (partial_target / shot.path).parent.mkdir(parents=True, exist_ok=True)
    files = photographs(shots, params, processes)
    for shot, file in zip(shots, tqdm(files, "demo", len(shots), unit="picture", disable=None), strict=True):
        (partial_target / shot.path).write_bytes(file)
    write_catalogue(shots, partial_target / "catalogue.csv")
    if target.exists():
        shutil.rmtree(target)
    partial_target.rename(target)
    return shots


def write_catalogue(shots: list[Shot], path: Path) -> None:
    """Write the table of pictures, sorted by path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "label", "kind", "group"])
        table.writerows(sorted([shot.path, shot.label, shot.kind, shot.group] for shot in shots))
