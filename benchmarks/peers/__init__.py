"""facevalue against what one would otherwise write: `make bench`. Each side in processes of its own, in turn."""
