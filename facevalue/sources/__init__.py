"""What users have on their disks: a module per layout, a CSV, videos; recognised by structure."""
