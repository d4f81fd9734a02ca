"""The tokens of a class, whose data hide the true h."""

from dataclasses import dataclass

from lmm_app.session import sealed
from lmm_app.session.links import Drawn
from lmm_app.session.sealed import Sealed
from lmm_app.session.secret import secret


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token of each student of a class."""

    source: Drawn
    of_class: str
    told: bool = False

    def of(self, student: int) -> Sealed:
        """What the token of a student holds; of all of them at 0."""
        return Sealed(self.source, self.of_class, student, self.told)

    def __call__(self, student: int) -> str:
        return sealed.seal(secret(), self.of(student))
