"""What saved networks say of pictures: of a catalogue, or from elsewhere."""
