"""A page to print or to hand out: one file that needs nothing else; no interface."""
