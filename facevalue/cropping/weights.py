"""Weights from the network: fetched once, checked by their hash, read without running any code in them."""

import hashlib
import http.client
import io
import socket
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

import torch
from torch import Tensor, nn

from facevalue.common.errors import DownloadError

TIMEOUT = 30  # seconds without a byte
LARGEST = 2**30  # bytes, unpacked: ten times RetinaFace's; a zip can promise more than any memory holds


def fetch(url: str, folder: Path | None = None) -> dict[str, Tensor]:
    """The tensors behind `url`, from `folder` when they are already there and unharmed.

    The file's name carries the first digits of its SHA-256, `name-f168fae3c.zip`, as torch hub's do; it is checked
    at every use, and a file that does not match is fetched anew. A file takes its place whole or not at all.

    Args:
        url: of what `torch.save` wrote, as it is or alone in a zip.
        folder: the cache; torch hub's own where none is given.

    Raises:
        DownloadError: it cannot be fetched, or is not what it should be.
    """
    path = (folder or Path(torch.hub.get_dir()) / "checkpoints") / PurePosixPath(urlsplit(url).path).name
    found = torch.hub.HASH_REGEX.search(path.name)
    if found is None or not found.group(1):
        raise ValueError(f"{url} carries no hash in its file's name")
    if not (path.is_file() and _sha256(path).startswith(found.group(1))):
        _download(url, path, found.group(1))
    return _tensors(path)


def fill(network: nn.Module, weights: Mapping[str, Tensor], origin: str) -> None:
    """Load the weights into the network, every one of them.

    Raises:
        DownloadError: names or shapes do not match; `origin` says whose.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    wrong = sorted(name for name in wanted.keys() | given.keys() if wanted.get(name) != given.get(name))
    if wrong:
        example = f"'{wrong[0]}' is {given.get(wrong[0], 'absent')}, should be {wanted.get(wrong[0], 'absent')}"
        raise DownloadError(f"{origin}: {len(wrong)} of {len(wanted)} weights do not fit the network, e.g. {example}.")
    network.load_state_dict(weights)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(url: str, path: Path, hash_prefix: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _socket_timeout(TIMEOUT):
            torch.hub.download_url_to_file(url, str(path), hash_prefix, progress=sys.stderr.isatty())
    except (OSError, http.client.HTTPException, RuntimeError) as error:  # RuntimeError: torch hub's for a wrong hash
        raise DownloadError(
            f"{url} could not be fetched ({' '.join(str(error).split()) or type(error).__name__}). Either download it "
            f"on another machine and put it at {path}, or set crop.detector: mtcnn in params.yaml."
        ) from error


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """Torch hub waits forever for a silent server."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        with _unpacked(path) as file:
            loaded = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        # The readers raise whatever a damaged file makes them stumble on: UnpicklingError, IndexError, zlib.error, ...
        raise DownloadError(f"{path} holds no plain weights ({type(error).__name__}); delete it.") from error
    if not (isinstance(loaded, Mapping) and all(isinstance(tensor, Tensor) for tensor in loaded.values())):
        raise DownloadError(f"{path} holds a {type(loaded).__name__}; it must hold named tensors. Delete it.")
    return dict(loaded)


def _unpacked(path: Path) -> BinaryIO:
    """The file, or the only member of a zip, read in memory so that its name decides nothing.

    What `torch.save` writes is itself a zip, of several members.
    """
    if not zipfile.is_zipfile(path):
        return path.open("rb")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > 1:
            return path.open("rb")
        if not members or members[0].file_size > LARGEST:
            raise ValueError(f"a zip with {members[0].file_size if members else 0} bytes in it")
        return io.BytesIO(archive.read(members[0]))
