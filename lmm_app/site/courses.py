"""The three courses as a static page has them: pages of the app are named, and not linked."""

from html import escape

from lmm_app.cards.courses import STEPS, title_of
from lmm_app.lessons.courses import COURSES, Stop
from lmm_app.paper.tables_html import paragraph
from lmm_app.site import frame

PAGES = {
    "sure": "How sure?",
    "two": "Two fits",
    "data": "Data",
    "traits": "All traits",
    "scan": "QTL scan",
}


def blocks() -> str:
    """A drawer for each course."""
    return "".join(
        f"<details><summary><strong>{escape(course.title)}</strong></summary>"
        f"{paragraph(course.lead)}<ol>"
        + "".join(
            f"<li><strong>{escape(meeting.title)}</strong><br>"
            + " · ".join(_link(stop) for stop in meeting.stops)
            + (paragraph(f"*To hand in:* {meeting.question}") if meeting.question else "")
            + "</li>"
            for meeting in course.meetings
        )
        + "</ol></details>"
        for course in COURSES.values()
    )


def _link(stop: Stop) -> str:
    if stop.kind == "page":
        return f"{escape(PAGES[stop.name])} (in the app)"
    target = {
        "tour": lambda: f"tour-{STEPS[stop.name][0]}.html",
        "card": lambda: f"#{stop.name}",
        "alone": lambda: frame.first_file(stop.name),
    }[stop.kind]()
    return f'<a href="{target}">{escape(title_of(stop))}</a>'
