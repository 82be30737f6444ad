"""A folder read once: every name in it, nothing opened."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from facevalue.common import images
from facevalue.common.errors import SourceError
from facevalue.sources import videos

MAX_DEPTH = 64  # folders in folders; no dataset comes near, and a hostile one cannot exhaust the stack
# What cannot stand in one line of a message or a cell of a table, and bytes that are not UTF-8, which Python reads
# as surrogates. A backslash would be another folder on Windows.
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\]")
_PACKING = "__MACOSX"  # what macOS adds to an archive
# Where a content-addressed cache keeps a file: DVC links to it with `cache.type symlink`. Nobody can name such a file
# without knowing its content, so a link to it gives nothing away.
_CACHED = re.compile(r".*/files/md5/[0-9a-f]{2}/[0-9a-f]{30}")


def unusable(name: str) -> bool:
    """Whether it holds what no table or message can."""
    return _UNUSABLE.search(name) is not None


def leads_out(link: str | os.PathLike[str], root: str) -> bool:
    """Whether it ends elsewhere than in the folder `root` (a real path), or in a file of a DVC cache."""
    target = os.path.realpath(link)
    inside = os.path.join(target, "").startswith(os.path.join(root, ""))  # noqa: PTH118
    return not inside and not (_CACHED.fullmatch(target) and Path(target).is_file())


def medium(name: str) -> str:
    """`picture`, `video`, or nothing, by the name's ending."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 (a Path for each of 100,000 names takes a second)
    return "picture" if suffix in images.SUFFIXES else "video" if suffix in videos.SUFFIXES else ""


@dataclass(frozen=True)
class Tree:
    """One folder: hidden entries are not looked into, links to folders are not followed, names are sorted."""

    folder: Path
    folders: dict[str, "Tree"] = field(default_factory=dict)
    media: list[str] = field(default_factory=list)  # names of pictures and videos
    others: list[str] = field(default_factory=list)  # names of other files
    links: set[str] = field(default_factory=set)  # those of `media` that are links
    linked_folders: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)  # names that hold what no table can, and what is no file
    links_out: list[str] = field(default_factory=list)  # those of `others` that would be, did they not lead out
    hidden: list[str] = field(default_factory=list)  # names that systems hide, and what they add to an archive

    def walk(self, prefix: str = "") -> Iterator[tuple[str, "Tree"]]:
        """This folder and all below, each with the path that leads to it (`prefix`, then `prefix/name`)."""
        yield prefix, self
        for name, child in self.folders.items():
            yield from child.walk(_below(prefix, name))

    def paths(self, prefix: str = "") -> Iterator[str]:
        """The POSIX paths of all pictures and videos in it, at any depth, each starting with `prefix`."""
        for way, tree in self.walk(prefix):
            yield from (_below(way, name) for name in tree.media)

    def unread(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """The paths of all else in it, at any depth, each with the reason why it is no picture or video to be read."""
        for way, tree in self.walk(prefix):
            for names, reason in (
                (tree.others, "no picture or video by its name; read only where the layout names it"),
                (tree.hidden, "hidden"),
                (tree.unusable, "a name with control characters or a backslash, or no file"),
                (tree.links_out, "a link that leads out of the source"),
                (tree.linked_folders, "a link to a folder, not followed"),
            ):
                yield from ((_below(way, name), f"{reason}{_holding(tree.folder / name)}") for name in names)

    def named(self, *names: str) -> Iterator[tuple[str, "Tree"]]:
        """Its folders of these names (given in lower case) in whatever case, each with its true name."""
        return ((name, child) for name, child in self.folders.items() if name.casefold() in names)

    def shown(self) -> str:
        """A few of its entries, for a message."""
        entries = [f"{name!r} (a link)" for name in self.linked_folders + self.links_out]
        entries += [f"{name}/" for name in self.folders] + self.media + self.others
        more = f" and {len(entries) - 5} more" if len(entries) > 5 else ""
        return ", ".join(entries[:5]) + more or "nothing"


def scan(folder: Path) -> Tree:
    """Read the names in a folder and in all below it.

    Raises:
        SourceError: folders are nested deeper than `MAX_DEPTH`.
    """
    return _scan(folder, os.path.realpath(folder), 0)


def _scan(folder: Path, root: str, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise SourceError(f"folders in '{folder}' are nested deeper than {MAX_DEPTH}; name one further in.")
    tree = Tree(folder)
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith(".") or entry.name == _PACKING:
                tree.hidden.append(entry.name)
            else:
                _add(tree, entry, root, depth)
    return tree


def refuse_links_out(source: Path, tree: Tree, paths: Iterable[str]) -> None:
    """Refuse a picture that is a link out of `source`, which `tree` lies in.

    Only what is a link is looked up: that takes 20 times as long as reading its name.

    Raises:
        SourceError: one of them is.
    """
    links = {_below(prefix, name) for prefix, node in tree.walk() for name in node.links}
    root = os.path.realpath(source)
    for path in paths:
        if path in links and leads_out(tree.folder / path, root):
            raise SourceError(f"'{path}' is a link that leads out of {source}; put the picture itself there.")


def _add(tree: Tree, entry: os.DirEntry[str], root: str, depth: int) -> None:
    name, link = entry.name, entry.is_symlink()
    if unusable(name):
        tree.unusable.append(name)
    elif entry.is_dir(follow_symlinks=False):
        tree.folders[name] = _scan(tree.folder / name, root, depth + 1)
    elif link and Path(entry).is_dir():  # unlike `entry.is_dir`, no error where the link leads in a circle
        tree.linked_folders.append(name)
    elif not (link or entry.is_file(follow_symlinks=False)):  # a pipe would keep its reader waiting
        tree.unusable.append(name)
    elif medium(name):
        tree.media.append(name)
        tree.links.update([name] if link else [])
    elif link and leads_out(entry, root):  # a table that lies elsewhere was not put here to be read
        tree.links_out.append(name)
    elif link and not Path(entry).is_file():
        tree.unusable.append(name)
    else:
        tree.others.append(name)


def _holding(place: Path) -> str:
    """How many files a folder that is not looked into holds, for its reason; nothing of what is no folder."""
    if place.is_symlink() or not place.is_dir():
        return ""
    files = sum(len(names) for _, _, names in os.walk(place))
    return f", a folder with {files:,} file{'' if files == 1 else 's'}"


def _below(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name
