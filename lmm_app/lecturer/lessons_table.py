"""Every lesson in a table for those who teach: what its card asks, and what it answers; pure."""

from html import escape

from lmm_app.lecturer.tables import teaching_table
from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.session.links import Lecture, card_link, link
from lmm_app.sources.opened import Lesson


def lessons_table(base: str) -> str:
    """What every lesson asks and answers, with links, as HTML."""
    rows = (_row(base, preset) for preset in PRESETS.values())
    return teaching_table("lessons", ("lesson", "ask first", "then say"), rows, STYLE)


def _row(base: str, preset: Preset) -> tuple[str, str, str]:
    lesson = Lecture(Lesson(preset.name))
    places = (
        ("Card", card_link(base, preset.name)),
        ("Explore", link(base, lesson)),
        ("Projector", card_link(base, preset.name, projector=True)),
    )
    links = " · ".join(
        f'<a href="{escape(address)}" target="_blank" '
        f'aria-label="{escape(preset.title)}: {where}">{where}</a>'
        for where, address in places
    )
    options = "".join(
        f"<li>{escape(words)}{' ✓' if code == preset.right else ''}</li>"
        for code, words in preset.options.items()
    )
    chance = f" <em>{escape(preset.chance)}</em>" if preset.by_chance else ""
    return (
        f"{escape(preset.title)}<span>{links}</span>",
        f"{escape(preset.prompt)}<ul>{options}</ul>",
        f"{escape(preset.claim)}{chance}",
    )


STYLE = """\
.lessons tbody th { width: 13rem; }
.lessons td { width: 40%; }
.lessons th span { display: block; font-weight: 400; white-space: nowrap; }
.lessons ul { margin: 0.2rem 0 0; padding: 0; list-style: none; opacity: 0.85; }
.lessons li { margin: 0; padding: 0; font-size: 0.9rem !important; }
"""
