"""Links for a class: from what is chosen to an address, and back; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, get_args
from urllib.parse import urlencode

from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import TOUR
from lmm_app.sources.opened import (
    LAST_SEED,
    RANGES,
    Lesson,
    Population,
    Sample,
    Simulation,
    sample_entry,
)
from lmm_data.dataset import Dataset
from lmm_data.preparation.design import default_model
from lmm_data.written import csv_text

Drawn: TypeAlias = Lesson | Simulation
Linked: TypeAlias = Sample | Lesson | Simulation
# The student, the seed, which hidden data do not tell, and the link.
Row: TypeAlias = tuple[int, int | None, str]
Number = TypeVar("Number", int, float)

MAX_STUDENTS = 300
# The last student's seed must still be one.
LAST_FIRST_SEED = LAST_SEED - MAX_STUDENTS + 1
EXPLORE = "explore"
# The word of a link that says of hidden data what they are.
TOKEN = "token"
PAGES: Mapping[str, str] = MappingProxyType(
    {EXPLORE: "Explore"}
    | {step.name: f"Tour, step {place}: {step.title}" for place, step in enumerate(TOUR, start=1)}
)
# By their names in links: the fields of a simulation.
FIELDS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("population", "n", "generations", "pairs", "family_size", "qtl")}
    | {"sex": "sex_effect", "true_h": "h2"}
)
# All that a link may say of data that are drawn.
OF_DRAWN_DATA = ("data", "preset", "seed", *FIELDS)


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a link opens.

    Attributes:
        source: the data.
        page: `explore`, or the name of a step of the tour.
        token: of each student's own data, 0 for those of all, where the true h is not to be seen.
        more: what else the link sets, by names in links.
    """

    source: Linked
    page: str = EXPLORE
    token: Callable[[int], str] | None = None
    more: tuple[tuple[str, str], ...] = ()


def link(
    base: str,
    lecture: Lecture,
    *,
    seed: int | None = None,
    student: int = 0,
    projector: bool = False,
) -> str:
    """The address that opens a lecture, under the app's own address or, without, a relative one.

    Args:
        base: where the app is, with a slash at its end, or empty.
        lecture: what it opens.
        seed: of the data, by default their own.
        student: whose data, if they are hidden; 0 for those of all.
        projector: whether in large type and without the sidebar.
    """
    source = lecture.source if seed is None else with_seed(lecture.source, seed)
    words = [] if lecture.page == EXPLORE else [("step", lecture.page)]
    words += [(TOKEN, lecture.token(student))] if lecture.token else source_words(source).items()
    words += lecture.more
    if projector:
        words.append(("projector", "true"))
    # Explore is at the root.
    page = (base or "./") if lecture.page == EXPLORE else f"{base}tour"
    return f"{page}?{urlencode(words)}"


def card_link(base: str, name: str, *, projector: bool = False) -> str:
    """The address of the card of a lesson, alone on its page."""
    words = [("card", name)] + [("projector", "true")] * projector
    return f"{base}lessons?{urlencode(words)}"


def place_of_step(name: str) -> int:
    """The number of a step of the tour, from 1 on, by its name."""
    return [step.name for step in TOUR].index(name) + 1


def base_of(url: str | None, page: str) -> str:
    """Where the app is, from the address of one of its pages; empty if that is not known."""
    if not url or "://" not in url:
        return ""
    root = url.split("?")[0].split("#")[0].rstrip("/").removesuffix(f"/{page}")
    return root.rstrip("/") + "/"


def source_words(source: Linked) -> dict[str, str]:
    """What a link says of the data: the seed always, other settings where they are not usual."""
    match source:
        case Sample(name):
            return {"data": "sample", "sample": name}
        case Lesson(name):
            words = {"data": "lesson", "preset": name}
        case Simulation():
            usual = Simulation()
            words = {"data": "simulate"}
            for name, field in FIELDS.items():
                if getattr(source, field) != getattr(usual, field):
                    words[name] = f"{getattr(source, field):{'' if name == 'population' else 'g'}}"
    return words | {"seed": str(seed_of(source))}


