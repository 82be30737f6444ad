"""Show the worst errors, where both networks looked, and how the scores spread."""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from facevalue.common import catalogue, files
from facevalue.common.methods import NAMES, TRAINED, TrainedMethod
from facevalue.common.stored import stored
from facevalue.drawing import charts
from facevalue.explaining import choose
from facevalue.explaining.attention_sheet import Explained, View, draw_attention
from facevalue.explaining.error_grid import Grid, Mistake, draw_errors
from stages.shared import paths, shell

SEEN: dict[TrainedMethod, str] = {"full": "picture", "crop": "path"}  # the column that names what a method saw
SQUARE = ["square_left", "square_top", "square_side"]

Maps = dict[str, NDArray[Any] | None]  # by the name of the picture


def explain() -> str:
    """Write `plots/errors.jpg`, `plots/attention.jpg` and `plots/histograms.svg`."""
    scores = catalogue.read(paths.TABLES / "scores.csv")
    crops = catalogue.read(paths.CROPPED / catalogue.FILE_NAME)
    tested = scores.merge(crops[["picture", "path", *SQUARE]], on="picture", validate="one_to_one")
    errors = {method: choose.errors(tested, method) for method in TRAINED}
    with files.replacing_file(paths.PLOTS / "errors.jpg") as partial:
        grids = (grid(method, errors[method], len(tested)) for method in TRAINED)
        draw_errors(grids).save(partial, format="JPEG", quality=85)
    failed, right = choose.most_confident_errors(tested, 4), choose.successes(tested, 6)
    maps = {method: attention(method, pd.concat([failed, right])["picture"]) for method in TRAINED}
    with files.replacing_file(paths.PLOTS / "attention.jpg") as partial:
        draw_attention(explained(failed, maps), explained(right, maps)).save(partial, format="JPEG", quality=85)
    with files.replacing_file(paths.PLOTS / "histograms.svg") as partial:
        partial.write_text(charts.histograms(scores), encoding="utf-8")
    return "; ".join(f"{NAMES[method]}: {len(errors[method])} of {len(tested)} wrong" for method in TRAINED)


def grid(method: TrainedMethod, errors: pd.DataFrame, pictures: int) -> Grid:
    """The worst eight; read one at a time, since strangers' pictures may be large."""
    worst = errors.head(8).to_dict("records")
    shown = (Mistake(saw(method, row), row["label"], row["kind"], row[method]) for row in worst)
    return Grid(NAMES[method], shown, len(errors), pictures)


def explained(chosen: pd.DataFrame, maps: dict[TrainedMethod, Maps]) -> Iterator[Explained]:
    """What both methods saw and said of each picture, with the maps of their networks."""
    for row in chosen.to_dict("records"):
        full, crop = (
            View(saw(method, row), maps[method][row["picture"]], row[method], row[f"called_{method}"])
            for method in TRAINED
        )
        yield Explained(row["label"], row["kind"], full, crop, tuple(row[edge] for edge in SQUARE))


def attention(method: TrainedMethod, pictures: pd.Series) -> Maps:
    """Where the first repeat's network looked that had each picture among its test pictures."""
    from facevalue.explaining.gradcam import attention  # late: torch takes seconds

    maps: Maps = {}
    splits, models = (paths.trainings(folder)[0] for folder in (paths.SPLITS[method], paths.model(method)))
    for split, model in zip(splits, models, strict=True):
        test = catalogue.read(split / "test.csv")
        test = test[test[paths.KEY[method]].isin(pictures)]
        seen = (picture.read() for picture in stored(paths.PICTURES[method], test["path"]))
        maps |= dict(zip(test[paths.KEY[method]], attention(model, seen), strict=True))
    return maps


def saw(method: TrainedMethod, row: dict[Hashable, Any]) -> NDArray[Any]:
    """What a method saw of a picture."""
    return stored(paths.PICTURES[method], [row[SEEN[method]]])[0].read()


if __name__ == "__main__":
    shell.run("explain", explain)
