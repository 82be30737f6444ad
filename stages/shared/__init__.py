"""What the stages share: where their files lie, and how they speak."""
