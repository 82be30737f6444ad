"""What names and folders tell of videos and identities, where a layout says nothing."""
