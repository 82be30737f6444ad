"""Where a method's trainings lie, and what each starts from: repeats, and in each, with cross-fitting, folds.

A folder per repeat, in it one per fold; where there is one of either, it has no folder of its own. So lie the splits,
the networks and their curves.
"""

from pathlib import Path

import numpy as np


def names(repeats: int, folds: int) -> list[list[str]]:
    """The folder of every repeat's every fold, below a method's; `.` is that folder itself."""
    return [
        [(Path(each) / fold).as_posix() for fold in _numbered("fold", folds)] for each in _numbered("repeat", repeats)
    ]


def found(folder: Path) -> list[list[Path]]:
    """The folders that `names` named, as they lie in a method's, in their order."""
    return [sorted(repeat.glob("fold_*")) or [repeat] for repeat in sorted(folder.glob("repeat_*")) or [folder]]


def seed(base: int, repeat: int) -> int:
    """A repeat's own; the first, number 0, has `base` itself."""
    return base if repeat == 0 else int(np.random.SeedSequence([base, repeat]).generate_state(1)[0])


def _numbered(noun: str, count: int) -> list[str]:
    return [f"{noun}_{number:02}" for number in range(1, count + 1)] if count > 1 else ["."]
