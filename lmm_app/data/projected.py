"""Data on a projector: the verdict in a line, and one picture of the data at a time."""

from lmm_app.data.figure import picture_figure
from lmm_app.data.gallery import Illustrated
from lmm_app.data.numbers import numbers_of
from lmm_app.data.words import Headline
from lmm_app.fit.text import literal
from lmm_app.paper.picture import Picture
from lmm_app.plotted.show import show
from lmm_app.session import linked, projector


def render(heading: str, headline: Headline, illustrated: Illustrated) -> None:
    """Draw the page: what the findings show comes first, then the pictures of no finding."""
    place = projector.frame()
    place.head(heading)
    place.line.markdown(f"**{literal(headline.verdict)}.** {literal(headline.reason)}")
    shown = [picture for _, pictures in illustrated.findings for picture in pictures]
    pictures = {picture.name: picture for picture in (*shown, *illustrated.others)}
    if not pictures:
        return
    with place.foot:
        name = linked.selectbox(
            "Picture of the data",
            {name: picture.title for name, picture in pictures.items()},
            "data_picture",
            label_visibility="collapsed",
            width=520,
        )
    with place.picture:
        draw(pictures[name])


def draw(picture: Picture) -> None:
    """A picture with its numbers."""
    show(picture_figure(picture), f"picture_{picture.name}", picture.words, numbers_of(picture))
