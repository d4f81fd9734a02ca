"""What a room is and what one seat has handed in, as plain values; pure."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lmm_app.session.links import Drawn
from lmm_app.sources.opened import Lesson, Simulation
from lmm_core import LMMError

# Letters and digits that nobody takes for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CODE_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 6
# As those of base32, in small letters: what is never read out.
KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
SEAT_LENGTH, KEY_LENGTH = 10, 20
SEATS, ROOMS = 300, 200
LIFETIME = 3 * 3600.0
# Of the room, in the order that it passes through them.
GUESSING, GUESSED, REVEALED = "guessing", "guessed", "revealed"
STATUSES = (GUESSING, GUESSED, REVEALED)
# What is left of a room of which everything is deleted.
CLOSED, EXPIRED = "closed", "expired"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is handed in of a fit: ĥ, the ends of its 95% profile interval, and the method."""

    h2: float
    lower: float
    upper: float
    method: str = "REML"

    def holds(self, h2: float) -> bool:
        """Whether the interval contains an h."""
        return self.lower <= h2 <= self.upper


@dataclass(frozen=True, slots=True)
class Seat:
    """One who takes part, of whom nothing is known.

    Attributes:
        key: opaque; it stands in the address, so that a page that is loaded anew finds its seat.
        number: from 1 on, in the order in which they came.
        guess: of h, None before it is handed in.
        estimate: None before it is handed in.
    """

    key: str
    number: int
    guess: float | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A room that is open.

    Attributes:
        code: by which a class finds it.
        recipe: of the data, with the true h; it does not leave the server.
        of_class: drawn at random, and different for each room, as the data then are.
        status: one of `STATUSES`.
        opened: when, in seconds since 1970.
    """

    code: str
    recipe: Drawn
    of_class: str
    status: str
    opened: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a class is: how many are in, and how many have handed in what."""

    seats: int
    guesses: int
    estimates: int

    @classmethod
    def of(cls, seats: Sequence[Seat]) -> "Tally":
        """That of all seats of a room."""
        return cls(
            len(seats),
            sum(seat.guess is not None for seat in seats),
            sum(seat.estimate is not None for seat in seats),
        )


def new_code() -> str:
    """A code for a room, made at random."""
    return _draw(CODE_LETTERS, CODE_LENGTH)


def new_seat() -> str:
    """The key of a seat, made at random."""
    return _draw(KEY_LETTERS, SEAT_LENGTH)


def new_key() -> str:
    """The key of the lecturer, made at random."""
    return _draw(KEY_LETTERS, KEY_LENGTH)


def tidy_code(typed: str) -> str:
    """A code as it was meant: in capitals, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if not (sign.isspace() or sign in "-–"))[:40]


def recipe_text(recipe: Drawn) -> str:
    """A recipe, to keep."""
    return json.dumps({"kind": type(recipe).__name__, **asdict(recipe)})


def read_recipe(text: str) -> Drawn:
    """A recipe that was kept."""
    words: dict[str, Any] = json.loads(text)
    return Lesson(**words) if words.pop("kind") == Lesson.__name__ else Simulation(**words)


def check_share(value: float, what: str) -> float:
    """A number that is an h.

    Raises:
        LMMError: it is not from 0 to 1.
    """
    if not 0.0 <= value <= 1.0:
        raise LMMError(f"{what} must be from 0 to 1", f"it is {value}")
    return float(value)


def _draw(letters: str, count: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(count))
