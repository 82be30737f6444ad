"""How far a training has come, in one file, so that one that was killed goes on from there.

It is a safetensors file: tensors are tensors, all else is JSON in its header. So no pickle is written or loaded.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from lightning_fabric.plugins import CheckpointIO
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes
from torch import Tensor, uint8

from facevalue.common.files import replacing_file

State = dict[str, Any]


class Checkpoint(CheckpointIO):
    """The file of one training, as Lightning reads and writes it.

    What goes wrong with it costs no more than the file.

    Attributes:
        file: where it is written; None where none is kept.
        state: what it held at first, until Lightning has taken it; None where there was nothing of use.
        remark: why it could not be written.
    """

    def __init__(self, file: Path | None, found: Path | None = None) -> None:
        """Read it.

        Args:
            file: where it is written.
            found: where it is read, if not there: a copy, where several processes must read the same.
        """
        self.file, self.remark = file, ""
        self.state = read(found or file) if file else None

    def write_curves(self, folder: Path) -> None:
        """As far as they had come, for DVCLive to go on with."""
        for name, content in self.state["curves"].items() if self.state else ():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content.encode())

    def save_checkpoint(self, checkpoint: State, path: str | Path, storage_options: Any = None) -> None:
        """Write it, if that can be done."""
        try:
            write(checkpoint, Path(path))
            self.remark = ""
        except OSError as error:
            self.remark = (
                f"how far a training has come could not be kept in '{Path(path).parent}' ({error.strerror}); "
                "killed, it would have started afresh"
            )

    def load_checkpoint(self, path: str | Path, map_location: Any = None, weights_only: bool | None = None) -> State:
        """What was found at first: by now another process may have come further with the same training."""
        state, self.state = self.state, None
        assert state is not None
        return state

    def remove_checkpoint(self, path: str | Path) -> None:
        """Lightning asks for it where it keeps several."""
        Path(path).unlink(missing_ok=True)


def curves(folder: Path) -> dict[str, str]:
    """What DVCLive has written into its folder, by name."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes().decode() for file in files}


def write(state: State, file: Path) -> None:
    """Keep dictionaries, lists, tuples, tensors and what JSON knows, as what the file is called.

    Raises:
        OSError: the file cannot be written.
    """
    tensors: dict[str, Tensor] = {}
    rest = json.dumps(_apart(state, tensors))
    metadata = {"key": file.stem, "rest": rest, "digest": _digest(rest, tensors)}
    with replacing_file(file) as partial:
        partial.write_bytes(as_bytes(tensors, metadata))  # its own writing hides a full disk in an error of its own


def read(file: Path) -> State | None:
    """What was written; None where there is no file, a damaged one, or one that was written as another."""
    try:
        with safe_open(file, "pt") as opened:
            metadata = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name).clone() for name in opened.keys()}  # noqa: SIM118  # no mapping
    except (OSError, SafetensorError):
        return None
    rest = metadata.get("rest", "")
    if metadata.get("key") != file.stem or metadata.get("digest") != _digest(rest, tensors):
        return None
    state: State = _together(json.loads(rest), tensors)
    return state


def _apart(value: object, tensors: dict[str, Tensor]) -> object:
    """The value as JSON, with a name for each tensor; keys that are no words, and tuples, are not lost."""
    if isinstance(value, Tensor):
        name = str(len(tensors))
        tensors[name] = value.detach().cpu().contiguous().clone()  # two may share their memory
        return {"tensor": name}
    if isinstance(value, dict):
        return {"dict": [[_apart(key, tensors), _apart(each, tensors)] for key, each in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [_apart(each, tensors) for each in value]}
    return value


def _together(value: Any, tensors: dict[str, Tensor]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tensor":
        return tensors[content]
    if kind == "dict":
        return {_together(key, tensors): _together(each, tensors) for key, each in content}
    members = [_together(each, tensors) for each in content]
    return tuple(members) if kind == "tuple" else members


def _digest(rest: str, tensors: dict[str, Tensor]) -> str:
    digest = hashlib.sha256(rest.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tensor.shape}".encode())
        digest.update(tensor.reshape(-1).view(uint8).numpy().data)
    return digest.hexdigest()
