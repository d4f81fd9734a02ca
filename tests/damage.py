"""Files with a few bytes wrong: whatever reads them may refuse, and must not break."""

import os
from collections.abc import Iterator

import numpy as np

TIMES = int(os.environ.get("LMM_FUZZ", "1"))
"""How many times as many cases are tried as in every run."""

COUNT = 200 * TIMES
"""Damaged files for each kind of reader."""

WORDS = [
    *(b"nan", b"inf", b"-inf", b"1e999", b"-9", b"NA", b"1_0", b"99999999999999999999", b"0x1p3"),
    *(b"\xff\xfe", b"\x00", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b" ", b"#", b"\xe2\x80\xa8"),
    *(b"\x1f\x8b", b"PK\x03\x04", b"\x93NUMPY", b"(9999999999, 9999999999)", b"'|O'", b"'<U99999'"),
    *(b"FID IID", b"-1", b"\xff\xff\xff\x7f", b"\x01\x00\x80\x7f", b"\xf0\x9f\x90\xad"),
]


def mutations(content: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """The content with a few bytes changed, put in, taken out, repeated or cut off."""
    rng = np.random.default_rng(seed)
    odd = b'\x00\t\n\r "#,;.-0\x80\xc3\xff\x1a9eNA='
    for _ in range(count):
        data = bytearray(content)
        for _ in range(rng.integers(1, 6)):
            place = int(rng.integers(0, len(data) + 1))
            stop = place + int(rng.integers(0, 9))
            kind = rng.integers(0, 6)
            if kind == 0:
                data[place : place + 1] = bytes([rng.integers(0, 256)])
            elif kind == 1:
                data[place:place] = bytes([odd[rng.integers(0, len(odd))]])
            elif kind == 2:
                del data[place:stop]
            elif kind == 3:
                data[place:place] = data[place:stop]
            elif kind == 4 and rng.random() < 0.1:
                del data[place:]
            else:
                data[place : place + 1] = bytes([odd[rng.integers(0, len(odd))]])
        yield bytes(data)


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """The bytes with one to four of: a bit, a byte, a word, a cut, a block moved or repeated."""
    for _ in range(int(rng.integers(1, 5))):
        place, other = (int(k) for k in rng.integers(0, len(data) + 1, 2))
        word = WORDS[int(rng.integers(len(WORDS)))]
        match int(rng.integers(8)):
            case 0 if place < len(data):
                flipped = data[place] ^ (1 << int(rng.integers(8)))
                data = data[:place] + bytes([flipped]) + data[place + 1 :]
            case 1:
                data = data[:place] + rng.bytes(1) + data[place + 1 :]
            case 2:
                data = data[:place] + word + data[place:]
            case 3:
                data = data[:place] + word + data[place + len(word) :]
            case 4:
                data = data[:place]
            case 5:
                data = data[: min(place, other)] + data[max(place, other) :]
            case 6:
                data = data + data[min(place, other) :]
            case _:
                lines = data.split(b"\n")
                lines.append(lines.pop(int(rng.integers(len(lines)))))
                data = b"\n".join(lines)
    return data
