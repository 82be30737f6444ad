"""Where work is done: by this machine's processors, or by all that Ray has."""

from collections.abc import Callable, Generator, Iterable
from importlib.util import find_spec

from facevalue.common import on_ray, parallel
from facevalue.common.errors import ParameterError
from facevalue.common.machine import DEFAULT, MachineParams
from facevalue.common.parallel import Item, Result


def ordered_map(
    work: Callable[[Item], Result], items: Iterable[Item], machine: MachineParams = DEFAULT, together: int = 16
) -> Generator[Result, None, None]:
    """`parallel.ordered_map` on the engine that `machine` names; each item is computed in one thread.

    Args:
        work: what is done; under Ray it is sent away, once, and so is each item.
        items: what it is done with.
        machine: whose engine it is.
        together: how many items are sent at once.

    Raises:
        EngineError: Ray cannot be reached, or does not compute what this process would.
    """
    if machine.engine == "ray":
        return on_ray.ordered_map(work, items, together)
    return parallel.ordered_map(work, items)


def check(machine: MachineParams, file: str) -> None:
    """Refuse an engine that is not installed, or cannot do what else is asked for.

    Raises:
        ParameterError: with the way out.
    """
    if machine.engine != "ray":
        return
    if find_spec("ray") is None:
        raise ParameterError(f"{file}: machine.engine is ray, and Ray is not installed here. Run `make ray`, once.")
    if machine.num_nodes > 1:
        raise ParameterError(
            f"{file}: machine.engine is ray, and machine.num_nodes {machine.num_nodes}; Ray does each training on one "
            "machine. Set machine.num_nodes to 1, or machine.engine to local."
        )
