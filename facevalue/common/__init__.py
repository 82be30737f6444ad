"""What every package may use: errors, files, pictures, the catalogue, the methods' names, how parameters are read."""
