"""By how much two methods differ."""

from facevalue.judging.scores import Scores


def differences(full: Scores, crop: Scores) -> dict[str, float | None]:
    """Crop minus full, per measure and under its name; `None` where either is undefined."""
    crop_metrics = crop.to_metrics()
    return {name: _difference(value, crop_metrics[name]) for name, value in full.to_metrics().items()}


def _difference(full: float | None, crop: float | None) -> float | None:
    return None if full is None or crop is None else crop - full
