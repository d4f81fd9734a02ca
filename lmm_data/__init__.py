"""From files to a dataset that is joined by id, and what is odd about it."""
