"""What the test pictures say of the methods: pairing, measures, curves, slices, the verdict."""
