"""Files that hold tables and matrices in a form of their own: opened, each object a file."""

from collections.abc import Callable, Mapping

from lmm_core.errors import DataError, some
from lmm_data.readers.members import Member
from lmm_data.readers.recognition import TABLES, R, Recognised

Opener = Callable[[bytes, str], Mapping[str, Member]]

CONTAINERS = (R, TABLES)


def openers() -> Mapping[str, Opener]:
    """By the code of `Recognised.reader`: what opens such a file; imported when one comes."""
    from lmm_data.readers.parquet import read_parquet
    from lmm_data.readers.r.objects import members_of

    return {R: members_of, TABLES: read_parquet}


class ObjectOf(bytes):
    """A file of several objects of which somebody named one.

    Attributes:
        member: which.
    """

    member: str

    def __new__(cls, content: bytes, member: str) -> "ObjectOf":
        made = super().__new__(cls, content)
        made.member = member
        return made


def opened(found: Recognised, content: bytes) -> Mapping[str, Member]:
    """The objects in a file by the names of files: its own for the only one, “ws.RData/K”.

    Raises:
        DataError: what its opener refuses.
    """
    name, wanted = found.name, content.member if isinstance(content, ObjectOf) else ""
    if wanted:
        name = name.removesuffix(f"/{wanted}")
    members = openers()[found.reader or ""](content, name)
    if wanted:
        if wanted not in members:
            raise DataError(
                f"{name} has no object “{wanted}” that is data",
                remedy=f"choose from {some(filter(None, members), 12)}",
            )
        return {found.name: members[wanted]}
    if set(members) == {""}:
        return {found.name: members[""]}
    # A single object has no need of its name, but one among scalars is known by it.
    return {f"{found.name}/{label}": member for label, member in members.items()}
