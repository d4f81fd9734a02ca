"""What is said of time: the best of several runs, never a single one from a busy moment."""

import numpy as np
import pytest

from lmm_app.explore.clock import Clock
from lmm_app.fit import text, times
from lmm_app.fit.times import Times, best_of, measure_times
from tests.odd_views import view


class Machine:
    """A clock that goes as slowly as it is told, and counts what is run under it."""

    def __init__(self, *seconds):
        self.seconds, self.now, self.runs = list(seconds), 0.0, 0

    def run(self):
        self.now += self.seconds[min(self.runs, len(self.seconds) - 1)]
        self.runs += 1

    def best(self):
        return best_of(self.run, lambda: self.now)


def test_at_least_three_runs_are_made_however_long_they_take():
    slow = Machine(20.0, 30.0, 10.0, 1.0)
    assert slow.best() == 10.0
    assert slow.runs == times.LEAST == 3
    quick = Machine(1e-4)
    assert quick.best() == pytest.approx(1e-4)
    assert quick.runs == times.MOST


def test_a_run_from_a_busy_moment_is_not_what_is_said():
    assert Machine(0.134, 0.0005, 0.0006).best() == pytest.approx(0.0005)


def test_a_later_quiet_moment_puts_a_busy_one_right():
    measured = []

    def measure():
        measured.append(1)
        return Times(0.005, 6e-5, 0.134)

    clock = Clock(measure)
    first = clock.best(Times(np.nan, 7e-5, 0.2))
    assert first == Times(0.005, 6e-5, 0.134)
    assert clock.best(Times(np.nan, 5e-5, 0.0005)) == Times(0.005, 5e-5, 0.0005)
    # And another busy one spoils nothing.
    assert clock.best(Times(np.nan, 1.0, 1.0)) == Times(0.005, 5e-5, 0.0005)
    assert measured == [1]


def test_the_rotation_pays_when_all_that_it_saves_is_more_than_it_cost():
    found = Times(0.0047, 5e-5, 4.1e-4)
    k = found.pays_from
    assert found.decomposition + k * found.weighted < k * found.dense
    assert found.decomposition + (k - 1) * found.weighted >= (k - 1) * found.dense
    assert text.times_sentence(found) == (
        "Decomposition and rotation: 4.7 ms, once. Then 50 µs for each h; without the rotation, "
        f"410 µs. The rotation is faster from {k} values of h on."
    )


def test_without_a_saving_none_is_said():
    found = Times(0.001, 4e-5, 3e-5)
    assert found.pays_from is None
    assert text.times_sentence(found).endswith("With so few individuals it saves no time.")
    assert text.times_sentence(Times(0.001, 4e-5, np.nan)) == ""
    assert text.times_sentence(Times(np.nan, 4e-5, 3e-5)) == ""


def test_the_decomposition_is_counted_and_repeated_unless_it_is_large(monkeypatch):
    shown = view("interior")
    found = measure_times(shown)
    assert found.complete
    assert min(found.decomposition, found.weighted, found.dense) > 0.0
    made = []
    monkeypatch.setattr(times, "best_of", lambda run: made.append(run) or 0.25)
    # However long it took in a busy moment, the time of a small one is that of the best run.
    assert measure_times(shown, decomposed=5.0).decomposition == 0.5
    assert measure_times(shown, decomposed=0.01).decomposition == pytest.approx(0.26)
    assert made.count(shown.problem.decomposed) == 2
    monkeypatch.setattr(times, "REPEATED", shown.problem.n - 1)
    assert measure_times(shown, decomposed=5.0).decomposition == 5.25
    assert made.count(shown.problem.decomposed) == 2
    # Where nothing is known it must be measured.
    assert measure_times(shown).decomposition == 0.5
