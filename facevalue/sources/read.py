"""What users have, as it lies on their disk: a module per layout, recognised by its structure."""

import os
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import pandas as pd

from facevalue.common.catalogue import FILE_NAME, LABELS
from facevalue.common.errors import SourceError
from facevalue.common.words import printable
from facevalue.sources import (
    celebdf,
    ciplab,
    csv_table,
    deepfakebench,
    dfdc,
    dffd,
    faceforensics,
    folders,
    generators,
    imagefolder,
    parquet,
    splits,
    unknown,
    wilddeepfake,
)
from facevalue.sources.base import Layout, Reading, complete, remark, table
from facevalue.sources.names.told import read_names
from facevalue.sources.tree import Tree, refuse_links_out, scan

# The first that recognises a tree reads it. Tables come first, since they were written to be followed;
# then the sets whose names no other has; then the general structures, the deeper before the shallower.
LAYOUTS: tuple[Layout, ...] = (
    *(csv_table, imagefolder, parquet, deepfakebench),
    *(faceforensics, celebdf, dfdc, wilddeepfake, ciplab, dffd),
    *(splits, generators, folders),
)
_BY_NAME = {layout.NAME: layout for layout in LAYOUTS}
NAMES = tuple(_BY_NAME)
UNLABELLED = "unlabelled"
_LARGE = 0.5  # of all: a group beyond leaves no even split


@dataclass(frozen=True)
class Offer:
    """What a source holds.

    `pictures` is a catalogue, sorted by path, with `part` (the dataset's own split: train, val, test or nothing),
    `media` (picture or video), `video` (the video that a frame or a video file belongs to, or nothing) and what else
    the layout keeps. Its paths are relative to `root`. `remarks` are what was odd, each a count with an example.
    `unused` has the `path` of every other file there, and the `reason` why it is not offered; `further` the `path` of
    every picture and video of a table, and its columns that nobody reads.
    """

    root: Path
    pictures: pd.DataFrame
    layout: str
    remarks: tuple[str, ...] = ()
    unused: pd.DataFrame = field(default_factory=lambda: table([], "path", "reason"))
    further: pd.DataFrame = field(default_factory=lambda: table([], "path"))

    def describe(self) -> str:
        """One line: the layout, and what was odd."""
        return "; ".join((f"layout {self.layout}", *self.remarks))


def read_source(source: Path, layout: str = "auto") -> Offer:
    """The pictures and videos of both classes that a user's folder or CSV offers.

    Folders that hold nothing but one folder are looked through.

    Args:
        layout: one of `NAMES`, or `auto`.

    Raises:
        SourceError: there is nothing at `source`, it has no known structure or not the one asked for, what it says
            of itself is wrong, a link leads out of it, or a class is missing.
    """
    if not source.exists():
        raise SourceError(f"source '{source}' does not exist; it is a folder of a known layout, or a CSV.")
    offer = _from_file(source, layout) if source.is_file() else _from_folder(source, scan(source), layout)
    refuse_one_class(source, offer)
    return replace(offer, remarks=offer.remarks + _large_group(offer.pictures))


def table_of(source: Path, layout: str = "auto") -> Path | None:
    """The CSV whose further columns are kept of a source that is there; None where it is read as what has none.

    Raises:
        SourceError: its folders cannot be read.
    """
    if source.is_file():
        return source
    found = _recognised(scan(source), _wanted(layout))
    return found[0].folder / FILE_NAME if found and found[1] is csv_table else None


def refuse_one_class(source: Path, offer: Offer) -> None:
    """Refuse a source that lacks a class.

    Raises:
        SourceError: it does.
    """
    lacking = [label for label in LABELS if label not in set(offer.pictures["label"])]
    if lacking:
        what = f"source '{source}', read as {offer.layout}, has no {' and no '.join(lacking)} pictures"
        odd = f" ({'; '.join(offer.remarks)})" if offer.remarks else ""
        raise SourceError(f"{what}; comparing methods takes both classes{odd}.")


def read_test_set(place: Path) -> Offer:
    """The same for pictures that are only looked at: labelled, in one class alone, not at all, or none.

    A folder without a known structure and a CSV without a column `label` give empty labels.

    Raises:
        SourceError: there is nothing at `place`, what it says of itself is wrong, or a link leads out of it.
    """
    if not place.exists():
        raise SourceError(f"'{place}' does not exist; it is a folder or a CSV.")
    if place.is_file():
        imagefolder.refuse_as_source(place)
        return _offer(place.parent, csv_table.NAME, csv_table.read_table(place, must_label=False))
    tree = scan(place)
    if csv_table.recognises(tree):
        return _offer(place, csv_table.NAME, csv_table.read(tree, must_label=False))
    if _recognised(tree, LAYOUTS):
        return _from_folder(place, tree, "auto")
    reading = Reading(table(((path, "") for path in tree.paths()), "path", "label"), unread(tree))
    refuse_links_out(place, tree, reading.rows["path"])
    return _offer(place, UNLABELLED, reading)


