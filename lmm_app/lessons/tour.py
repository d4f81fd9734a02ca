"""The tour: eight steps from relatives whose errors move together to "that's it!"; pure."""

from lmm_app.lessons.likelihood_steps import BRENT, CLIMB, METHODS, SURE
from lmm_app.lessons.rotation_steps import RELATIVES, ROTATION, SHARE, WEIGHTS
from lmm_app.lessons.steps import Step

TOUR: tuple[Step, ...] = (RELATIVES, SHARE, ROTATION, WEIGHTS, CLIMB, METHODS, BRENT, SURE)
