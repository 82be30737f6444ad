"""Where the pictures lie: the keys at the top of `params.yaml`."""

from typing import Literal

from facevalue.common.params import Excerpt, Place

# `sources.read.NAMES`, spelled out, so that reading parameters loads no reader
# fmt: off
Layout = Literal[
    "auto", "csv", "imagefolder", "parquet", "deepfakebench", "ff++", "celeb-df", "dfdc", "wilddeepfake",
    "ciplab", "dffd", "splits", "generators", "folders",
]
# fmt: on


class SourceParams(Excerpt):
    """The pictures that a sample is drawn from."""

    KEY = ""

    source: Place
    layout: Layout
