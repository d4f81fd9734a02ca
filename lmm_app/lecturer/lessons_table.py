"""Every lesson in a table for those who teach: what its card asks, and what it answers; pure."""

from html import escape

from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.session.links import Lecture, card_link, link
from lmm_app.sources.opened import Lesson


def lessons_table(base: str) -> str:
    """What every lesson asks and answers, with links, as HTML."""
    return TABLE.format(rows="".join(_row(base, preset) for preset in PRESETS.values()))


def _row(base: str, preset: Preset) -> str:
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
        f'<tr><th scope="row">{escape(preset.title)}<span>{links}</span></th>'
        f"<td>{escape(preset.prompt)}<ul>{options}</ul></td>"
        f"<td>{escape(preset.claim)}{chance}</td></tr>"
    )


TABLE = """\
<style>
.lessons {{ width: 100%; border-collapse: collapse; font-size: 0.9rem; }}
.lessons th, .lessons td {{ text-align: left; vertical-align: top; padding: 0.5rem 1rem 0.5rem 0;
  border: 0; border-bottom: 1px solid rgba(128, 128, 128, 0.3); }}
.lessons tbody th {{ width: 13rem; font-weight: 600; }}
.lessons td {{ width: 40%; }}
.lessons th span {{ display: block; font-weight: 400; white-space: nowrap; }}
.lessons a {{ color: inherit; text-decoration: underline; }}
.lessons ul {{ margin: 0.2rem 0 0; padding: 0; list-style: none; opacity: 0.85; }}
.lessons li {{ margin: 0; padding: 0; font-size: 0.9rem !important; }}
@media (max-width: 640px) {{
  .lessons thead {{ display: none; }}
  .lessons tr, .lessons th, .lessons td {{ display: block; width: auto !important;
    border: 0; padding: 0.15rem 0; }}
  .lessons tr {{ border-bottom: 1px solid rgba(128, 128, 128, 0.3); padding: 0.5rem 0; }}
}}
</style>
<table class="lessons"><thead><tr><th scope="col">lesson</th>
<th scope="col">ask first</th><th scope="col">then say</th></tr></thead>
<tbody>{rows}</tbody></table>
"""
