"""One visual language: what a colour and a mark mean, wherever they appear.

Data colours are chosen to stand out by at least 3:1 on the light and on the dark page, so that
a figure is the same object in both; text, axes and grid take their colour from the page.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Okabe and Ito 2008, "Color universal design".
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"

METHOD_COLOR: Mapping[str, str] = MappingProxyType({"REML": "#2484c6", "ML": VERMILLION})
# Marks that overlap are filled thinly, so that their number shows; the outline carries the
# contrast, which a translucent fill on its own would lose.
POINTS = GREEN
POINTS_FILL = "rgba(0, 158, 115, 0.35)"
ESTIMATE = PURPLE
# Orange, as dark as it must be to show on white.
GUESS = "#b97c00"
NEUTRAL = "#8a939d"
PAPER_GREY = "#eef0f2"


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255 of a colour such as #0072B2."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
