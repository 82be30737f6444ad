"""Where an export may go: a folder of its own, or one that an earlier export made and nobody has changed since."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from facevalue.common.errors import OutputError
from facevalue.common.files import write_json
from facevalue.common.words import shortened

LIST = "export.json"
_RESULTS = ("models", "metrics", "plots", "data", ".dvc", ".git")
_MOST_BYTES = 2**20
_SHOWN = 100


def check(to: Path, models: Path, project: Path, replace: bool) -> Path:
    """The folder in full, once it is sure that nothing of anybody's is lost there.

    Args:
        to: where the export is to go.
        models: the networks that are exported.
        project: whose results stay as they are.
        replace: whether an earlier export is replaced although it was changed.

    Raises:
        OutputError: it is none, holds what no export wrote, or lies where networks or results do.
    """
    place, networks, root = to.resolve(), models.resolve(), project.resolve()
    if networks.is_relative_to(place) or root.is_relative_to(place):
        raise OutputError(f"'{to}' holds what is to be exported, or the project; name a folder of its own.")
    for kept in (networks, *(root / name for name in _RESULTS)):
        if place.is_relative_to(kept):
            raise OutputError(f"'{to}' lies in '{kept.name}', which stays as it is; name a folder elsewhere.")
    if place.exists() and not place.is_dir():
        raise OutputError(f"'{to}' is no folder; name one that is empty or not there yet.")
    if place.is_dir() and any(place.iterdir()):
        _refuse_loss(place, to, replace)
    return place


def write_list(folder: Path, **told: object) -> None:
    """Name everything in the folder with its SHA-256, beside what is told of how it was made."""
    hashes = {path.relative_to(folder).as_posix(): _hash(path) for path in sorted(_files(folder))}
    write_json({**told, "files": hashes}, folder / LIST)


def _refuse_loss(place: Path, to: Path, replace: bool) -> None:
    listed = _listed(place)
    if listed is None:
        raise OutputError(f"'{to}' is not empty and no earlier export; name a folder that is empty or not there yet.")
    found = {path.relative_to(place).as_posix(): path for path in _files(place) if path.name != LIST}
    changed = sorted(name for name, path in found.items() if not _is(path, listed.get(name)))
    if changed and not replace:
        more = f" and {len(changed) - 1:,} more" if changed[1:] else ""
        raise OutputError(
            f"'{to}' is an earlier export, to which {shortened(repr(changed[0]), _SHOWN)}{more} was added or in which "
            "it was changed; keep it by naming another folder, or lose it by --force."
        )


def _listed(place: Path) -> dict[str, str] | None:
    """The files of an earlier export; None where there was none."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        with (place / LIST).open("rb") as file:
            files = json.loads(file.read(_MOST_BYTES))["files"]
        return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else None
    return None


def _is(path: Path, digest: str | None) -> bool:
    return digest is not None and path.is_file() and not path.is_symlink() and _hash(path) == digest


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
