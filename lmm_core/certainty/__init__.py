"""How sure of the fit: what is left of the data once X is out, and what follows from it."""
