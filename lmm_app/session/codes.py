"""Result codes: what a student hands in as twelve characters, where no room is open; pure.

A code holds the student's number, the guess and ĥ, and a mark made with the secret of the server,
so that no other code is one. It says nothing of the true h. The letters are those of Crockford's
base 32, without I, L, O and U, which are taken for others.
"""

from dataclasses import dataclass
from hashlib import blake2b

from lmm_app.session.sealed import Sealed, content

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TAKEN_FOR = str.maketrans("ILO", "110")
LENGTH, GROUP = 12, 4
# So many bits each: the guess in hundredths, ĥ in thousandths, and the mark. The student has the
# other nine of the sixty.
_GUESS, _H, _MARK = 7, 10, 34
_NO_GUESS, _NO_H = 2**_GUESS - 1, 2**_H - 1


@dataclass(frozen=True, slots=True)
class Result:
    """What a student hands in.

    Attributes:
        student: the number, from 0 to 511.
        guess: of h, to hundredths; None without one.
        h2: the estimate, to thousandths; None where there is none.
    """

    student: int
    guess: float | None
    h2: float | None


def code_of(secret: bytes, of: Sealed, guess: float | None, h2: float | None) -> str:
    """The code of a student's result, in three groups of four."""
    held = of.student << _GUESS | (_NO_GUESS if guess is None else round(100 * guess))
    held = held << _H | (_NO_H if h2 is None else round(1000 * h2))
    bits = held << _MARK | _mark(secret, of, held)
    signs = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(signs[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read_code(secret: bytes, of: Sealed, text: str) -> Result | None:
    """What a code of a class holds; None if it is none.

    Args:
        secret: of the server.
        of: the data of the class, of any student.
        text: as it was typed: small letters, blanks and other groups do not matter.
    """
    signs = "".join(text.upper().replace("-", " ").split()).translate(_TAKEN_FOR)
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return None
    bits = 0
    for sign in signs:
        bits = bits << 5 | ALPHABET.index(sign)
    held, mark = bits >> _MARK, bits & (2**_MARK - 1)
    student = held >> (_GUESS + _H)
    if mark != _mark(secret, Sealed(of.recipe, of.of_class, student), held):
        return None
    guess, h2 = held >> _H & _NO_GUESS, held & _NO_H
    return Result(
        student,
        None if guess == _NO_GUESS else guess / 100,
        None if h2 == _NO_H else h2 / 1000,
    )


def _mark(secret: bytes, of: Sealed, held: int) -> int:
    told = content(of) + held.to_bytes(4, "big")
    made = blake2b(told, digest_size=8, key=blake2b(secret, person=b"result").digest()).digest()
    return int.from_bytes(made, "big") >> (64 - _MARK)
