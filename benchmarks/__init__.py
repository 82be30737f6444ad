"""What facevalue costs, how it fares beside its peers, how far its statistics can be trusted; for anyone to run."""
