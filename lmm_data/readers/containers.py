"""Files that hold tables and matrices in a form of their own: opened, each object a file."""

from collections.abc import Callable, Mapping

from lmm_data.readers.members import Member
from lmm_data.readers.recognition import TABLES, R, Recognised

Opener = Callable[[bytes, str], Mapping[str, Member]]

CONTAINERS = (R, TABLES)


def openers() -> Mapping[str, Opener]:
    """By the code of `Recognised.reader`: what opens such a file; imported when one comes."""
    from lmm_data.readers.parquet import read_parquet
    from lmm_data.readers.r.objects import members_of

    return {R: members_of, TABLES: read_parquet}


def opened(found: Recognised, content: bytes) -> Mapping[str, Member]:
    """The objects in a file by the names of files: its own for the only one, “ws.RData/K”.

    Raises:
        DataError: what its opener refuses.
    """
    members = openers()[found.reader or ""](content, found.name)
    if set(members) == {""}:
        return {found.name: members[""]}
    # A single object has no need of its name, but one among scalars is known by it.
    return {f"{found.name}/{label}": member for label, member in members.items()}
