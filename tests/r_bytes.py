"""Bytes of R's files that R itself would not write."""

import struct

HEAD = b"X\n" + struct.pack(">iii", 2, 0x040202, 0x020300)
NIL = struct.pack(">i", 254)


def ints(*numbers):
    return struct.pack(f">{len(numbers)}i", *numbers)


def text(word):
    return ints(0x40009, len(word)) + word


def symbol(word):
    return ints(1) + text(word)


def pair(name, value):
    """One attribute, before others or the end of the list."""
    return ints(2 | 1024) + symbol(name) + value


DEEP = HEAD + ints(19, 1) * 5000 + NIL
LONG_LIST = HEAD + ints(2) * 20000 + NIL
HOSTILE = {
    "a vector longer than the file": (HEAD + ints(14, 2**31 - 1), "declares"),
    "a vector of more than 2³¹ entries": (HEAD + ints(14, -1, 1, 0), "more entries than are read"),
    "words longer than the file": (HEAD + ints(16, 2**31 - 1), "declares"),
    "a list that ends": (HEAD + ints(19, 2) + NIL, "declares"),
    "a list in a list": (DEEP, "too deeply"),
    "values that never come": (LONG_LIST, "too deeply"),
    "a reference to nothing": (HEAD + ints(19, 1, 255 | (99 << 8)), "fit each other"),
    "no such type": (HEAD + ints(77), "fit each other"),
    "nothing": (HEAD, "declares"),
    "more than it says": (HEAD + NIL + b"xx", "bytes follow"),
    "a sequence of a thousand million million": (
        HEAD
        + ints(238, 2)
        + symbol(b"compact_intseq")
        + ints(2)
        + symbol(b"base")
        + NIL
        + ints(14, 3)
        + struct.pack(">ddd", 1e15, 1, 1)
        + NIL,
        "a sequence may have 4,194,304 entries",
    ),
    "a matrix larger than its numbers": (
        HEAD
        + ints(14 | 512, 4)
        + struct.pack(">4d", 1, 2, 3, 4)
        + pair(b"dim", ints(13, 2, 10**6, 10**6))
        + NIL,
        "fit each other",
    ),
    "a factor beyond its levels": (
        HEAD
        + ints(13 | 512 | 256, 3, 1, 2, 900)
        + pair(b"levels", ints(16, 1) + text(b"a"))
        + pair(b"class", ints(16, 1) + text(b"factor"))
        + pair(b"names", ints(16, 3) + text(b"a") * 3)
        + NIL,
        "fit each other",
    ),
}
