"""Where the pictures lie: the keys at the top of `params.yaml`."""

from typing import Literal

from facevalue.common.params import Excerpt, Name

# `sources.read.NAMES`, spelled out, so that reading parameters loads no reader
Layout = Literal["auto", "csv", "ff++", "celeb-df", "dfdc", "ciplab", "dffd", "splits", "generators", "folders"]


class SourceParams(Excerpt):
    """The pictures that a sample is drawn from."""

    KEY = ""

    source: Name  # a folder or a CSV
    layout: Layout
