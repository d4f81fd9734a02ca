"""What the server keeps is limited by bytes, and computed once for all who want it."""

import gc
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from lmm_app.session import keep
from lmm_app.session.once import Once
from lmm_app.session.shelf import MB, Shelf, shelf, shelves, size_of
from lmm_app.shell.away import ROOM
from lmm_app.sources.sources import Simulation


@dataclass(frozen=True, eq=False, weakref_slot=True, slots=True)
class Heavy:
    values: np.ndarray


def heavy(megabytes=1):
    return Heavy(np.zeros(megabytes * MB // 8))


def counted(most, make=heavy):
    asked = []

    @shelf(most)
    def found(key: str, _size: int = 1) -> Heavy:
        asked.append(key)
        return make(_size)

    return found, asked


def test_the_longest_unused_goes_when_the_bytes_are_full():
    found, asked = counted(3.5)
    for key in "abcad":
        found(key)
    assert len(found) == 3
    assert found.size <= 3.5 * MB
    gc.collect()
    for key in "acd":
        found(key)
    assert asked == ["a", "b", "c", "d"]
    found("b")
    assert asked[-1] == "b"


def test_what_is_larger_than_all_stays_until_the_next():
    found, asked = counted(2)
    found("a", 5)
    found("a", 5)
    assert asked == ["a"]
    found("b", 1)
    assert len(found) == 1


def test_what_a_session_holds_is_not_computed_again():
    found, asked = counted(1.5)
    held = found("a")
    found("b")
    assert len(found) == 1
    assert found("a") is held
    assert asked == ["a", "b"]


def test_a_result_that_comes_later_counts_when_it_is_there():
    @shelf(2.5)
    def place(key: str) -> Once:
        return Once()

    for key in "abcd":
        place(key).get(heavy)
        # At once, and not when the next comes.
        assert place.size <= 2.5 * MB
    assert len(place) == 2
    assert place.size > 2 * MB
    # Who had a place that has gone, and fills it late, puts nobody else out.
    late = place("e")
    for key in "fgh":
        place(key).get(heavy)
    late.get(heavy)
    assert len(place) == 2
    assert place.size > 2 * MB


def test_what_came_while_another_place_was_made_counts_too():
    there = Once()
    there.get(heavy)

    @shelf(2.5)
    def place(key: str) -> Once:
        return there

    place("a")
    assert place.size > MB


def test_a_place_and_its_shelf_do_not_hold_each_other():
    @shelf(2.5)
    def place(key: str) -> Once:
        return Once()

    gc.collect()
    gc.disable()
    try:
        filled = weakref.ref(place("a").get(heavy))
        place.clear()
        assert filled() is None
    finally:
        gc.enable()


def test_who_only_asks_how_much_there_is_measures_nothing(monkeypatch):
    @shelf(3.5)
    def place(key: str) -> Once:
        return Once()

    for key in "ab":
        place(key).get(heavy)
    # As long as it is empty its size may change, and each look at it would be a measurement.
    place("c")
    monkeypatch.setattr("lmm_app.session.shelf.size_of", None)
    assert 2 * MB < place.size < 2.1 * MB


def test_a_shelf_is_found_by_its_name():
    found, _ = counted(3.5)
    assert found in shelves()
    assert found.name == "tests.app.session.test_shelf.counted.<locals>.found"
    kept = {one.name: one for one in shelves() if one.name.startswith("lmm_app")}
    assert kept["lmm_app.session.keep._fitted"].most == 240 * MB


def test_nothing_is_a_result_too():
    asked = []

    @shelf(1)
    def found(key: str) -> None:
        asked.append(key)

    found("a")
    found("a")
    assert asked == ["a"]


def test_a_failure_is_tried_again():
    outcomes = iter([ValueError("no"), None])

    @shelf(1)
    def found(key: str) -> str:
        if outcome := next(outcomes):
            raise outcome
        return "yes"

    with pytest.raises(ValueError, match="no"):
        found("a")
    assert found("a") == "yes"


def test_many_who_ask_at_once_wait_for_one():
    def slowly(size):
        time.sleep(0.05)
        return heavy(size)

    found, asked = counted(10, slowly)
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: id(found("a")), range(8)))
    assert len(results) == len(asked) == 1


def test_a_size_counts_each_array_once_and_a_part_as_its_whole():
    values = np.zeros(1000)
    assert size_of(values) == 8000
    assert 8000 <= size_of((values, values[:10], {"a": values})) < 9000
    assert size_of(Heavy(values)) >= 8000
    assert size_of(b"x" * 500) == 500


def test_a_fit_is_as_large_as_its_matrices():
    opened = keep.opened(Simulation(n=300, seed=3))
    data = opened.dataset
    shown = keep.fitted(data.problem(data.traits.columns[0], data.covariates.columns))
    matrices = 2 * 8 * 300**2
    assert matrices <= size_of(shown) < 1.5 * matrices
    assert size_of(opened) >= matrices / 2


def test_all_shelves_together_leave_room_for_sessions_and_a_class_fits():
    """K and its decomposition stand on three of them, which are the same arrays."""
    own = {name: one for name, one in vars(keep).items() if isinstance(one, Shelf)}
    assert len(own) == 9
    assert set(own.values()) == {one for one in shelves() if one.name.startswith("lmm_app")}
    largest = {name: one.most / MB for name, one in own.items()}
    shared = largest["_opened"] + largest["decomposition"]
    assert sum(largest.values()) - shared < ROOM - 100
    # Sixty with data of 300 individuals of their own, 16 n² bytes each.
    assert 60 * 16 * 300**2 / MB < largest["_fitted"] / 2
