"""Rooms: what is handed in counts once, whoever dies; what is over is gone."""

import multiprocessing
import os
import signal
import sqlite3
import time
from itertools import pairwise

import numpy as np
import pytest

from lmm_app.room import rooms
from lmm_app.room.place import VARIABLE, rooms_file
from lmm_app.room.rooms import (
    GUESSED,
    GUESSING,
    LIFETIME,
    REVEALED,
    ROOMS,
    SEATS,
    Estimate,
    Tally,
)
from lmm_app.room.store import REMEMBERED, Store
from lmm_app.sources.opened import Lesson, Simulation
from lmm_core import LMMError

RECIPE = Simulation("families", 120, 0.35, family_size=4)
FOUND = Estimate(0.4, 0.21, 0.62)
PROCESSES = multiprocessing.get_context("spawn")


class Clock:
    """A time that is set."""

    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    return Store(tmp_path / "rooms.sqlite", clock)


def everything(folder):
    """All bytes of the file and of what stands beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def tally(store, room):
    return Tally.of(store.seats(room.code))


# --- a room and its seats


@pytest.mark.parametrize("recipe", [RECIPE, Lesson("full_sibs"), Simulation(seed=7, qtl=2)])
def test_a_room_is_found_by_its_code_and_led_by_its_key(store, recipe):
    room, key = store.open(recipe)
    assert store.room(room.code) == room == store.check_key(room.code, key)
    assert (room.recipe, room.status) == (recipe, GUESSING)
    other, other_key = store.open(recipe)
    assert len({room.code, other.code, key, other_key, room.of_class, other.of_class}) == 6
    with pytest.raises(LMMError, match="can lead it: the key in this address is another one"):
        store.check_key(room.code, other_key)
    with pytest.raises(LMMError, match="can lead it"):
        store.advance(room.code, "", REVEALED)
    with pytest.raises(LMMError, match="can lead it"):
        store.close(room.code, "é")
    assert store.room(room.code).status == GUESSING


def test_a_code_has_six_letters_that_nobody_takes_for_others():
    codes = {rooms.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {6}
    assert set("".join(codes)) == set(rooms.CODE_LETTERS)
    assert not set(rooms.CODE_LETTERS) & set("0OIL1Z2S5B8UV")
    # As it is typed on a telephone, or read out in two halves.
    assert rooms.tidy_code(" acd-efg ") == rooms.tidy_code("ACD EFG") == "ACDEFG"


@pytest.mark.parametrize("code", ["", "AAAAAA", "' OR 1 --", "A" * 5000])
def test_a_wrong_code_says_so(store, code):
    store.open(RECIPE)
    for act in (store.room, store.join, store.seats):
        with pytest.raises(LMMError, match=r"there is no room “.*”; compare it with the one on"):
            act(code)


def test_a_seat_that_is_loaded_anew_is_the_same(store):
    room, _ = store.open(RECIPE)
    first, second = store.join(room.code), store.join(room.code)
    assert (first.number, second.number) == (1, 2)
    assert len(first.key) == 10
    assert store.seat(room.code, first.key) == first
    other, _ = store.open(RECIPE)
    with pytest.raises(LMMError, match=r"the seat must be one of the room .*by its code alone"):
        store.seat(other.code, first.key)


def test_what_is_handed_in_twice_counts_once_and_the_first_holds(store):
    room, _ = store.open(RECIPE)
    seat = store.join(room.code)
    assert store.guess(room.code, seat.key, 0.6).guess == 0.6
    assert store.guess(room.code, seat.key, 0.1).guess == 0.6
    assert store.hand_in(room.code, seat.key, FOUND).estimate == FOUND
    again = store.hand_in(room.code, seat.key, Estimate(0.9, 0.8, 1.0))
    assert (again.guess, again.estimate) == (0.6, FOUND)
    assert tally(store, room) == Tally(1, 1, 1)
    assert store.seats(room.code) == [again]


@pytest.mark.parametrize("value", [-0.01, 1.01, np.nan, np.inf])
def test_what_is_no_h_is_not_taken(store, value):
    room, _ = store.open(RECIPE)
    seat = store.join(room.code)
    with pytest.raises(LMMError, match="a guess of h must be from 0 to 1: it is"):
        store.guess(room.code, seat.key, value)
    with pytest.raises(LMMError, match="must be from 0 to 1"):
        store.hand_in(room.code, seat.key, Estimate(0.4, 0.2, value))
    assert tally(store, room) == Tally(1, 0, 0)


def test_a_guess_after_the_guesses_are_shown_is_none_and_an_estimate_counts(store):
    room, key = store.open(RECIPE)
    seat = store.join(room.code)
    assert store.advance(room.code, key, GUESSED).status == GUESSED
    assert store.guess(room.code, seat.key, 0.5).guess is None
    assert store.advance(room.code, key, REVEALED).status == REVEALED
    # A second window of the lecturer's that is behind does not take it back.
    assert store.advance(room.code, key, GUESSED).status == REVEALED
    assert store.hand_in(room.code, seat.key, FOUND).estimate == FOUND


# --- ends


def test_a_full_room_says_so(store):
    room, _ = store.open(RECIPE)
    seats = [store.join(room.code) for _ in range(SEATS)]
    assert [seat.number for seat in seats] == list(range(1, SEATS + 1))
    with pytest.raises(LMMError, match=r"a room has 300 seats: all seats of the room .* are taken"):
        store.join(room.code)
    assert store.seat(room.code, seats[0].key) == seats[0]


def test_a_closed_room_is_gone_with_all_that_was_in_it(store, tmp_path):
    room, key = store.open(RECIPE)
    seat = store.join(room.code)
    store.guess(room.code, seat.key, 0.6)
    store.hand_in(room.code, seat.key, FOUND)
    secrets = [text.encode() for text in (seat.key, key, room.of_class, "families")]
    assert all(one in everything(tmp_path) for one in secrets)
    store.close(room.code, key)
    assert not [one for one in secrets if one in everything(tmp_path)]
    assert room.code.encode() in everything(tmp_path)
    for act in (store.room, store.join, store.seats):
        with pytest.raises(LMMError, match="no longer open: the lecturer has closed it, and all"):
            act(room.code)
    with pytest.raises(LMMError, match="no longer open"):
        store.close(room.code, key)


def test_a_room_whose_time_is_over_is_gone_and_says_so_for_a_day(store, clock, tmp_path):
    room, key = store.open(RECIPE)
    seat = store.join(room.code)
    clock.now += LIFETIME - 1.0
    young, _ = store.open(RECIPE)
    assert store.seat(room.code, seat.key) == seat
    clock.now += 1.0
    for act in (store.room, store.join):
        with pytest.raises(LMMError, match="no longer open: its 3 hours are over, and all"):
            act(room.code)
    with pytest.raises(LMMError, match="3 hours are over"):
        store.check_key(room.code, key)
    assert seat.key.encode() not in everything(tmp_path)
    assert key.encode() not in everything(tmp_path)
    assert store.room(young.code) == young
    clock.now += REMEMBERED
    with pytest.raises(LMMError, match="there is no room"):
        store.room(room.code)


def test_there_are_only_so_many_rooms_and_what_is_over_makes_place(store, clock, tmp_path):
    opened = [store.open(RECIPE) for _ in range(ROOMS)]
    with pytest.raises(LMMError, match="at most 200 rooms are open at a time: there are 200"):
        store.open(RECIPE)
    store.close(opened[0][0].code, opened[0][1])
    store.open(RECIPE)
    clock.now += LIFETIME
    for _ in range(2):
        for _ in range(ROOMS):
            room, key = store.open(RECIPE)
            store.close(room.code, key)
    with sqlite3.connect(tmp_path / "rooms.sqlite") as db:
        (kept,) = db.execute("SELECT count(*) FROM rooms").fetchone()
    assert kept <= ROOMS + 1
    with pytest.raises(LMMError, match="closed it"):
        store.room(room.code)


def test_rooms_of_another_version_are_let_go(store, tmp_path):
    room, _ = store.open(RECIPE)
    assert Store(tmp_path / "rooms.sqlite", store._clock).room(room.code) == room
    with sqlite3.connect(tmp_path / "rooms.sqlite") as db:
        db.execute("ALTER TABLE rooms RENAME COLUMN of_class TO something_else")
        db.execute("PRAGMA user_version = 0")
    with pytest.raises(LMMError, match="there is no room"):
        Store(tmp_path / "rooms.sqlite").room(room.code)


# --- several processes


def hand_in(path, code, seats, done):
    store = Store(path)
    for place, key in enumerate(seats):
        store.guess(code, key, place / len(seats))
        store.hand_in(code, key, FOUND)
        done.put(key)
    done.put(None)


def drain(queue):
    """What came through until the end, or until nothing comes any more."""
    return list(iter(lambda: queue.get(timeout=30), None))


def start(*arguments):
    queue = PROCESSES.Queue()
    process = PROCESSES.Process(target=hand_in, args=(*arguments, queue), daemon=True)
    process.start()
    return process, queue


def test_300_hand_ins_of_two_processes_all_count_once(tmp_path):
    path = tmp_path / "rooms.sqlite"
    store = Store(path)
    room, _ = store.open(RECIPE)
    seats = [store.join(room.code).key for _ in range(SEATS)]
    # Each hands in a part of the other's, as a browser does that is sent twice.
    both = [start(path, room.code, part) for part in (seats[:170], seats[130:])]
    for process, queue in both:
        drain(queue)
        process.join()
        assert process.exitcode == 0
    assert tally(store, room) == Tally(SEATS, SEATS, SEATS)
    assert {seat.estimate for seat in store.seats(room.code)} == {FOUND}


def test_what_a_process_handed_in_outlives_it(tmp_path):
    path = tmp_path / "rooms.sqlite"
    store = Store(path)
    room, key = store.open(RECIPE)
    seats = [store.join(room.code).key for _ in range(SEATS)]
    dying, queue = start(path, room.code, seats)
    told = [queue.get(timeout=30) for _ in range(20)]
    os.kill(dying.pid, signal.SIGKILL)
    dying.join()
    assert dying.exitcode == -signal.SIGKILL
    known = {seat.key: seat for seat in store.seats(room.code)}
    assert all(known[one].estimate == FOUND for one in told)
    # Whoever had a guess in first is where it was; nothing hangs, and the rest go on.
    handed = [seat.key for seat in store.seats(room.code) if seat.guess is not None]
    assert handed == seats[: len(handed)]
    alive, queue = start(path, room.code, seats)
    drain(queue)
    alive.join()
    assert tally(store, room) == Tally(SEATS, SEATS, SEATS)
    assert store.check_key(room.code, key) == room


def test_a_room_is_quick(store):
    room, _ = store.open(RECIPE)
    seat = store.join(room.code)
    times = [time.perf_counter()]
    for _ in range(50):
        store.seat(room.code, seat.key)
        times.append(time.perf_counter())
    assert np.median([later - before for before, later in pairwise(times)]) < 0.05


# --- where the file is


def test_the_folder_is_nobody_elses(tmp_path, monkeypatch):
    folder = tmp_path / "of" / "rooms"
    monkeypatch.setenv(VARIABLE, str(folder))
    assert rooms_file() == folder / "rooms.sqlite"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(LMMError, match=r"others can look into .*; chmod 700 it, or name another"):
        rooms_file()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    (tmp_path / "file").touch(0o700)
    with pytest.raises(LMMError, match=r"can write to: .* cannot be had .* LMM_ROOMS"):
        rooms_file()


def test_without_a_name_it_is_in_the_home_of_who_runs_the_server(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert rooms_file() == tmp_path / "lmm" / "rooms" / "rooms.sqlite"
