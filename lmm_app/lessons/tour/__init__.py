"""The tour: ten steps from relatives who resemble each other to the question of the first page.

One module a step, with its words for every status of the data; pure.
"""

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Step
from lmm_app.lessons.tour.brent import BRENT
from lmm_app.lessons.tour.climb import CLIMB
from lmm_app.lessons.tour.following import NEXT
from lmm_app.lessons.tour.methods import METHODS
from lmm_app.lessons.tour.recap import RECAP
from lmm_app.lessons.tour.relatives import RELATIVES
from lmm_app.lessons.tour.rotation import ROTATION
from lmm_app.lessons.tour.share import SHARE
from lmm_app.lessons.tour.sure import SURE
from lmm_app.lessons.tour.undecided import UNDECIDED
from lmm_app.lessons.tour.weights import WEIGHTS

TOUR: tuple[Step, ...] = (
    RELATIVES,
    SHARE,
    ROTATION,
    WEIGHTS,
    CLIMB,
    METHODS,
    BRENT,
    RECAP,
    SURE,
    NEXT,
)
# Of data that cannot tell h one step stands for those that need an estimate.
_WITHOUT_AN_ESTIMATE = (RELATIVES, SHARE, ROTATION, WEIGHTS, UNDECIDED, METHODS, NEXT)


def steps_of(scene: Scene) -> tuple[Step, ...]:
    """The steps for the data at hand, in their order."""
    return _WITHOUT_AN_ESTIMATE if scene.status == "flat" else TOUR


def place_of(name: str, scene: Scene) -> int:
    """The place of a step by its name; of one that these data lack, that of what stands for it."""
    names = [step.name for step in steps_of(scene)]
    if name in names:
        return names.index(name)
    if name == UNDECIDED.name:
        return [step.name for step in TOUR].index(CLIMB.name)
    if name in (step.name for step in TOUR):
        return names.index(UNDECIDED.name)
    return 0
