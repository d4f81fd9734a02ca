"""“How K is made”, a page for each of its parts; the data at hand are the mice."""

from html import escape

from lmm_app.cards import kept
from lmm_app.lessons.how_k.parts import LEAD, PARTS, TITLE
from lmm_app.lessons.scene import Scene
from lmm_app.live.how_k import markers_board, own_board, start_of, table_board
from lmm_app.paper.alone import place as place_of_board
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import paragraph
from lmm_app.site import frame
from lmm_app.site.about_open import page_of

TABLE = "Eight mice and four markers, and their K"
OPEN = "The K that is open on this page is that of the mice."
# By part, what its own picture shows.
LABELS = {
    "hand": TABLE,
    "self": "The diagonal of K",
    "mean": "What a constant added to K does",
    "markers": "K of a pair, by more and more markers",
    "zero": "The smallest eigenvalues of K",
}


def pages(scene: Scene) -> dict[str, str]:
    """Every part by the name of its file."""
    return {
        frame.file_of("how_k", name): page_of(
            step,
            scene,
            _boards(name, scene),
            LABELS[name],
            OPEN if name in ("self", "mean", "zero") else "",
            title=f"{TITLE}: {step.title[0].lower()}{step.title[1:]}",
            above=f"{paragraph(LEAD)}{_parts(name)}",
            staying="" if name in ("hand", "markers") else place_of_board("table", TABLE),
        )
        for name, step in PARTS.items()
    }


def _parts(name: str) -> str:
    links = "".join(
        f"<b>{escape(step.title)}</b>"
        if one == name
        else f'<a href="{frame.file_of("how_k", one)}">{escape(step.title)}</a>'
        for one, step in PARTS.items()
    )
    return f'<p class="moves">{links}</p>'


def _boards(name: str, scene: Scene) -> list[Placed]:
    both = (("before", False), ("after", True))
    if name == "hand":
        return [(place, table_board(name, revealed=seen), 0.0) for place, seen in both]
    if name == "markers":
        return [(place, markers_board(kept.markers(), revealed=seen), 0.0) for place, seen in both]
    own: list[Placed] = [
        (
            place,
            own_board(name, scene.view, revealed=seen),
            start_of(name, scene.view, revealed=seen),
        )
        for place, seen in both
    ]
    return [("table", table_board(name, revealed=True), 0.0), *own]
