"""What `python -m facevalue` can do: a module per command."""