def drawn(words: Mapping[str, str]) -> Drawn | None:
    """The data that the words of a link are about; None if they are not drawn.

    As everywhere, a setting that cannot be falls back to the usual one. But a lesson that there
    is not is no data.
    """
    if words.get("data") == "lesson":
        name = words.get("preset", next(iter(PRESETS)))
        if name not in PRESETS:
            return None
        return Lesson(name, _read(words.get("seed"), PRESETS[name].seed, 1, LAST_SEED))
    if words.get("data") != "simulate":
        return None
    usual = Simulation()
    populations: tuple[Population, ...] = get_args(Population)
    asked = [one for one in populations if one == words.get("population")]
    numbers: dict[str, Any] = {
        field: _read(words.get(name), getattr(usual, field), *RANGES[name])
        for name, field in FIELDS.items()
        if name in RANGES
    }
    return Simulation(
        population=asked[0] if asked else usual.population,
        seed=_read(words.get("seed"), usual.seed, 1, LAST_SEED),
        **numbers,
    )


def settings(
    dataset: Dataset, trait: str, columns: Sequence[str], method: str
) -> tuple[tuple[str, str], ...]:
    """What a link says of trait, covariates and method, where they are not the usual ones."""
    words = [] if method == "REML" else [("method", method)]
    if trait != dataset.traits.columns[0]:
        words.append(("trait", trait))
    if tuple(columns) != default_model(dataset):
        words += [("covariates", name) for name in columns] or [("covariates", "")]
    return tuple(words)


def seed_of(source: Drawn) -> int:
    """The seed that the data are drawn with."""
    if isinstance(source, Lesson) and source.seed is None:
        return PRESETS[source.name].seed
    return int(source.seed or 0)


def with_seed(source: Linked, seed: int) -> Linked:
    """The same recipe with another seed; a sample is what it is."""
    return source if isinstance(source, Sample) else replace(source, seed=seed)


def name_of(source: Linked) -> str:
    """What the data are called, whatever the seed."""
    match source:
        case Sample(name):
            entry = sample_entry(name)
            return entry.title if entry else name
        case Lesson(name):
            return PRESETS[name].title
        case Simulation():
            return "Simulation"


def student_rows(base: str, lecture: Lecture, first: int, students: int) -> list[Row]:
    """Student, seed and link of everyone; hidden data have a token of their own, and no seed."""
    numbers = range(1, students + 1)
    if lecture.token:
        return [(number, None, link(base, lecture, student=number)) for number in numbers]
    seeds = [first + number - 1 for number in numbers]
    return [(k, seed, link(base, lecture, seed=seed)) for k, seed in enumerate(seeds, 1)]


def columns(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The rows as a table, with a column for the seed if there is one."""
    names = ("student", "seed", "link")
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in rows
    ]


def links_csv(rows: Sequence[Row]) -> str:
    """The links as comma-separated text."""
    table = columns(rows)
    return csv_text(tuple(table[0]), [tuple(row.values()) for row in table])


def slips_html(title: str, rows: Sequence[Row]) -> str:
    """A page to print and cut up: a slip for each student."""
    slips = "".join(
        f'<div class="slip"><b>Student {student}</b>'
        f"{'' if seed is None else f' <span>seed {seed}</span>'}"
        f'<p><a href="{escape(address)}">{escape(address)}</a></p></div>'
        for student, seed, address in rows
    )
    return SLIPS.format(title=escape(title), slips=slips)


SLIPS = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 11pt/1.35 sans-serif; margin: 1.2cm; color: #000; background: #fff; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(8cm, 1fr)); }}
.slip {{ border: 1px dashed #777; padding: 0.35cm 0.5cm; break-inside: avoid; }}
.slip span {{ float: right; color: #444; }}
.slip p {{ margin: 0.15cm 0 0; overflow-wrap: anywhere; font-size: 9.5pt; }}
a {{ color: inherit; text-decoration: none; }}
</style></head><body><h1>{title}</h1><main>{slips}</main></body></html>
"""


def _read(text: str | None, usual: Number, low: float, high: float) -> Number:
    """A number of the same kind as the usual one, which is taken where it cannot be."""
    try:
        value = type(usual)(text or "")
    except ValueError:
        return usual
    return value if low <= value <= high else usual
