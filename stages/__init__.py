"""The pipeline's nodes: one short script each, run by DVC as `python -m stages.NAME` from the project's root."""

import os

# Before torch is loaded. Its threads otherwise spin while they wait, and two experiments side by side
# (`dvc queue start -j 2`) then take four times as long as one.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
