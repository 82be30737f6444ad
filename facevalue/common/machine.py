"""Where things are computed. No stage declares this section: changing it reruns nothing."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from facevalue.common.params import Section


def _each_once(devices: list[int]) -> list[int]:
    if len(set(devices)) < len(devices):
        raise ValueError("a list that names each device once")
    return devices


Device = Annotated[int, Field(ge=0, le=1023)]
Devices = Annotated[list[Device], Field(min_length=1, max_length=64), AfterValidator(_each_once)]
CacheSize = Annotated[float, Field(gt=0, le=100_000)] | Literal["none"]


class MachineParams(Section):
    """The devices and processes of this machine, and of others beside it."""

    KEY = "machine"

    accelerator: Literal["auto", "cpu", "gpu", "cuda", "mps", "tpu"] = "auto"
    devices: Annotated[int, Field(ge=1, le=64)] | Devices | Literal["auto", -1] = 1  # how many, or which
    num_nodes: Annotated[int, Field(ge=1, le=1024)] = 1  # machines with so many devices each, for one training
    strategy: Literal["auto", "ddp"] = "auto"  # how several devices share a training
    engine: Literal["local", "ray"] = "local"  # this machine's processors, or all that Ray has
    workers: Annotated[int, Field(ge=0, le=256)] | Literal["auto"] = "auto"  # processes that prepare batches
    cache: CacheSize = 10.0  # GB of faces and trainings that all checkouts share

    @property
    def for_single_pictures(self) -> str:
        """The accelerator for work that goes picture by picture: under Ray processors, of which there are many."""
        return "cpu" if self.engine == "ray" else self.accelerator


DEFAULT = MachineParams(cache="none")
