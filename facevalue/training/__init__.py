"""Lightning on timm: from pictures and their split to a saved network and its curves."""
