"""How good a detector is, and whether one is better than the other: numbers from labels and logits, no pictures."""
