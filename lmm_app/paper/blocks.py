"""Boards as text in an HTML file of its own, for the script that draws them there."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from lmm_app.live.packing import pack_board, pack_moving

# The name of a board in the file, what it shows, and where h is put.
Placed: TypeAlias = tuple[str, Mapping[str, Any], float]


def blocks(boards: Iterable[Placed]) -> str:
    """Every board and its parts as text in which no mark of HTML can stand; all share one h."""
    parts: dict[str, bytes] = {}
    own = []
    for name, picture, at in boards:
        board = pack_board(picture, "" if picture.get("own") else "h")
        parts.update(board.parts)
        own.append(block(f'id="data-{name}"', pack_moving(board, at, {})))
    return "\n".join([*(block("data-part", part) for part in parts.values()), *own])


def block(mark: str, content: bytes) -> str:
    """Bytes in an HTML file."""
    packed = b64encode(content).decode()
    return f'<script type="application/octet-stream" {mark}>{packed}</script>'
