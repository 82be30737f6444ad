"""One face per picture: found by a face detector, chosen, cut out as a square."""
