"""Rooms in one file of SQLite, which all processes of a server share and which outlives each.

Every act is a transaction of its own, on a connection of its own: what was handed in is in the
file, whoever dies next. Of a room that was closed or whose time is over, the code alone is left,
for a while, so that it can be said what has become of it.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import compare_digest

from lmm_app.room import rooms
from lmm_app.room.rooms import (
    CLOSED,
    EXPIRED,
    GUESSING,
    LIFETIME,
    ROOMS,
    SEATS,
    STATUSES,
    Estimate,
    Room,
    Seat,
    check_share,
)
from lmm_app.session.links import Drawn
from lmm_app.session.sealed import new_class
from lmm_core import LMMError

# Of the tables; another number whenever they change.
VERSION = 1
# In seconds: how long an act waits for the others, and how long a code is remembered as gone.
PATIENCE, REMEMBERED = 20.0, 24 * 3600.0
_TABLES = (
    "CREATE TABLE IF NOT EXISTS rooms (code TEXT PRIMARY KEY, key TEXT, recipe TEXT, "
    "of_class TEXT, status TEXT NOT NULL, opened REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS seats (room TEXT, seat TEXT, number INTEGER NOT NULL, guess REAL, "
    "h2 REAL, low REAL, high REAL, method TEXT, PRIMARY KEY (room, seat)) WITHOUT ROWID",
)


class Store:
    """The rooms of a server.

    Args:
        path: of the file; it is made if it is not there.
        clock: the time in seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = path, clock
        with closing(self._connect()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
                # Rooms live for hours: those of another version of the program are let go.
                db.execute("DROP TABLE IF EXISTS rooms")
                db.execute("DROP TABLE IF EXISTS seats")
                db.execute(f"PRAGMA user_version = {VERSION}")
            for table in _TABLES:
                db.execute(table)
            db.execute("COMMIT")

    def open(self, recipe: Drawn) -> tuple[Room, str]:
        """Open a room: the room, and the lecturer's key.

        Raises:
            LMMError: so many rooms are open that there is no place for another.
        """
        key, of_class = rooms.new_key(), new_class()
        with self._act() as db:
            (live,) = db.execute("SELECT count(*) FROM rooms WHERE of_class IS NOT NULL").fetchone()
            if live >= ROOMS:
                raise LMMError(
                    f"at most {ROOMS} rooms are open at a time",
                    f"there are {live}",
                    f"wait until one is closed; each closes after {LIFETIME / 3600:.0f} hours",
                )
            db.execute(
                "DELETE FROM rooms WHERE of_class IS NULL AND code NOT IN "
                "(SELECT code FROM rooms WHERE of_class IS NULL ORDER BY opened DESC LIMIT ?)",
                (ROOMS,),
            )
            code = rooms.new_code()
            while db.execute("SELECT 1 FROM rooms WHERE code = ?", (code,)).fetchone():
                code = rooms.new_code()
            room = Room(code, recipe, of_class, GUESSING, self._clock())
            db.execute(
                "INSERT INTO rooms VALUES (?, ?, ?, ?, ?, ?)",
                (code, key, rooms.recipe_text(recipe), of_class, GUESSING, room.opened),
            )
        return room, key

    def room(self, code: str) -> Room:
        """A room by its code.

        Raises:
            LMMError: there is none, it was closed, or its time is over.
        """
        with self._act() as db:
            return _room(db, code)

    def check_key(self, code: str, key: str) -> Room:
        """A room, for who has its key.

        Raises:
            LMMError: there is no such room, or it has another key.
        """
        with self._act() as db:
            return _own_room(db, code, key)

    def join(self, code: str) -> Seat:
        """A new seat.

        Raises:
            LMMError: there is no such room, or it is full.
        """
        with self._act() as db:
            _room(db, code)
            (taken,) = db.execute("SELECT count(*) FROM seats WHERE room = ?", (code,)).fetchone()
            if taken >= SEATS:
                raise LMMError(
                    f"a room has {SEATS} seats",
                    f"all seats of the room {code} are taken",
                    "look on with someone who has one",
                )
            seat = Seat(rooms.new_seat(), taken + 1)
            db.execute(
                "INSERT INTO seats (room, seat, number) VALUES (?, ?, ?)",
                (code, seat.key, seat.number),
            )
            return seat

    def seat(self, code: str, key: str) -> Seat:
        """A seat by its key.

        Raises:
            LMMError: there is no such room, or no such seat in it.
        """
        with self._act() as db:
            _room(db, code)
            return _seat(db, code, key)

    def guess(self, code: str, key: str, value: float) -> Seat:
        """Hand in a guess of h; the first one counts.

        Raises:
            LMMError: it is no h, or there is no such room or seat.
        """
        value = check_share(value, "a guess of h")
        with self._act() as db:
            # Once the guesses are shown, a new one would be no guess.
            if _room(db, code).status == GUESSING:
                db.execute(
                    "UPDATE seats SET guess = ? WHERE room = ? AND seat = ? AND guess IS NULL",
                    (value, code, key),
                )
            return _seat(db, code, key)

    def hand_in(self, code: str, key: str, found: Estimate) -> Seat:
        """Hand in an estimate; the first one counts.

        Raises:
            LMMError: it is no estimate of h, or there is no such room or seat.
        """
        for value in (found.h2, found.lower, found.upper):
            check_share(value, "an estimate of h, and each end of its interval,")
        with self._act() as db:
            _room(db, code)
            db.execute(
                "UPDATE seats SET h2 = ?, low = ?, high = ?, method = ? "
                "WHERE room = ? AND seat = ? AND h2 IS NULL",
                (found.h2, found.lower, found.upper, found.method, code, key),
            )
            return _seat(db, code, key)

    def seats(self, code: str) -> list[Seat]:
        """All seats, in the order in which they were taken.

        Raises:
            LMMError: there is no such room.
        """
        with self._act() as db:
            _room(db, code)
            rows = db.execute(f"{_SEATS} WHERE room = ? ORDER BY number", (code,))
            return [_seat_of(row) for row in rows]

    def advance(self, code: str, key: str, status: str) -> Room:
        """Bring a room to a status, if it has not passed it.

        Raises:
            LMMError: there is no such room, or it has another key.
        """
        with self._act() as db:
            now = _own_room(db, code, key).status
            if STATUSES.index(status) > STATUSES.index(now):
                db.execute("UPDATE rooms SET status = ? WHERE code = ?", (status, code))
            return _room(db, code)

    def close(self, code: str, key: str) -> None:
        """Close a room, and delete all that was in it.

        Raises:
            LMMError: there is no such room, or it has another key.
        """
        with self._act() as db:
            _own_room(db, code, key)
            _empty(db, code, CLOSED)
        self._wipe()

    def _connect(self) -> sqlite3.Connection:
        # Transactions begin and end where it is said.
        db = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        db.execute("PRAGMA synchronous = OFF")
        # What is deleted is overwritten.
        db.execute("PRAGMA secure_delete = ON")
        return db

    @contextmanager
    def _act(self) -> Iterator[sqlite3.Connection]:
        """One transaction, before which the rooms whose time is over are emptied."""
        now, over = self._clock(), []
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                over = db.execute(
                    "SELECT code FROM rooms WHERE of_class IS NOT NULL AND opened <= ?",
                    (now - LIFETIME,),
                ).fetchall()
                for (code,) in over:
                    _empty(db, code, EXPIRED)
                db.execute(
                    "DELETE FROM rooms WHERE of_class IS NULL AND opened <= ?",
                    (now - LIFETIME - REMEMBERED,),
                )
                # That a room's time is over holds, whatever comes of the act.
                db.execute("SAVEPOINT act")
                yield db
            except LMMError:
                db.execute("ROLLBACK TO act")
                db.execute("COMMIT")
                raise
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        if over:
            self._wipe()

    def _wipe(self) -> None:
        """Have nothing of what was deleted left in the journal."""
        with closing(self._connect()) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_SEATS = "SELECT seat, number, guess, h2, low, high, method FROM seats"


def _room(db: sqlite3.Connection, code: str) -> Room:
    row = db.execute(
        "SELECT recipe, of_class, status, opened FROM rooms WHERE code = ?", (code,)
    ).fetchone()
    if row is None:
        raise LMMError(
            "the code must be that of a room",
            f"there is no room “{code}”",
            "compare it with the one on the projector, letter by letter",
        )
    recipe, of_class, status, opened = row
    if of_class is None:
        why = {
            CLOSED: "the lecturer has closed it",
            EXPIRED: f"its {LIFETIME / 3600:.0f} hours are over",
        }[status]
        raise LMMError(
            f"the room {code} is no longer open",
            f"{why}, and all that was in it is deleted",
            "ask the lecturer for the code of another",
        )
    return Room(code, rooms.read_recipe(recipe), of_class, status, opened)


def _own_room(db: sqlite3.Connection, code: str, key: str) -> Room:
    room = _room(db, code)
    (own,) = db.execute("SELECT key FROM rooms WHERE code = ?", (code,)).fetchone()
    if not compare_digest(own.encode(), key.encode()):
        raise LMMError(
            f"only who opened the room {code} can lead it",
            "the key in this address is another one",
            "take the whole address that you were given when you opened it",
        )
    return room


def _seat(db: sqlite3.Connection, code: str, key: str) -> Seat:
    row = db.execute(f"{_SEATS} WHERE room = ? AND seat = ?", (code, key)).fetchone()
    if row is None:
        raise LMMError(
            f"the seat must be one of the room {code}",
            "the one in this address is not",
            "join the room by its code alone",
        )
    return _seat_of(row)


def _seat_of(row: tuple[str, int, float | None, float, float, float, str]) -> Seat:
    key, number, guess, h2, low, high, method = row
    return Seat(key, number, guess, None if h2 is None else Estimate(h2, low, high, method))


def _empty(db: sqlite3.Connection, code: str, status: str) -> None:
    """Delete all that is known of a room but its code and what has become of it."""
    db.execute("DELETE FROM seats WHERE room = ?", (code,))
    db.execute(
        "UPDATE rooms SET key = NULL, recipe = NULL, of_class = NULL, status = ? WHERE code = ?",
        (status, code),
    )
