"""Pairs of measurements, each in a fresh process with default threads."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from benchmarks.machine import ROOT
from benchmarks.peers.rows import Row

Outcome = dict[str, float]


@dataclass(frozen=True)
class Result:
    """A row's pairs, ours and the peer's, and how far both agree where that is a measurement of its own."""

    row: Row
    ours: list[Outcome]
    peer: list[Outcome]
    agreement: Outcome

    @property
    def ratios(self) -> list[float]:
        """Of our pictures a second to the peer's, pair by pair."""
        return [_speed(ours) / _speed(peer) for ours, peer in zip(self.ours, self.peer, strict=True)]

    @property
    def speeds(self) -> tuple[float, float]:
        """Medians of pictures a second: ours, the peer's."""
        return median(map(_speed, self.ours)), median(map(_speed, self.peer))

    @property
    def aucs(self) -> tuple[float, float] | None:
        """Means of the validation AUC, ours and the peer's, where networks were trained."""
        if "auc" not in self.ours[0]:
            return None
        return fmean(one["auc"] for one in self.ours), fmean(one["auc"] for one in self.peer)


def compare(row: Row, project: Path, pairs: int) -> Result:
    """Measure both sides in turn; which of them is first changes from pair to pair."""
    outcomes: dict[str, list[Outcome]] = {"peer": [], "ours": []}
    for pair in range(pairs):
        for side in ("peer", "ours") if pair % 2 == 0 else ("ours", "peer"):
            outcomes[side].append(measure(row, project, side))
    agreement = measure(row, project, "agreement") if row.agreement else {}
    return Result(row, outcomes["ours"], outcomes["peer"], agreement)


def measure(row: Row, project: Path, side: str) -> Outcome:
    """What one side prints as its last line."""
    command = [sys.executable, "-m", f"benchmarks.peers.{row.module}", side, row.variant]
    done = subprocess.run(command, cwd=project, env=environment(), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    outcome: Outcome = json.loads(done.stdout.splitlines()[-1])
    print(f"{row.name}, {side}: {json.dumps(outcome)}", file=sys.stderr, flush=True)
    return outcome


def environment() -> dict[str, str]:
    """This one's, with this checkout's code and with threads as they are when nobody chooses."""
    chosen = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OMP_WAIT_POLICY")
    kept = {name: value for name, value in os.environ.items() if name not in chosen}
    return kept | {"PYTHONPATH": str(ROOT), "NO_ALBUMENTATIONS_UPDATE": "1"}


def _speed(outcome: Outcome) -> float:
    return outcome["pictures"] / outcome["seconds"]
