"""A CSV that a user corrects, for a folder of whatever structure.

What a layout reads is written down. Where none fits, classes, kinds, parts, videos and groups are guessed from tables,
folders and names (`facts`, `by_folder`, `names`). A number never tells a class: `0/`, or a column `label` of 0 and 1.
"""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from facevalue.common.catalogue import FILE_NAME, LABELS
from facevalue.common.errors import SourceError
from facevalue.common.grouping import cell, names_in
from facevalue.sources import parquet, read
from facevalue.sources.base import Reading, remark
from facevalue.sources.names.told import read_names
from facevalue.sources.proposing.by_folder import NO_PICTURES, people, read_places
from facevalue.sources.proposing.facts import BOTH, facts
from facevalue.sources.proposing.tables import namings, not_in_utf_8
from facevalue.sources.tree import Tree, refuse_links_out, scan

COLUMNS = ("path", "label", "kind", "group", "video", "split", "remark")
_SHOWN = 3  # of what is listed in a note
_UNTOLD = "no word and no table tells the label"


@dataclass(frozen=True)
class Proposal:
    """Rows of `COLUMNS`, sorted by path, with paths relative to the folder; and lines on how they came about.

    No rows where a CSV cannot name the pictures, which is also not needed.
    """

    rows: pd.DataFrame
    notes: tuple[str, ...]


