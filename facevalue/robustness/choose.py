"""On which test pictures the methods are scored again: every one costs as much as some twenty do in `evaluate`."""

from collections.abc import Sequence

import pandas as pd

from facevalue.common.catalogue import nested_order


def at_most(tests: Sequence[pd.DataFrame], most: int) -> list[pd.DataFrame]:
    """The test pictures of every fold, or `most` of all folds' together.

    They are drawn in the proportions of labels and kinds, by their paths alone; those for a smaller number are among
    them.

    Args:
        tests: of each fold: `path`, which no two share, `label` and `kind`.
        most: how many, at the most.
    """
    drawn = nested_order(pd.concat(tests), ["label", "kind"], seed=0)["path"].head(most)
    return [test[test["path"].isin(drawn)] for test in tests]
