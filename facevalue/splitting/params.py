"""The section `split`."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from facevalue.common.params import Fraction, Section, Seed


class SplitParams(Section):
    """Which share of the pictures validates and which tests."""

    KEY = "split"

    val: Fraction
    test: Fraction  # of no account where there are folds
    folds: Annotated[int, Field(ge=1, le=50)]  # from 2 on, every picture is tested once
    repeats: Annotated[int, Field(ge=1, le=99)]  # trainings of each method, or cross-fittings where there are folds
    swaps: Literal["join", "by_target", "leave_out"]  # what a fake that shows two identities does to their groups
    near_duplicates: Literal["join", "ignore"]  # whether pictures that look alike share a group
    official: Literal["auto"] | bool  # whether the dataset's own split is used; auto: where there is one
    unseen: Literal["none", "by_kind"]  # by_kind: for each kind of fakes, trainings that have seen none of it
    seed: Seed

    @model_validator(mode="after")
    def _leave_some_for_training(self) -> Self:
        tested = self.test if self.folds == 1 else 1 / self.folds
        if self.val + tested >= 1:
            name = "split.test" if self.folds == 1 else f"1 / {self.folds} (split.folds)"
            rule = "it must be below 1, the rest is for training"
            raise ValueError(f"split.val + {name} is {self.val + tested:g}; {rule}")
        return self

    @model_validator(mode="after")
    def _nothing_left_out_of_an_official_split(self) -> Self:
        if self.swaps == "leave_out" and self.official is True:
            raise ValueError(
                "split.swaps is leave_out, and split.official is true; what is to be left out, a new division decides. "
                "Set split.swaps to join or by_target, or split.official to false"
            )
        return self

    @model_validator(mode="after")
    def _one_official_split(self) -> Self:
        if self.folds > 1 and self.official is True:
            raise ValueError(
                f"split.official is true, and split.folds is {self.folds}; a dataset's own split is one split. "
                "Set split.folds to 1, or split.official to false"
            )
        return self

    @model_validator(mode="after")
    def _kinds_or_folds(self) -> Self:
        if self.folds > 1 and self.unseen == "by_kind":
            raise ValueError(
                f"split.unseen is by_kind, and split.folds is {self.folds}; a kind is left out where one test part "
                "is. Set split.folds to 1, or split.unseen to none"
            )
        return self
