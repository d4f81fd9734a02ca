"""What the browser reads out of a packed picture."""

import json
import struct
import zlib

import numpy as np


def unpack_part(packed):
    """The name and the content of a part, as the browser reads them."""
    plain = zlib.decompress(packed)
    (length,) = struct.unpack_from("<I", plain, 0)
    body = plain[4 + length :]

    def array(value):
        if "$" not in value:
            return value
        return np.frombuffer(body, f"<{value['$']}", value["length"], value["at"])

    part = json.loads(plain[4 : 4 + length], object_hook=array)
    return part["id"], part["content"]


def unpack_board(board):
    """A picture in full: what the browser makes of its parts."""
    contents = dict(map(unpack_part, board.parts.values()))

    def whole(value):
        if isinstance(value, dict):
            if "@" in value:
                return whole(contents[value["@"]])
            found = {key: whole(one) for key, one in value.items() if key != "*"}
            return {**found, **whole(value["*"])} if "*" in value else found
        return [whole(one) for one in value] if isinstance(value, list) else value

    picture = whole(contents[board.picture])
    return picture if board.hand is None else {**picture, "hand": board.hand}
