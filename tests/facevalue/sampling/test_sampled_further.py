import pandas as pd

from facevalue.sampling.further import inherited

SAMPLED = pd.DataFrame(
    {
        "path": ["fake/b-1.png", "fake/c-2.00001.png", "fake/c-2.00002.png", "real/a-3.png"],
        "source": ["b.png", "c.mp4", "c.mp4", "a.png"],
    }
)


def test_a_row_per_sampled_picture_and_frames_have_those_of_their_video() -> None:
    further = pd.DataFrame(
        {"path": ["a.png", "b.png", "c.mp4", "d.png"], "age": ["31", "", "07", "4"], "source": ["web", "tv", "x", "y"]}
    )
    found = inherited(SAMPLED, further)
    assert found.to_dict("list") == {
        "path": SAMPLED["path"].tolist(),
        "age": ["", "07", "07", "31"],
        "source": ["tv", "x", "x", "web"],
    }


def test_without_further_columns_there_is_the_header_alone() -> None:
    found = inherited(SAMPLED, pd.DataFrame({"path": ["a.png", "b.png", "c.mp4"]}))
    assert (list(found), len(found)) == (["path"], 0)
