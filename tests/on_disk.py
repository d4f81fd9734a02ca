"""Genotypes that are handed out a block at a time."""


class OnDisk:
    """An array that notes which markers were asked for."""

    def __init__(self, values):
        self.values, self.shape, self.asked = values, values.shape, []

    def __getitem__(self, key):
        self.asked.append(key[1])
        return self.values[key]
