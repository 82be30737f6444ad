"""What the face's method is worth beside a control: a square of its size that shows something else."""
