"""The data of a seat, without their truth, and what theory says of all of them."""

from lmm_app.fit.view import View
from lmm_app.room.rooms import Estimate, Room
from lmm_app.room.theory import Theory, theory_of
from lmm_app.session import keep, sealed
from lmm_app.session.keep import RESULTS
from lmm_app.session.links import Drawn, Lecture, link
from lmm_app.session.sealed import Sealed, seal
from lmm_app.session.secret import secret
from lmm_app.sources.opened import Lesson, Opened
from lmm_core import LMMError
from lmm_core.certainty import contrasts
from lmm_core.certainty.sampling import check_informative
from lmm_data.preparation.design import default_model

METHOD = "REML"
# Theory is about data like those of the first so many seats: K and X may differ a little.
DESIGNS = 5
# The first trait of this lesson has a value in it that no model has made.
NO_MODEL = "outlier"


def sealed_of(room: Room, number: int) -> Sealed:
    """What the token of a seat holds, which opens its data on every page."""
    return Sealed(room.recipe, room.of_class, number)


def source_of(room: Room, number: int) -> Drawn:
    """Where the data of a seat come from, with a seed that only this server can know.

    Raises:
        LMMError: the server has no secret.
    """
    return sealed.source_of(secret(), sealed_of(room, number))


def explore_link(room: Room, number: int) -> str:
    """The address of the workbench with the data of a seat, without their true h."""
    of = Lecture(room.recipe, token=lambda student: seal(secret(), sealed_of(room, student)))
    return link("", of, student=number)


def view_of(room: Room, number: int) -> View:
    """Both fits of the data of a seat."""
    return _view(keep.opened(source_of(room, number)))


def estimate_of(view: View) -> Estimate | None:
    """What is handed in of a fit; None where it has no estimate."""
    fit, interval = view.fit(METHOD), view.methods[METHOD].interval
    if interval is None or fit.status == "unbounded":
        return None
    return Estimate(float(fit.h2), float(interval.lower), float(interval.upper), METHOD)


def true_h2(room: Room) -> float:
    """The h that all data of a room are made with."""
    return _true_h2(room.recipe)


def check_recipe(recipe: Drawn) -> None:
    """Whether a class can estimate one true h from such data.

    Raises:
        LMMError: it cannot.
    """
    _true_h2(recipe)
    if recipe == Lesson(NO_MODEL, recipe.seed):
        raise LMMError(
            "a room needs data that the model has made",
            "this lesson has a wrong value in each dataset",
            "choose another lesson, or a simulation",
        )
    check_informative(contrasts(_view(keep.opened(recipe)).reml.rotated), True)


@RESULTS.keeps(lambda room: ("theory", room.code, room.of_class))
def theory(room: Room) -> Theory:
    """The distribution of the estimate under the true h of a room."""
    designs = [contrasts(view_of(room, number).reml.rotated) for number in range(1, DESIGNS + 1)]
    return theory_of(designs, true_h2(room))


def _view(opened: Opened) -> View:
    data = opened.dataset
    return keep.fitted(data.problem(data.traits.columns[0], default_model(data)))


def _true_h2(recipe: Drawn) -> float:
    h2 = keep.opened(recipe).true_h2
    if h2 is None:
        raise LMMError(
            "a room needs data with one true h",
            "those of this lesson were made in another way",
            "choose another lesson, or a simulation",
        )
    return h2
