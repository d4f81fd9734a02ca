"""Words: every entry of the glossary on one page, with an address of its own."""

from lmm_app.glossary.entries import alphabetical
from lmm_app.paper.tables_html import definitions
from lmm_app.site import frame


def page() -> str:
    """The page."""
    body = f"<h1>Words</h1>{definitions(alphabetical(), addressed=True)}"
    return frame.page("Words", body, here="words.html")
