"""Files that follow from a few numbers: constructed data, and the kinship of the unrelated."""

# NIST's SmLs01 to SmLs09: nine groups around these.
CENTRES = (0.4, 0.3, 0.5, 0.3, 0.5, 0.3, 0.5, 0.3, 0.5)


def small_least_squares(leading: int, each: int) -> bytes:
    """Nine groups: each centre, then 0.1 less and 0.1 more in turn, behind the same digits.

    Args:
        leading: what stands before the decimal point, up to 10¹².
        each: observations of a group, an odd number.
    """
    lines = ["group,y"]
    for group, centre in enumerate(CENTRES, 1):
        tenths = round(10 * centre)
        turns = [0, *(1 if i % 2 else -1 for i in range(each - 1))]
        lines += [f"g{group},{leading}.{tenths + turn}" for turn in turns]
    return "\n".join(lines).encode()


def unrelated(table: bytes) -> bytes:
    """The kinship of the individuals in the first column of a file: 1 with itself, or 0."""
    rows = table.decode().split("\n")[1:]
    ids = list(dict.fromkeys(row.partition(",")[0] for row in rows if row))
    lines = [",".join(["id", *ids])]
    for place, one in enumerate(ids):
        lines.append(one + place * ",0" + ",1" + (len(ids) - 1 - place) * ",0")
    return "\n".join(lines).encode()
