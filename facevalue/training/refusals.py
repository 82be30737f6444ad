"""What no training can be made of, in words that name the remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
from scmrepo.exceptions import SCMError

from facevalue.common import catalogue
from facevalue.common.errors import TrainingError
from facevalue.training.params import TrainParams


def check_classes(train: pd.DataFrame, val: pd.DataFrame) -> None:
    """Both classes are needed, to learn from and to choose by.

    Raises:
        TrainingError: one is missing.
    """
    for pictures, use in ((train, "training"), (val, "validation")):
        missing = [label for label in catalogue.LABELS if not (pictures["label"] == label).any()]
        if missing:
            raise TrainingError(
                f"None of the {len(pictures)} {use} pictures is {missing[0]}; both classes are needed. "
                "Raise sample.size or change split in params.yaml."
            )


@contextmanager
def explained(params: TrainParams) -> Iterator[None]:
    """Failures of the machine or of a parameter.

    Raises:
        TrainingError: DVCLive cannot use the repository, memory runs out, or a batch is too small.
    """
    try:
        yield
    except SCMError as error:
        raise TrainingError(f"DVCLive cannot use this git repository ({error}); make a first commit.") from error
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else ""
        if "out of memory" in str(error) or "can't allocate memory" in str(error):
            remedy = f"Lower train.batch_size ({params.batch_size}) or train.image_size ({params.image_size})"
        elif "more than 1 value per channel" in str(error):
            remedy = f"Raise train.batch_size ({params.batch_size}); batch norm needs two pictures"
        else:
            raise
        raise TrainingError(f"Training '{params.backbone}' failed ({reason}). {remedy} in params.yaml.") from error
