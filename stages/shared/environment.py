"""What must be so before a stage imports anything else."""

import importlib.util
import os
import sys

from facevalue.common import memory

if importlib.util.find_spec("pandas") is None:
    sys.exit(f"{sys.executable} lacks the project's packages: run `. .venv/bin/activate` first (and `make`, once).")

# Before torch is loaded. Its threads otherwise spin while they wait, and two experiments side by side
# (`dvc queue start -j 2`) then take four times as long as one.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
memory.keep_freed()
