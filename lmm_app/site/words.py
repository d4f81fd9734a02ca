"""Words: every entry of the glossary on one page, with an address of its own."""

from html import escape

from lmm_app.glossary.entries import alphabetical
from lmm_app.site import frame


def page() -> str:
    """The page."""
    listed = "".join(
        f'<div id="{entry.code}"><dt>{escape(entry.word)}</dt>'
        f"<dd>{escape(entry.meaning)}</dd></div>"
        for entry in alphabetical()
    )
    return frame.page("Words", f"<h1>Words</h1><dl>{listed}</dl>", here="words.html")
