"""What facevalue costs and how far its statistics can be trusted; scripts that anyone can run."""
