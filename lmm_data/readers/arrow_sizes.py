"""How large an Arrow file is when it is unpacked, by its own account: nothing is unpacked here.

A batch is a FlatBuffers table; of it only the places of its buffers are read, each of which begins
with its length when it is compressed.

References:
    Apache Arrow columnar format, "IPC" and "Buffer compression"; FlatBuffers binary format.
"""

import struct
from typing import Any

MAGIC = 8
_HEADER_TYPE, _HEADER, _BATCH, _DICTIONARY = 1, 2, 3, 2
_BUFFERS, _COMPRESSION = 2, 3


def unpacked_size(content: bytes) -> int:
    """The bytes of all batches of a file, unpacked.

    Raises:
        OSError, pyarrow.ArrowException: not messages one after the other.
    """
    from pyarrow import BufferReader, ipc

    total = 0
    source = BufferReader(content)
    source.seek(MAGIC)
    reader = ipc.MessageReader.open_stream(source)
    while True:
        try:
            message = reader.read_next_message()
        except StopIteration:
            return total
        total += _size(message)


def _size(message: Any) -> int:
    data, body = message.metadata.to_pybytes(), message.body
    if body is None or body.size == 0:
        return 0
    try:
        root = struct.unpack_from("<I", data)[0]
        kind = data[root + _field(data, root, _HEADER_TYPE)]
        table = _follow(data, root, _HEADER)
        if kind == _DICTIONARY:
            table = _follow(data, table, 1)
        elif kind != _BATCH:
            return int(body.size)
        if not _field(data, table, _COMPRESSION):
            return int(body.size)
        start = _follow(data, table, _BUFFERS)
        count = struct.unpack_from("<I", data, start)[0]
        total = 0
        for k in range(count):
            offset, length = struct.unpack_from("<qq", data, start + 4 + 16 * k)
            if length < 8:
                continue
            declared = struct.unpack("<q", body.slice(offset, 8).to_pybytes())[0]
            total += max(declared, length)
        return total
    except (struct.error, IndexError) as error:
        raise OSError(f"a batch does not hold together ({error})") from None


def _field(data: bytes, table: int, number: int) -> int:
    """Where a field of a table is, from its start; 0 if it is absent."""
    layout = table - struct.unpack_from("<i", data, table)[0]
    size = struct.unpack_from("<H", data, layout)[0]
    place = 4 + 2 * number
    return int(struct.unpack_from("<H", data, layout + place)[0]) if place < size else 0


def _follow(data: bytes, table: int, number: int) -> int:
    """What a field of a table refers to."""
    place = table + _field(data, table, number)
    return place + int(struct.unpack_from("<I", data, place)[0])
