"""Where data come from: samples, lessons, simulations, uploads."""
