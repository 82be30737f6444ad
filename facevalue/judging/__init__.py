"""Any two detectors, by a table of their scores: the verdict that the pipeline gives of its own."""
