"""The folder itself."""

from collections.abc import Callable
from pathlib import Path

from lmm_app.session import keep
from lmm_app.session.state import Shown
from lmm_app.site import about_genome, about_open, how_k, lessons, moves, story, tour, words
from lmm_app.site.lessons import METHOD
from lmm_app.sources.opened import Sample
from lmm_app.tour.kept import scene_of
from lmm_core import LMMError
from lmm_data.preparation.design import default_model

# What the first page and the tour are about.
MICE = Sample("mouse_hs300")


def pages() -> dict[str, str]:
    """All pages by the names of their files; the same package gives the same text."""
    opened = keep.opened(MICE)
    data = opened.dataset
    view = keep.fitted(data.problem(data.traits.columns[0], default_model(data)))
    shown = Shown(opened, view, METHOD, MICE)
    scene = scene_of(shown)
    return {
        "index.html": story.page(MICE, opened, view),
        **tour.pages(scene),
        **lessons.pages(),
        **how_k.pages(scene),
        **moves.pages(),
        **about_open.pages(scene, shown),
        **about_genome.pages(),
        "words.html": words.page(),
    }


def write(folder: Path, tell: Callable[[str], None]) -> None:
    """Write the pages into a folder, which is made if there is none.

    Args:
        folder: what else is in it stays as it is.
        tell: is told the name of each file that is written.

    Raises:
        LMMError: if a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (folder / name).write_text(text, encoding="utf-8")
            tell(name)
    except OSError as error:
        raise LMMError(
            "the pages are written into a folder",
            f"{error.filename} cannot be written ({error.strerror})",
            "name a folder that you may write to",
        ) from error
