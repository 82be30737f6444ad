"""The page: what both methods say of pictures that a browser on this machine hands over."""
