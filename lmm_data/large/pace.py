"""How long the rest of long work will take, by how fast it has gone so far."""

import time

from lmm_data.checks.cost import duration

# Sooner, in seconds, the pace tells nothing of the rest.
SURE = 1.0


class Pace:
    """The pace of work from its first step on: what came before, as reading, is no part of it."""

    def __init__(self) -> None:
        self.first: tuple[float, float] | None = None

    def left(self, share: float) -> str:
        """What is left at this share of it, such as “8 seconds left”; "" while that is unknown."""
        now = time.monotonic()
        if not 0.0 < share < 1.0:
            return ""
        if self.first is None:
            self.first = now, share
        start, before = self.first
        took, done = now - start, share - before
        if took < SURE or done <= 0.0:
            return ""
        return f"{duration(took * (1.0 - share) / done)} left"
