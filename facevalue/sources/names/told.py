"""What names say where a layout says nothing: which pictures are frames of one video, which fakes are of which real.

A leak that is not seen is worse than a group that is too large: a wrong group costs precision, a missed one the result.
So what can be read as a tie is read as one, and a remark says so; a user who knows better writes a CSV.
"""

from facevalue.sources.base import Reading
from facevalue.sources.names.frames import with_videos
from facevalue.sources.names.identities import with_identities, with_people


def read_names(reading: Reading) -> Reading:
    """A reading with the videos and identities that the names in its paths tell; given ones stay as they are.

    A folder that holds the frames of a video is no kind.
    """
    rows = reading.rows.reset_index(drop=True)
    if rows.empty or "identities" in rows:
        return reading
    remarks: tuple[str, ...] = ()
    if "video" not in rows:
        rows, remarks = with_videos(rows)
    rows, people = with_people(rows)
    rows, tied = with_identities(rows)
    return Reading(rows.drop(columns="person"), reading.remarks + remarks + people + tied)
