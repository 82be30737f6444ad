"""How the methods hold up on pictures that are worse than those that they were trained on."""
