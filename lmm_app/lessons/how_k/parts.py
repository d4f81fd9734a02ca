"""The five parts of the lesson, in order, and what a page says around them; pure."""

from collections.abc import Mapping
from types import MappingProxyType

from lmm_app.lessons.how_k.below_zero import FLOOR
from lmm_app.lessons.how_k.by_hand import BY_HAND
from lmm_app.lessons.how_k.every_marker import EVERY
from lmm_app.lessons.how_k.the_mean import MEAN
from lmm_app.lessons.how_k.with_oneself import SELF
from lmm_app.lessons.steps import Step

TITLE = "How K is made"
LEAD = (
    "K is a table of averages, and each can be made by hand: two mice, four markers. Then what the "
    "diagonal says, what the mean does, and why nobody should set negative entries to 0."
)
# By the word that stands for a part in links.
PARTS: Mapping[str, Step] = MappingProxyType(
    {"hand": BY_HAND, "self": SELF, "mean": MEAN, "markers": EVERY, "zero": FLOOR}
)
