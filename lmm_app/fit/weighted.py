"""What is said of a fit whose records do not all count alike; pure."""

from collections.abc import Mapping
from types import MappingProxyType

from lmm_app.fit.text import literal

# What a page does that takes every record for as good as another, by its address.
UNWEIGHTED: Mapping[str, str] = MappingProxyType(
    {
        "tour": "The tour explains a model in which every residual has the same variance.",
        "sure": "Its samples are drawn with residuals of the same variance.",
        "two": "It compares fits in which every record counts the same.",
        "traits": "All traits share one decomposition of K, and weights belong to that of one fit.",
        "scan": "All markers share one decomposition of K, and weights belong to that of one fit.",
    }
)
LAW = (
    "Residual variances become v(1 − h)/w. The weights are taken as they are: c times as large, "
    "they turn h into h/(h + c(1 − h)), as a K that is c times as large does; β stays the same. "
    "With a mean of 1/w of 1, v(1 − h) is the average residual variance."
)
COVARIANCE = {
    "title": "covariance of the errors, with weights w of the records",
    "pieces": ["var(e) = v·[hK + (1 − h)D], D = diag(1/w)"],
    "note": "Multiplied by √w, y, X and K from both sides, it is the model without weights: that "
    "is what is decomposed and rotated.",
}
# Those that hold of what is rotated, which has been multiplied by √w.
FORMULAS = (COVARIANCE, "weights", "coefficients", "variance")
SIDES = (
    "Before and after the rotation are not drawn for weighted records: what is rotated is not K "
    "but K multiplied by √w from both sides, and y and X by √w."
)
PROGRAMS = (
    "The programs to take away and the picture of K are of fits in which every record counts the "
    "same, so they are not offered here. `fit_lmm(y, X, K, weights=w)` and `lmm fit --weights` fit "
    "what is on the screen; the paragraph below says how."
)
NOT_DECOMPOSED = (
    "This is about K itself. With weights it is K multiplied by √w from both sides that is "
    "decomposed."
)
NOT_CONTINUED = "The curve is not continued beyond its ends for weighted records."
NOT_TWO = "This fit takes every record for as good as another."
NOT_CHECKED = "The dense check fits V = hK + (1 − h)I, in which every record counts the same."


def heading(trait: str) -> str:
    """What the workbench asks of a weighted fit, in Markdown."""
    return f"How strongly does {literal(trait)} follow kinship?"


def refusal(page: str, weighted_by: str) -> str:
    """Why a page does not show a weighted fit, in Markdown."""
    return (
        f"The records are weighted by “{literal(weighted_by)}”, and this page would leave that "
        f"out. {UNWEIGHTED[page]} Explore shows the weighted fit. To open this page, choose "
        "“all count alike” for the weights on the page Data."
    )
