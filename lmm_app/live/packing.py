"""How a picture travels to the browser: JSON for the words, raw bytes for the arrays."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS = {"float64": "f8", "float32": "f4"}
_ALIGNMENT = 8


def pack_picture(picture: Mapping[str, Any]) -> bytes:
    """What does not move: [u32 length][JSON][arrays, each on a boundary of 8 bytes].

    In the JSON an array is {"$": "f8" or "f4", "at": bytes from where the arrays begin,
    "length": its elements}; of a number that is not finite, null is left.
    """
    arrays: list[bytes] = []
    text = json.dumps(_plain(picture, arrays), allow_nan=False, ensure_ascii=False).encode()
    # Blanks bring the arrays to their boundary; JSON does not mind them.
    text += b" " * (-(len(text) + 4) % _ALIGNMENT)
    return struct.pack("<I", len(text)) + text + b"".join(arrays)


def pack(moving: Mapping[str, Any], picture: bytes) -> bytes:
    """What moves, in front of a packed picture."""
    text = json.dumps(moving, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % _ALIGNMENT)
    return struct.pack("<I", len(text)) + text + picture


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """What moves, and the picture with its arrays: what the browser makes of `pack`."""
    (length,) = struct.unpack_from("<I", packed, 0)
    moving = json.loads(packed[4 : 4 + length])
    start = 4 + length
    (length,) = struct.unpack_from("<I", packed, start)
    text = packed[start + 4 : start + 4 + length]
    body = packed[start + 4 + length :]

    def array(value: dict[str, Any]) -> Any:
        if "$" not in value:
            return value
        return np.frombuffer(body, f"<{value['$']}", value["length"], value["at"])

    return moving, json.loads(text, object_hook=array)


def _plain(value: Any, arrays: list[bytes]) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, arrays) for item in value]
    if isinstance(value, np.ndarray):
        return _array(value, arrays)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _array(value: NDArray[Any], arrays: list[bytes]) -> dict[str, Any]:
    kind = _KINDS[str(value.dtype)]
    at = sum(map(len, arrays))
    content = np.ascontiguousarray(value).astype(f"<{kind}").tobytes()
    arrays.append(content + b"\0" * (-len(content) % _ALIGNMENT))
    return {"$": kind, "at": at, "length": int(value.size)}
