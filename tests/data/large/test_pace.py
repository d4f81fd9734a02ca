"""What is left is told by the pace of the work itself."""

from lmm_data.large import pace
from lmm_data.large.pace import Pace


def test_it_counts_from_the_first_step_and_says_nothing_too_soon(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    found = Pace()
    assert found.left(0.0) == ""
    # Half a minute went into what is no part of the work.
    for at, share, said in (
        (130.0, 0.1, ""),
        (130.5, 0.15, ""),
        (132.0, 0.1, ""),
        (134.0, 0.3, "14 seconds left"),
        (140.0, 0.9, "1 second left"),
        (141.0, 1.0, ""),
    ):
        now[0] = at
        assert found.left(share) == said
