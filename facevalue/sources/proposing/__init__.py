"""A CSV for a folder that no layout fits: guessed from tables, folders and names, for a user to correct."""
