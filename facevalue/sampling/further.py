"""What a user's table tells of the sampled pictures beside what every stage reads."""

import pandas as pd


def inherited(pictures: pd.DataFrame, further: pd.DataFrame) -> pd.DataFrame:
    """The further columns, a row per sampled picture; a frame of a video file has those of its video.

    Where there are none there is no row either: just `path`.

    Args:
        pictures: the sample's catalogue, with `source`.
        further: `path` in the source, and the columns.
    """
    if len(further.columns) == 1:
        return further[:0]
    told = further.set_index("path").reindex(pictures["source"], fill_value="")
    return told.set_axis(pictures["path"]).rename_axis("path").reset_index()
