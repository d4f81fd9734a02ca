"""What the server keeps is limited by bytes, and computed once for all who want it."""

import gc
import io
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from lmm_app.session import keep
from lmm_app.session.shelf import MB, Shelf, shelves, size_of
from lmm_app.shell.away import ROOM
from lmm_app.sources.opened import Simulation
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files


@dataclass(frozen=True, eq=False, weakref_slot=True, slots=True)
class Heavy:
    values: np.ndarray


def heavy(megabytes=1):
    return Heavy(np.zeros(megabytes * MB // 8))


def counted(most, make=heavy):
    asked, shelf = [], Shelf("counted", megabytes=most)

    @shelf.keeps(lambda key, *_: key)
    def found(key: str, size: int = 1) -> Heavy:
        asked.append(key)
        return make(size)

    return found, shelf, asked


def test_the_longest_unused_goes_when_the_bytes_are_full():
    found, shelf, asked = counted(3.5)
    for key in "abcad":
        found(key)
    assert len(shelf) == 3
    assert shelf.size <= 3.5 * MB
    gc.collect()
    for key in "acd":
        found(key)
    assert asked == ["a", "b", "c", "d"]
    found("b")
    assert asked[-1] == "b"


def test_the_longest_unused_goes_when_there_are_too_many():
    shelf, asked = Shelf("few", entries=2), []
    for key in "abacab":
        shelf.get(key, lambda key=key: asked.append(key) or [key])
    assert asked == ["a", "b", "c", "b"]
    assert len(shelf) == 2


def test_what_is_larger_than_all_stays_until_the_next():
    found, shelf, asked = counted(2)
    found("a", 5)
    found("a", 5)
    assert asked == ["a"]
    found("b", 1)
    assert len(shelf) == 1


def test_what_a_session_holds_is_not_computed_again():
    found, shelf, asked = counted(1.5)
    held = found("a")
    found("b")
    assert len(shelf) == 1
    assert found("a") is held
    assert asked == ["a", "b"]


def test_what_is_still_computed_is_not_put_out_and_counts_when_it_is_there():
    shelf = Shelf("slow", megabytes=2.5)

    def late():
        for key in "abc":
            shelf.get(key, heavy)
            # At once, and not when the next comes.
            assert shelf.size <= 2.5 * MB
        assert len(shelf) == 3
        return heavy()

    shelf.get("late", late)
    assert shelf.known("late") is not None
    assert len(shelf) == 2
    assert shelf.size > 2 * MB


def test_a_result_and_its_shelf_do_not_hold_each_other():
    shelf = Shelf("let go", megabytes=2.5)
    gc.collect()
    gc.disable()
    try:
        filled = weakref.ref(shelf.get("a", heavy))
        shelf.clear()
        assert filled() is None
    finally:
        gc.enable()


def test_who_only_asks_how_much_there_is_measures_nothing(monkeypatch):
    shelf = Shelf("asked", megabytes=3.5)
    for key in "ab":
        shelf.get(key, heavy)
    monkeypatch.setattr("lmm_app.session.shelf.size_of", None)
    assert 2 * MB < shelf.size < 2.1 * MB


def test_a_shelf_is_found_by_its_name():
    _, shelf, _ = counted(3.5)
    assert shelf in shelves()
    kept = {one.name: one for one in shelves()}
    assert kept["fitted"].most == 240 * MB


def test_one_shelf_keeps_apart_what_several_functions_find():
    shelf = Shelf("of two", megabytes=1)
    one, two = (shelf.keeps(lambda key: key)(find) for find in (upper, double))
    assert [one("a"), two("a"), one("a")] == ["A", "aa", "A"]
    assert len(shelf) == 2


def upper(key):
    return key.upper()


def double(key):
    return 2 * key


def test_what_nobody_has_asked_for_is_not_known():
    shelf = Shelf("known", megabytes=1)
    assert shelf.known("a") is None
    shelf.get("a", lambda: "yes")
    assert shelf.known("a") == "yes"


def test_nothing_is_a_result_too():
    asked, shelf = [], Shelf("nothing", megabytes=1)
    for _ in range(2):
        assert shelf.get("a", lambda: asked.append("a")) is None
    assert asked == ["a"]


def test_a_failure_is_tried_again():
    outcomes, shelf = iter([ValueError("no"), None]), Shelf("failing", megabytes=1)

    def found():
        if outcome := next(outcomes):
            raise outcome
        return "yes"

    with pytest.raises(ValueError, match="no"):
        shelf.get("a", found)
    assert shelf.known("a") is None
    assert shelf.get("a", found) == "yes"


def test_failures_take_no_room_from_results():
    shelf = Shelf("failures", entries=2)
    for key in "abc":
        with pytest.raises(ZeroDivisionError):
            shelf.get(key, lambda: 1 // 0)
    for key in "de":
        shelf.get(key, lambda: "yes")
    assert [shelf.known(key) for key in "de"] == ["yes", "yes"]
    assert len(shelf) == 2


def test_many_who_ask_at_once_wait_for_one():
    def slowly(size):
        time.sleep(0.05)
        return heavy(size)

    found, _, asked = counted(10, slowly)
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: id(found("a")), range(8)))
    assert len(results) == len(asked) == 1


def test_a_size_counts_each_array_once_and_a_part_as_its_whole():
    values = np.zeros(1000)
    assert size_of(values) == 8000
    assert 8000 <= size_of((values, values[:10], {"a": values})) < 9000
    assert size_of(Heavy(values)) >= 8000
    assert size_of(b"x" * 500) == 500


def test_a_table_of_numbers_is_weighed_with_its_text_and_without_making_it():
    rows = "".join(f"m{k},{k / 7 - 0.01},{k}\n" for k in range(60_000))
    packed = io.BytesIO()
    columns = {"id": [f"m{k}" for k in range(60_000)], "w": [k / 7 - 0.01 for k in range(60_000)]}
    parquet.write_table(pa.table(columns), packed)
    files = sort_files({"y.csv": f"id,w,n\n{rows}".encode(), "z.parquet": packed.getvalue()})
    text, frame = read_sorted(files)
    column = text.reading.table.column("w")
    assert column.values.nbytes + len(rows) / 3 < size_of(column) < 8 * 60_000 + len(rows)
    shown = frame.reading.table.column("w")
    assert 8 * 60_000 <= size_of(shown) < 9 * 60_000
    assert size_of(files) > len(rows)
    assert (column._made, shown._made, {*files.contents.there}) == (None, None, {"y.csv"})
    list(shown)
    assert size_of(shown) > 16 * 60_000


def test_a_fit_is_as_large_as_its_matrices():
    opened = keep.opened(Simulation(n=300, seed=3))
    data = opened.dataset
    shown = keep.fitted(data.problem(data.traits.columns[0], data.covariates.columns))
    matrices = 2 * 8 * 300**2
    assert matrices <= size_of(shown) < 1.5 * matrices
    assert size_of(opened) >= matrices / 2


def test_all_shelves_together_leave_room_for_sessions_and_a_class_fits():
    """K and its decomposition stand on three of these, which are the same arrays."""
    own = {name: one for name, one in vars(keep).items() if isinstance(one, Shelf)}
    assert len(own) == 7
    largest = {name: one.most / MB for name, one in own.items()}
    shared = largest["OPENED"] + largest["DECOMPOSED"]
    assert sum(largest.values()) - shared < ROOM - 100
    # Sixty with data of 300 individuals of their own, 16 n² bytes each.
    assert 60 * 16 * 300**2 / MB < largest["FITTED"] / 2
