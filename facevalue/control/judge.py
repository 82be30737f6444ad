"""What remains of the face's lead over a square of its size that was placed at random."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from facevalue.common import catalogue
from facevalue.evaluating import pairing
from facevalue.evaluating.evaluation import group_names
from facevalue.evaluating.folds import joined
from facevalue.evaluating.verdict import NEITHER, Comparison, better, compare, given, metrics
from facevalue.statistics.intervals import Estimate, flat
from facevalue.statistics.panel import Panel
from facevalue.statistics.thresholds import HALF

NOTHING = "no control, control is none"
SQUARE = "square"
COLUMNS = ("full", "crop", SQUARE)
WEAK = 0.5  # of the face's square: from here on the other shows more of it than it leaves out


@dataclass(frozen=True, eq=False)
class Found:
    """Three methods on the test pictures that all trainings of all three have scored.

    The comparisons are by AUC, and None where there is none.

    Attributes:
        face: of the square and the face, `crop`.
        magnified: of the whole picture, `full`, and the square.
        auc: of the square.
        shared: how much of the face's square it covers, in the mean over these pictures; 0 to 1.
        pictures: how many they are.
        trainings: of each method.
        given: what the intervals hold fixed, as the verdict says it.
        matched: whether the whole picture's network sees the face as large as the face's own does.
    """

    face: Comparison | None
    magnified: Comparison | None
    auc: Estimate | None
    shared: float
    pictures: int
    trainings: int
    given: str
    matched: bool

    @property
    def remains(self) -> str:
        """For the end of a verdict: the answer, both AUCs, and what that leaves of the face's."""
        return (
            f"{self._what}, {self.face.answer}: AUC {self.face.values}; {self._remains}" if self.face else self.sentence
        )

    @property
    def sentence(self) -> str:
        """All of it in words."""
        if self.face is None or self.magnified is None:
            return f"{self._what}: no AUC"
        said = [
            f"{where}, {each.answer}: AUC {each.values}, {each.facts}"
            for where, each in ((self._what, self.face), ("and it against the whole picture", self.magnified))
        ]
        claimed = f"; {self.face.claims_nothing}" if self.face.too_few else ""
        return f"{'; '.join(said)}{self.given}: {self._remains}{claimed}"

    @property
    def _what(self) -> str:
        weak = ", so this control is a weak one" if self.shared >= WEAK else ""
        return f"against a square as large at a random place ({100 * self.shared:.0f} % of the face's is in it{weak})"

    @property
    def _remains(self) -> str:
        assert self.face
        assert self.magnified
        if self.face.answer == better("crop"):
            return "the face tells more than another part of its size"
        if self.face.answer == better(SQUARE):
            return "another part of its size tells more than the face"
        if self.magnified.answer == better(SQUARE) and not self.matched:
            return "a part of the picture seen larger wins too, and resolution alone may account for what the face wins"
        return "that the face tells more than another part of its size is not shown"

    def row(self) -> dict[str, float | None]:
        """The flat numbers of the square's networks."""
        return {**flat("auc", self.auc), "pictures": self.pictures, "trainings": self.trainings}

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "answer": self.face.answer if self.face else NEITHER,
            "against_square": metrics(self.face),
            "square_against_full": metrics(self.magnified),
            "shared": self.shared,
            "pictures": self.pictures,
            "trainings": self.trainings,
            "sentence": self.sentence,
            "remains": self.remains,
        }


def with_square(test: pd.DataFrame, squares: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """Of pictures that `pairing.pair` gives what the square's network says too, `logit_square`, and `shared`.

    Args:
        test: the pictures.
        squares: `picture` and `logit`, of a picture with a face each.
        shared: `picture` and `shared`: how much of the face's square the other covers, 0 to 1.
    """
    logits = squares[["picture", "logit"]].rename(columns={"logit": f"logit_{SQUARE}"})
    return test.merge(logits, on="picture", validate="one_to_one").merge(shared, on="picture", validate="one_to_one")


def judge(tests: Sequence[Sequence[pd.DataFrame]], pool: int | None = None, matched: bool = False) -> Found:
    """Compare them.

    Args:
        tests: of every repeat's every fold, its test part as `with_square` gives it.
        pool: from how many pictures each training draws; None where it is not known.
        matched: whether Method 1's input side is such that it sees the median face as large as Method 2 does.
    """
    tables = pairing.aligned(joined(tests))
    logits = np.stack([table[[f"logit_{name}" for name in COLUMNS]].to_numpy(float) for table in tables], axis=-1)
    finite = np.asarray(np.isfinite(logits).all(axis=(1, 2)))
    pictures, folds = tables[0][finite], np.column_stack([table["fold"][finite] for table in tables])
    of_methods = list(np.moveaxis(logits[finite], 1, 0))
    panel = Panel.of(catalogue.targets(pictures["label"]), of_methods, [HALF] * 3, group_names(pictures), folds)
    auc = panel.auc()
    return Found(
        face=compare(auc, SQUARE, "crop", panel, COLUMNS),
        magnified=compare(auc, "full", SQUARE, panel, COLUMNS),
        auc=auc.estimate(COLUMNS.index(SQUARE)) if auc else None,
        shared=float(pictures["shared"].mean()) if len(pictures) else 0.0,
        pictures=panel.pictures,
        trainings=panel.trainings,
        given=given(panel, pool),
        matched=matched,
    )
