"""A plan for 50 minutes: when, on which screen, and what to say, as HTML with links; pure.

The numbers that are said are those of the first page and of the lessons; a test computes each.
"""

from dataclasses import dataclass
from html import escape

from lmm_app.lecturer.tables import teaching_table
from lmm_app.session.links import (
    EXPLORE,
    Lecture,
    card_link,
    link,
    place_of_step,
)
from lmm_app.sources.opened import Sample

MICE = Sample("mouse_hs300")
LAST_CARD = "boundary_zero"


@dataclass(frozen=True, slots=True)
class Part:
    """Some minutes of the plan.

    Attributes:
        minutes: from when to when.
        steps: of the tour, by their names, that are on the screen.
        say: what to say, in quotation marks, and what to do, between asterisks.
        first, card: whether the first page comes before them, and which card after them.
        links: whether the students open links of their own.
    """

    minutes: str
    steps: tuple[str, ...]
    say: tuple[str, ...]
    first: bool = False
    card: str = ""
    links: bool = False


PLAN = (
    Part(
        "0–5",
        (),
        (
            "“These 283 mice come from 22 families. Do males and females differ in CD8? Ordinary "
            "regression says yes, p = 0.002. Who believes it? Raise a hand.”",
            "*Drag to ĥ.* “Now the model lets relatives resemble each other. The difference "
            "shrinks from −0.32 to −0.12, p = 0.18. Which answer is right?”",
            "“Here we happen to know. The study had corrected for sex: over all 1,410 mice no "
            "difference is left. Today we find out why the first answer went wrong.”",
        ),
        first=True,
    ),
    Part(
        "5–13",
        ("relatives", "share"),
        (
            "“What will the cloud of close relatives look like: round or tilted? Vote.” *Reveal.*",
            "“At h = 0.2 two sibs have 0.10 in common. How much at 0.6? Write it down.” *Reveal.*",
        ),
    ),
    Part(
        "13–22",
        ("rotation", "weights"),
        (
            "“Watch the ellipse while I change h. Does it ever turn?” *Pause.* “Then one rotation "
            "serves every h. That is the whole trick.”",
            "“Which points get the smallest weight? Point left or right.” *Reveal.*",
        ),
    ),
    Part(
        "22–31",
        ("climb", "brent"),
        (
            "“Who comes forward and drags h until the band fits? The others call: higher, "
            "lower.” *Reveal.*",
            "“Golden-section cuts alone need 20 tries. With parabolas: fewer than 15, 15 to 20, or "
            "more? Raise a hand.” *Reveal.*",
        ),
    ),
    Part(
        "31–36",
        ("methods",),
        (
            "“The variance of a die is 2.92. If we always divide by three, is the average 2.92, "
            "less or more? Ask your neighbour.” *Reveal.*",
        ),
    ),
    Part(
        "36–44",
        (),
        (
            "“Come into the room, or open your link. You all have the same families and the same "
            "true h, but data of your own. Guess h; then hand in ĥ and its interval.” *Show the "
            "guesses, then the estimates.*",
            "“How far do they scatter? How many intervals contain the true h? We expect about one "
            "in twenty to miss it.”",
        ),
        links=True,
    ),
    Part(
        "44–50",
        ("next",),
        (
            "“Where did the −0.32 come from?” *Reveal.*",
            "“And last: a colleague gets ĥ = 0 and says that the program failed. What do you "
            "answer?” *Wait.*",
            "“In families like these, if nothing is inherited, about half of all samples give "
            "exactly 0. It is an answer. The interval says how much remains possible.”",
        ),
        card=LAST_CARD,
    ),
)
FOR_THE_CLASS = (
    "For the room or the students’ links choose families: “Full-sib families”, or a simulation "
    "with 200 individuals or more. Of 60 seeds of “Full-sib families”, 55 gave an interval that "
    "contains the true h. Expect five to eight of every 100 students to miss it. With 30 "
    "students, even four or five would be no surprise."
)
# Where the screens of the part stand that has none in the plan.
ROOM_OR_LINKS = "The room, or the students’ links from section 3"


def plan_table(base: str, room: str = "") -> str:
    """The plan, with links that open each screen for a projector.

    Args:
        base: of the addresses of the app.
        room: the address of the room that is open, on a projector.
    """
    rows = [
        (
            part.minutes,
            f'<p class="screen">{_screen(part, base, room)}</p>'
            f"{''.join(f'<p>{_said(words)}</p>' for words in part.say)}",
        )
        for part in PLAN
    ]
    return teaching_table("plan", ("minutes", "the screen, and what to say"), rows, STYLE)


def addresses(part: Part, base: str) -> list[tuple[str, str]]:
    """The screens of a part: what each is called and where it is."""
    found = []
    if part.first:
        found.append(("The first page", link(base, Lecture(MICE, EXPLORE), projector=True)))
    for name in part.steps:
        # A step is spoken of by its number, which the tour alone knows.
        title = f"Tour, step {place_of_step(name)}"
        found.append((title, link(base, Lecture(MICE, name), projector=True)))
    if part.card:
        found.append(("The card “The estimate is 0”", card_link(base, part.card, projector=True)))
    return found


def _screen(part: Part, base: str, room: str) -> str:
    screens = addresses(part, base)
    if part.links and not room:
        return ROOM_OR_LINKS
    if part.links:
        screens = [("The room", room)]
    return " · ".join(
        f'<a href="{escape(address)}" target="_blank">{escape(title)}</a>'
        for title, address in screens
    )


def _said(words: str) -> str:
    """What is to be done stands out from what is to be said."""
    parts = escape(words, quote=False).split("*")
    return "".join(f"<em>{one}</em>" if k % 2 else one for k, one in enumerate(parts))


STYLE = """\
.plan table { font-size: 0.95rem; }
.plan tbody th { width: 4.5rem; font-variant-numeric: tabular-nums; }
.plan .screen { font-size: 0.9rem; }
.plan p { margin: 0 0 0.4rem; }
"""
