"""A room: a class that estimates one true h at once, each on data of its own."""
