"""Check the whole of `params.yaml`, and that what it names is there, before any stage has removed what it made."""

from facevalue.checking import parameters, places
from facevalue.common import files
from stages.shared import paths, shell


def check() -> str:
    """Write `data/checked`.

    It is always the same, so a good edit reruns only what reads the changed key; and it is written first, because DVC
    has taken it away: a bad edit then leaves every output of the pipeline where it was.
    """
    with files.replacing_file(paths.CHECKED) as partial:
        partial.write_text("The parameters are checked before the first picture is read.\n", encoding="utf-8")
    parameters.check(paths.PARAMS)
    places.check(paths.PARAMS)
    return f"{paths.PARAMS} is in order"


if __name__ == "__main__":
    shell.run("check", check)
