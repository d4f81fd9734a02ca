"""How a picture travels to the browser: JSON for the words, raw bytes for the arrays.

What pictures have in common, or one has in common with the next, is a part of its own: it is named
by its content, and is sent once.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What the browser has an array for, as NumPy names it.
_KINDS = {"f8", "f4", "u4", "u2", "u1", "i1"}
_ALIGNMENT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What stands in a picture as a part of its own."""

    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A packed picture.

    Attributes:
        picture: the name of its own part.
        parts: all that it stands on, its own part the last, each packed, by name.
        group: of all boards that share a position.
        hand: where h can be put, if it is h that moves it.
        later: the panel whose script comes with it, "" for none.
    """

    picture: str
    parts: Mapping[str, bytes]
    group: str
    hand: Mapping[str, Any] | None
    later: str = ""


def pack_board(picture: Mapping[str, Any], group: str = "") -> Board:
    """Pack a picture and the parts that it stands on; without a group it moves on its own.

    A part is [u32 length][JSON {"id", "content"}][arrays, each on a boundary of 8 bytes], all of
    it compressed once for everyone (zlib). In the JSON an array is {"$": its kind, "at": bytes
    from where the arrays begin, "length": its elements}, another part is {"@": id}, which under
    "*" stands in the picture itself, and of a number
    that is not finite, null is left.
    """
    parts: dict[str, bytes] = {}
    hand = picture.get("hand", {})
    by_h = hand.get("kind") == "h"
    # The estimate is the method's, and what is drawn of the data may be the same for both.
    still = {name: part for name, part in picture.items() if not (by_h and name == "hand")}
    own = _part(still, parts)
    later = picture.get("later", "")
    return Board(own, MappingProxyType(parts), group or own, hand if by_h else None, later)


def pack_moving(board: Board, at: float, more: Mapping[str, Any]) -> bytes:
    """What moves, as JSON: the picture, where it is put, h or a frame, and more of its own."""
    moving = {"picture": board.picture, "group": board.group, "at": at, **more}
    if board.hand is not None:
        moving["hand"] = board.hand
    return json.dumps(moving, allow_nan=False, separators=(",", ":")).encode()


def _part(content: Mapping[str, Any], parts: dict[str, bytes]) -> str:
    arrays: list[bytes] = []
    plain = _plain(content, arrays, parts)
    words = json.dumps(plain, allow_nan=False, ensure_ascii=False)
    name = sha256(b"".join([words.encode(), *arrays])).hexdigest()[:20]
    text = f'{{"id":"{name}","content":{words}}}'.encode()
    # Blanks bring the arrays to their boundary; JSON does not mind them.
    text += b" " * (-(len(text) + 4) % _ALIGNMENT)
    parts[name] = zlib.compress(struct.pack("<I", len(text)) + text + b"".join(arrays), 9)
    return name


def _plain(value: Any, arrays: list[bytes], parts: dict[str, bytes]) -> Any:
    if isinstance(value, Shared):
        return {"@": _part(value.content, parts)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, arrays, parts) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, arrays, parts) for item in value]
    if isinstance(value, np.ndarray):
        return _array(value, arrays)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _array(value: NDArray[Any], arrays: list[bytes]) -> dict[str, Any]:
    kind = value.dtype.str[1:]
    if kind not in _KINDS:
        raise KeyError(kind)
    at = sum(map(len, arrays))
    content = np.ascontiguousarray(value).astype(f"<{kind}").tobytes()
    arrays.append(content + b"\0" * (-len(content) % _ALIGNMENT))
    return {"$": kind, "at": at, "length": int(value.size)}
