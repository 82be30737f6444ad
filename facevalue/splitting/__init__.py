"""Train, validation and test: assigned anew, per fold, or as the dataset says; no group on two sides."""
