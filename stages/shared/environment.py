"""What must be so before a stage imports anything else."""

import importlib.util
import os
import sys
from types import TracebackType


def _in_one_line(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Of an interrupt before a stage has begun, while it still imports, one line instead of where it struck."""
    if issubclass(kind, KeyboardInterrupt):
        print("interrupted before the stage began; the next run starts it afresh.", file=sys.stderr, flush=True)
    else:
        sys.__excepthook__(kind, error, traceback)


sys.excepthook = _in_one_line

from facevalue.common import memory  # noqa: E402  # it may be interrupted, too
from stages.shared.alone import end_with_dvc  # noqa: E402

if importlib.util.find_spec("pandas") is None:
    sys.exit(f"{sys.executable} lacks the project's packages: run `. .venv/bin/activate` first (and `make`, once).")

# Before torch is loaded. Its threads otherwise spin while they wait, and two experiments side by side
# (`dvc queue start -j 2`) then take four times as long as one.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
memory.keep_freed()
end_with_dvc()
