"""AUC and accuracy of methods on the same pictures: estimates, intervals, tests; numbers alone, nothing of pictures."""
