"""Would it come out the same again? What new trainings, and new pictures, would make of a comparison."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from facevalue.common.methods import METHODS
from facevalue.statistics.trainings import Trainings


class Scatter(NamedTuple):
    """Standard deviations: among trainings, beyond what the pictures make it, and of one training on other pictures."""

    trainings: float
    pictures: float


@dataclass(frozen=True)
class Again:
    """Two methods with several trainings each, of the names `first` and `second`.

    Attributes:
        scatter: of each method, by its name.
        difference: of second minus first in one pair of trainings.
        wins: chance that the method with the higher mean is ahead in a new pair of trainings, on pictures without
            number; None where trainings are too few to tell, or scatter no more than the pictures make them.
        pictures_needed: to show the difference with 80 % power, with as many trainings; None: no number would.
        trainings_needed: of each, on these pictures; None: no number would.
    """

    scatter: dict[str, Scatter]
    difference: Scatter
    ahead: str
    wins: float | None
    pictures_needed: int | None
    trainings_needed: int | None

    @classmethod
    def of(
        cls, measured: Trainings, columns: tuple[int, int], pictures: int, names: Sequence[str] = METHODS
    ) -> "Again":
        """From a measure on so many pictures, whose columns have these names."""
        first, second = columns
        own = {
            names[column]: Scatter(measured.scatter(column), math.sqrt(max(measured.components(column).variance, 0.0)))
            for column in columns
        }
        found = measured.components(first, second)
        of_pictures = math.sqrt(max(2 * (found.variance - found.same_training), 0.0))
        foreseen = measured.foreseen(first, second)
        times = foreseen.pictures_needed
        return cls(
            scatter=own,
            difference=Scatter(measured.scatter_of_difference(first, second), of_pictures),
            ahead=names[second if foreseen.value > 0 else first],
            wins=measured.wins(first, second),
            pictures_needed=None if times is None else math.ceil(pictures * times),
            trainings_needed=foreseen.trainings_needed,
        )

    @property
    def sentences(self) -> list[str]:
        """How far trainings and pictures scatter, and who would win again, in words."""
        (first, of_first), (second, of_second) = self.scatter.items()
        said = [
            "Beyond what the pictures make it, the AUC scatters between trainings by "
            f"{of_second.trainings:.3f} ({second}) and {of_first.trainings:.3f} ({first}), "
            f"between draws of pictures by {of_second.pictures:.3f} and {of_first.pictures:.3f}."
        ]
        if self.wins is not None:
            said.append(
                f"In {self.wins_in_words} new pairs of trainings {self.ahead} would be ahead, were the pictures many."
            )
        return said

    @property
    def wins_in_words(self) -> str:
        """`wins` as a share of a hundred, never all of them."""
        return "more than 99 of 100" if self.wins_of_100 == 100 else f"{self.wins_of_100} of 100"

    @property
    def wins_of_100(self) -> int | None:
        """`wins` as a count."""
        return None if self.wins is None else round(100 * self.wins)

    def to_metrics(self) -> dict[str, object]:
        """Plain values for JSON."""
        scatter = {name: each._asdict() for name, each in {**self.scatter, "difference": self.difference}.items()}
        return {
            "scatter": scatter,
            "ahead": self.ahead,
            "wins_of_100": self.wins_of_100,
            "pictures_needed": self.pictures_needed,
            "trainings_needed": self.trainings_needed,
        }