def propose(folder: Path, layout: str = "auto") -> Proposal:
    """What stands in a folder, whose own `catalogue.csv` is left aside.

    Raises:
        SourceError: it is no folder, holds no pictures, has not the layout asked for, or a link leads out of it.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise SourceError(f"'{folder}' {what}; name a folder of pictures or videos.")
    tree = scan(folder)
    written = FILE_NAME in tree.links_out or (FILE_NAME in tree.others and (folder / FILE_NAME).stat().st_size > 0)
    tree = replace(tree, others=_without_own(tree.others), links_out=_without_own(tree.links_out))
    offer = read.read_tree(folder, tree, layout)
    if offer and offer.layout == parquet.NAME:
        return _as_it_is(offer, folder)
    if not any(tree.paths()):
        raise SourceError(f"'{folder}' holds no file that is named like a picture or a video.")
    if offer and (layout != "auto" or set(offer.pictures["label"]) >= set(LABELS)):
        proposal = _as_read(offer, folder)
    else:
        proposal = _guessed(folder, tree)
    ignored = (f"{FILE_NAME} that is there already was not read",) if written else ()
    return Proposal(proposal.rows, ignored + proposal.notes + _edits(proposal.rows))


def _without_own(names: list[str]) -> list[str]:
    return [name for name in names if name != FILE_NAME]


def _as_it_is(offer: read.Offer, folder: Path) -> Proposal:
    read.refuse_one_class(folder, offer)
    in_the_way = f"; remove {FILE_NAME} from it" if (folder / FILE_NAME).exists() else ""
    counted = " and ".join(f"{(offer.pictures['label'] == label).sum()} {label}" for label in LABELS)
    note = f"{counted} pictures in shards, which no CSV can name; name '{folder}' as source as it is{in_the_way}"
    return Proposal(pd.DataFrame(columns=[*COLUMNS], dtype=str), (note,))


def _as_read(offer: read.Offer, folder: Path) -> Proposal:
    home = PurePosixPath(offer.root.relative_to(folder))
    pictures = offer.pictures
    path = pictures["path"].map(lambda name: str(home / name))
    rows = pictures.assign(
        path=path,
        kind=pictures["kind"].where(pictures["kind"] != pictures["label"], ""),
        group=pictures["identities"],
        video=pictures["video"].map(lambda name: name and str(home / name)),
        split=pictures["part"],
        remark=f"layout {offer.layout}",
    )
    return Proposal(rows[[*COLUMNS]], (_counts(rows), offer.describe()))


def _guessed(folder: Path, tree: Tree) -> Proposal:
    every = sorted(tree.paths())
    paths = [path for path in every if not NO_PICTURES & set(path.casefold().split("/")[:-1])] or every
    refuse_links_out(folder, tree, paths)
    rows = read_places(paths).assign(table="")
    tables = namings(tree, paths)
    group = pd.Series("", index=rows.index, dtype=str)
    video = group
    for naming in tables:
        said = facts(naming).reindex(rows["path"], fill_value="").reset_index(drop=True)
        rows = _with_table(rows, said, naming.table)
        group = group.where(group != "", said["group"])
        video = video.where(video != "", said["video"])
    rows = rows.drop(columns="table").replace({"label": {BOTH: ""}})
    rows["remark"] = rows["remark"].where((rows["label"] != "") | (rows["remark"] != ""), _UNTOLD)
    named = read_names(Reading(rows)).rows
    rows["kind"] = named["kind"]
    rows["video"] = _one_class(video, rows["label"]).where(video != "", named["video"])
    rows["group"] = _groups(named, group)
    rows = rows.rename(columns={"part": "split"})[[*COLUMNS]]
    used = [
        f"{table.table} names {table.rows['path'].nunique() or 'none'} of them by `{table.column}`" for table in tables
    ]
    aside = remark("masks and landmarks, left out", sorted(set(every) - set(paths)))
    notes = (
        _counts(rows),
        f"no layout fits, so this is guessed: {_guessed_from(rows)}",
        *used[:_SHOWN],
        *aside,
        *remark("tables that are not in UTF-8", not_in_utf_8(tree)),
        *read.unread(tree),
    )
    return Proposal(rows, notes)


def _with_table(rows: pd.DataFrame, said: pd.DataFrame, table: str) -> pd.DataFrame:
    """What a table tells counts for more than folders do, and that is remarked; of two that disagree none counts."""
    old, new = rows["label"], said["label"]
    tells = (new != "") & (old != BOTH)
    disagree = (old != "") & (old != new)
    note = f"label from {table}" + said["remark"].map(lambda text: text and f"; {text}")
    note = note.where(~disagree, note + "; folder or name says " + old)
    note = note.where(new != BOTH, said["remark"])
    two = disagree & (rows["table"] != "")
    note = note.where(~two, rows["table"] + " says " + old + f", {table} says " + new)
    new = new.where(~two, BOTH)
    kind = said["kind"].where(said["kind"] != "", rows["kind"].where(old == "fake", ""))
    return rows.assign(
        label=old.where(~tells, new),
        table=rows["table"].where(~tells, table),
        kind=rows["kind"].where(~tells, kind.where(new == "fake", "")),
        part=rows["part"].where(said["part"] == "", said["part"]),
        remark=note.where(tells, rows["remark"].where((old != "") | (said["remark"] == ""), said["remark"])),
    )


def _one_class(video: pd.Series, label: pd.Series) -> pd.Series:
    """Names of videos, of which one that both classes have becomes one in each."""
    shared = label.groupby(video).transform("nunique") > 1
    return video.where(~shared, label + " " + video)


def _groups(named: pd.DataFrame, told: pd.Series) -> list[str]:
    """A cell per row: what the names tie it to, who is on it, what the tables say; nothing where it stands alone.

    A name that tables tell also ties the file that is called so, such as the original of a fake.
    """
    stems = named["path"].str.rpartition("/")[2].str.rpartition(".")[0]
    by_table = told.map(names_in)
    known = {name for names in by_table for name in names}
    cells = zip(named["identities"].map(names_in), people(named["path"].tolist()), by_table, stems, strict=True)
    return [
        cell(dict.fromkeys([*tied, *who, *names, *([stem] if stem in known else [])]))
        for tied, who, names, stem in cells
    ]


def _counts(rows: pd.DataFrame) -> str:
    """How many rows of each class, and how many tell more."""
    count = Counter(rows["label"])
    classes = [f"{count[label]} {label}" for label in LABELS] + ([f"{count['']} without a label"] if count[""] else [])
    told = {column: int((rows[column] != "").sum()) for column in ("kind", "group", "video", "split")}
    more = [f"a {column} for {filled}" for column, filled in told.items() if filled]
    return f"{len(rows)} rows: {', '.join(classes)}" + (f"; {', '.join(more)}" if more else "")


def _guessed_from(rows: pd.DataFrame) -> str:
    """What told the labels, the most frequent first."""
    told = Counter(text.partition(";")[0] for text in rows["remark"][rows["label"] != ""]).most_common()
    shown = ", ".join(f"{text} ({count})" for text, count in told[:_SHOWN])
    return shown + (f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "") or "nothing tells a label"


def _edits(rows: pd.DataFrame) -> tuple[str, ...]:
    """What must be filled in before a run, and what is worth a look."""
    open_ = rows["label"] == ""
    lacking = [label for label in LABELS if label not in set(rows["label"])]
    if not open_.any():
        return (f"no row is {' and none '.join(lacking)}; a comparison takes both classes",) if lacking else ()
    first = int(open_.to_numpy().argmax())
    row = f"row {first + 2} ({rows['path'].iloc[first]!r}: {rows['remark'].iloc[first]})"
    which = "every label" if open_.all() else f"the label of {open_.sum()} of {len(rows)} rows"
    return (f"fill in {which}, real or fake, e.g. {row}",)
