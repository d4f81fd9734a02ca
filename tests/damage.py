"""Files with a few bytes wrong: whatever reads them may refuse, and must not break."""

import os
from collections.abc import Iterator

import numpy as np

COUNT = int(os.environ.get("LMM_FUZZ", "200"))
"""Damaged files for each kind of reader; thousands if the environment says so."""


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