def media_in(folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Paths, relative to `folder`, of all pictures and videos at any depth in it, and of all else with the reason.

    Raises:
        SourceError: one is a link that leads out of it.
    """
    tree = scan(folder)
    found = pd.Series(sorted(tree.paths()), dtype=str)
    refuse_links_out(folder, tree, found)
    return found.tolist(), sorted(tree.unread())


def _from_file(source: Path, layout: str) -> Offer:
    imagefolder.refuse_as_source(source)
    if layout not in ("auto", csv_table.NAME):
        raise SourceError(f"source '{source}' is a file, which only the layout csv can be; layout is {layout}.")
    return _offer(source.parent, csv_table.NAME, csv_table.read_table(source))


def read_tree(source: Path, whole: Tree, layout: str = "auto") -> Offer | None:
    """What a layout makes of a tree that was read from `source`; nothing where none recognises it.

    Raises:
        SourceError: it has not the layout asked for, what it says of itself is wrong, or a link leads out of it.
    """
    found = _recognised(whole, _wanted(layout))
    if not found and layout != "auto":
        raise SourceError(_other_layout(source, whole, layout))
    if not found:
        return None
    tree, chosen = found
    reading = chosen.read(tree)
    refuse_links_out(source, tree, reading.rows["path"])
    # A table was written to be followed; what else lies there is its author's business.
    remarks = () if chosen is csv_table else _aside(tree, reading.rows["path"]) + unread(whole) + _others(tree, chosen)
    offer = _offer(tree.folder, chosen.NAME, replace(reading, remarks=reading.remarks + remarks))
    return replace(offer, unused=_unused(whole, tree, offer.pictures["path"]))


def _from_folder(source: Path, whole: Tree, layout: str) -> Offer:
    offer = read_tree(source, whole, layout)
    if not offer:
        raise SourceError(unknown.explained(source, whole, NAMES))
    return offer


def _offer(root: Path, layout: str, reading: Reading) -> Offer:
    told = read_names(reading)
    offered = complete(told.rows)
    return Offer(root, offered, layout, told.remarks + _encoding(offered), further=reading.further)


def _encoding(pictures: pd.DataFrame) -> tuple[str, ...]:
    """Where one class is files of videos and the other is not, the encoding tells them apart."""
    media = pictures.groupby("label")["media"].agg(set)
    if len(media) < len(LABELS) or media["real"] == media["fake"]:
        return ()
    of = {label: " and ".join(sorted(f"{kind}s" for kind in media[label])) for label in LABELS}
    return (f"real are {of['real']}, fake are {of['fake']}: how they were encoded tells them apart",)


def _wanted(layout: str) -> tuple[Layout, ...]:
    return LAYOUTS if layout == "auto" else (_BY_NAME[layout],)


def _recognised(tree: Tree, wanted: tuple[Layout, ...]) -> tuple[Tree, Layout] | None:
    """The outermost tree with a structure that is wanted, through folders that hold nothing but one folder."""
    while True:
        for layout in wanted:
            if layout.recognises(tree):
                return tree, layout
        if tree.media or len(tree.folders) != 1:
            return None
        (tree,) = tree.folders.values()


def _other_layout(source: Path, tree: Tree, layout: str) -> str:
    other = _recognised(tree, LAYOUTS)
    hint = f" It looks like {other[1].NAME}." if other else ""
    structure = _BY_NAME[layout].STRUCTURE
    return f"source '{source}' is not laid out as {layout}, which is {structure}; it holds {tree.shown()}.{hint}"


def _aside(tree: Tree, paths: pd.Series) -> tuple[str, ...]:
    """What a layout has no place for."""
    used = set(paths)
    aside = [path for path in tree.paths() if path not in used]
    return remark("pictures or videos that stand outside the layout", aside)


def _unused(whole: Tree, tree: Tree, offered: pd.Series) -> pd.DataFrame:
    """Every file of a folder that is not offered, by its path from `tree`, which lies in it, and why.

    Names that no table can hold lose what it cannot.
    """
    used = {*offered, *(path.rpartition("/")[0] for path in offered), FILE_NAME}  # a shard holds what is offered
    files = chain(((path, "outside the layout") for path in whole.paths()), whole.unread())
    placed = ((_from(tree, whole.folder / path), reason) for path, reason in files)
    return table(sorted((printable(path), reason) for path, reason in placed if path not in used), "path", "reason")


def _from(tree: Tree, path: Path) -> str:
    return Path(os.path.relpath(path, tree.folder)).as_posix()


def unread(tree: Tree) -> tuple[str, ...]:
    """What in a tree cannot be read at all."""
    nodes = [node for _, node in tree.walk()]
    unusable = [name for node in nodes for name in node.unusable]
    links_out = [name for node in nodes for name in node.links_out]
    linked = [name for node in nodes for name in node.linked_folders]
    return (
        *remark("names that are no text in one line, or no file, left out", unusable),
        *remark("links that lead out, left out", links_out),
        *remark("links to folders, not followed", linked),
    )


def _others(tree: Tree, chosen: Layout) -> tuple[str, ...]:
    others = [layout.NAME for layout in LAYOUTS if layout is not chosen and layout.recognises(tree)]
    return (f"also looks like {', '.join(others)}; `layout` can say so",) if others else ()


def _large_group(pictures: pd.DataFrame) -> tuple[str, ...]:
    sizes = pictures["group"].value_counts()
    if len(pictures) < 10 or sizes.iloc[0] <= _LARGE * len(pictures):
        return ()
    return (f"one group, {sizes.index[0]!r}, holds {sizes.iloc[0]} of {len(pictures)} and cannot be divided",)
