"""Data whose true h nobody can find out: what a link holds of them is sealed; pure.

A token holds how the data are made, which class they are for and which student. It is encrypted
and authenticated (AES-SIV, RFC 5297), so that it tells nothing and no other can be made. The seed
of the data is drawn from all of that with the secret. So the data of a guessed h, or of another
seed, are other data, and comparing them with one's own says nothing.
"""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from lmm_app.session import links
from lmm_app.session.links import Drawn
from lmm_core.errors import in_digits

_VERSION = b"\1"
# Where what stands in a token: told, version, class, student, recipe.
_PLACES = (slice(0, 1), slice(1, 2), slice(2, 10), slice(10, 12), slice(12, None))
_CLASS = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a token holds.

    Attributes:
        recipe: how the data are made; its seed means nothing.
        of_class: which class they are for, 16 hexadecimal digits, drawn at random.
        student: which student, from 1 on; 0 for what all of them see.
        told: whether it shows the true h, for afterwards.
    """

    recipe: Drawn
    of_class: str
    student: int = 0
    told: bool = False


def new_class() -> str:
    """The name of a class, which nobody can guess."""
    return secrets.token_hex(8)


def class_in(text: str) -> str | None:
    """The name of a class in a link; None if it is none."""
    return text if _CLASS.fullmatch(text) else None


def seal(secret: bytes, what: Sealed) -> str:
    """The token of hidden data: the same one each time, for a link."""
    sealed = AESSIV(_key(secret, "token")).encrypt(bytes([what.told]) + content(what), None)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(secret: bytes, token: str) -> Sealed | None:
    """What a token holds; None if this server has not sealed it."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), "-_", validate=True)
        opened = AESSIV(_key(secret, "token")).decrypt(sealed, None)
    except (ValueError, InvalidTag):
        return None
    told, version, of_class, student, words = (opened[place] for place in _PLACES)
    recipe = links.drawn(dict(parse_qsl(words.decode())))
    if version != _VERSION or recipe is None:
        return None
    return Sealed(recipe, of_class.hex(), int.from_bytes(student, "big"), told != b"\0")


def source_of(secret: bytes, what: Sealed) -> Drawn:
    """The data themselves, with the seed that only the server can know."""
    drawn = blake2b(content(what), digest_size=8, key=_key(secret, "seed")).digest()
    # Half of 64 bits, so that it is an integer to everyone.
    return replace(what.recipe, seed=int.from_bytes(drawn, "big") >> 1)


def about(student: int) -> str:
    """All that is said of hidden data."""
    return f"The lecturer’s data{f', student {student}' if student else ''}."


def truth(true_h2: float | None) -> str:
    """What is said of the true h afterwards; nothing of data that were not made with one."""
    return "" if true_h2 is None else f"They were simulated with h = {in_digits(true_h2, 6)}."


def content(what: Sealed) -> bytes:
    """All but whether it is told: the data are the same before and after."""
    words: Mapping[str, str] = links.source_words(what.recipe)
    recipe = urlencode([(key, value) for key, value in words.items() if key != "seed"])
    head = _VERSION + bytes.fromhex(what.of_class) + what.student.to_bytes(2, "big")
    return head + recipe.encode()


def _key(secret: bytes, purpose: str) -> bytes:
    """A key of 64 bytes for one purpose alone."""
    return blake2b(secret, digest_size=64, person=purpose.encode()).digest()
