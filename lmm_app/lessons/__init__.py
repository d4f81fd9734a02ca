"""The lesson as data: what there is to learn, on which dataset, and how each claim is checked."""
