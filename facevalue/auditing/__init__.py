"""What could make a verdict worthless: files that give the class away, and pictures that stand twice in the sample."""
