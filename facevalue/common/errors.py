"""The mistakes a user can meet and mend.

Each message is one line: where, what was found, the rule, the remedy; of a folder that no layout fits, what was found
takes three. A stage prints it and ends with exit code 1. Anything else that goes wrong is a programming error and keeps
its traceback.
"""


class FacevalueError(Exception):
    """A mistake outside the code; its text is one line, rarely three, and says how to mend it."""


class ParameterError(FacevalueError):
    """A key, type or value in a parameter file is wrong."""


class SourceError(FacevalueError):
    """The pictures that `source` names are missing, too few or of one class only."""


class OutputError(FacevalueError):
    """The place where results go cannot be written."""


class PictureError(FacevalueError):
    """One picture cannot be used; the text is a short reason such as `truncated JPEG`."""


class SplitError(FacevalueError):
    """The pictures cannot be divided as asked."""


class DownloadError(FacevalueError):
    """Weights could not be fetched or are not what they should be."""


class TrainingError(FacevalueError):
    """A model cannot be built, trained or loaded as asked."""


class EngineError(FacevalueError):
    """What computes elsewhere cannot be had, or is not as it is here."""
