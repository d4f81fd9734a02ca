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


def words(entries):
    """A vector of words; NA for None."""
    absent = ints(9, -1)
    return ints(len(entries)) + b"".join(
        absent if e is None else text(str(e).encode()) for e in entries
    )


def vector(entries):
    """A vector of numbers, or of words, without attributes."""
    if any(isinstance(entry, str) for entry in entries):
        return ints(16) + words(entries)
    values = [float("nan") if entry is None else float(entry) for entry in entries]
    return ints(14, len(values)) + struct.pack(f">{len(values)}d", *values)


def frame(columns, row_names=None):
    """A data frame, by the names of its columns."""
    n = len(next(iter(columns.values())))
    rows = ints(13, 2, -(2**31), -n) if row_names is None else ints(16) + words(row_names)
    return (
        ints(19 | 512 | 256, len(columns))
        + b"".join(map(vector, columns.values()))
        + pair(b"names", ints(16) + words(list(columns)))
        + pair(b"class", ints(16) + words(["data.frame"]))
        + pair(b"row.names", rows)
        + NIL
    )


def matrix(values, ids):
    """A square with the names of its rows and columns."""
    n = len(ids)
    names = ints(16) + words(ids)
    return (
        ints(14 | 512, n * n)
        + struct.pack(f">{n * n}d", *values.T.ravel())
        + pair(b"dim", ints(13, 2, n, n))
        + pair(b"dimnames", ints(19, 2) + names + names)
        + NIL
    )


def workspace(objects):
    """A file as `save` writes it."""
    return b"RDX2\n" + HEAD + b"".join(pair(n.encode(), o) for n, o in objects.items()) + NIL


def listed(entries, *of):
    """A list with names, and its classes."""
    return (
        ints(19 | 512 | 256 * bool(of), len(entries))
        + b"".join(entries.values())
        + pair(b"names", ints(16) + words(list(entries)))
        + (pair(b"class", ints(16) + words(of)) if of else b"")
        + NIL
    )


def factor(entries):
    """Categories by the numbers of their levels, NA for None."""
    levels = sorted({entry for entry in entries if entry is not None})
    numbers = [-(2**31) if e is None else 1 + levels.index(e) for e in entries]
    return (
        ints(13 | 512 | 256, len(numbers), *numbers)
        + pair(b"levels", ints(16) + words(levels))
        + pair(b"class", ints(16) + words(["factor"]))
        + NIL
    )


def whole(entries):
    """A vector of integers, NA for None."""
    return ints(13, len(entries), *(-(2**31) if e is None else int(e) for e in entries))


def named(entries, ids):
    """A vector of numbers with names."""
    return (
        ints(14 | 512, len(entries))
        + struct.pack(f">{len(entries)}d", *(float("nan") if e is None else e for e in entries))
        + pair(b"names", ints(16) + words(ids))
        + NIL
    )


def cells(values, rows, columns, *, integers=False, n_pos=None):
    """A matrix with the names of its rows and of its columns, perhaps R/qtl2's kinship."""
    flat = values.T.ravel()
    body = (
        ints(13 | 512, flat.size, *(-(2**31) if v != v else int(v) for v in flat))
        if integers
        else ints(14 | 512, flat.size) + struct.pack(f">{flat.size}d", *flat)
    )
    names = [ints(16) + words(one) if one else NIL for one in (rows, columns)]
    return (
        body
        + pair(b"dim", ints(13, 2, *values.shape))
        + pair(b"dimnames", ints(19, 2) + b"".join(names))
        + (pair(b"n_pos", ints(13, 1, n_pos)) if n_pos else b"")
        + NIL
    )


def packed(kind, values, ids):
    """A matrix of the package Matrix: dsyMatrix, dspMatrix, dgCMatrix or dsCMatrix."""
    n = len(ids)
    names = ints(16) + words(ids)
    slots = pair(b"Dim", ints(13, 2, n, n)) + pair(b"Dimnames", ints(19, 2) + names + names)
    upper = [(i, j) for j in range(n) for i in range(j + 1)]
    if kind == "dsyMatrix":
        given = [values[i, j] if i <= j else 0.0 for j in range(n) for i in range(n)]
    elif kind == "dspMatrix":
        given = [values[i, j] for i, j in upper]
    else:
        every = upper if kind == "dsCMatrix" else [(i, j) for j in range(n) for i in range(n)]
        there = [(i, j) for i, j in every if values[i, j]]
        given = [values[i, j] for i, j in there]
        starts = [sum(j < k for _, j in there) for k in range(n + 1)]
        slots += pair(b"i", ints(13, len(there), *(i for i, _ in there)))
        slots += pair(b"p", ints(13, n + 1, *starts))
    if kind[1] == "s":
        slots += pair(b"uplo", ints(16) + words(["U"]))
    slots += pair(b"x", ints(14, len(given)) + struct.pack(f">{len(given)}d", *given))
    of = ints(16 | 512) + words([kind]) + pair(b"package", ints(16) + words(["Matrix"])) + NIL
    return ints(25 | 512 | 256 | 1 << 16) + slots + pair(b"class", of) + NIL
