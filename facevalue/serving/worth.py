"""What the networks behind the page are worth, in sentences."""

import json
from pathlib import Path
from typing import Any

from facevalue.common.methods import METHODS, NAMES

UNKNOWN = "What these networks are worth is not known: there is no verdict here; run dvc repro."
CAVEAT = (
    "All this holds for pictures like those, of the same cameras and with fakes made in the same ways. A probability "
    "is what the networks say, not how often they are right on a picture from elsewhere."
)


def sentences(root: Path) -> list[str]:
    """The verdict first, then each method on its own test pictures, then what to beware of."""
    comparison, audit = _values(root, "comparison"), _values(root, "audit")
    if "verdict" not in comparison:
        return [UNKNOWN, CAVEAT]
    verdict = str(comparison["verdict"]["sentence"]).strip()
    measured = [_measured(NAMES[method], _values(root, method)) for method in METHODS]
    warning = str(audit.get("warning") or "").strip()
    return list(filter(None, [f"{verdict.removesuffix('.')}.", *measured, warning, CAVEAT]))


def _measured(name: str, metrics: dict[str, Any]) -> str:
    if metrics.get("auc") is None:
        return ""
    interval = f" ({metrics['auc_low']:.3f} to {metrics['auc_high']:.3f})" if metrics.get("auc_low") is not None else ""
    return f"{name.capitalize()}: AUC {metrics['auc']:.3f}{interval} on {metrics['pictures']:,.0f} test pictures."


def _values(root: Path, name: str) -> dict[str, Any]:
    """A file of `metrics/`, empty where it is not there or is being written."""
    try:
        return dict(json.loads((root / "metrics" / f"{name}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
