"""How the methods do on kinds of fakes that their networks have not seen."""
