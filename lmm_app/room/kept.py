"""What is kept of a class when its room has closed: its picture and its numbers, no names."""

from collections.abc import Sequence

from lmm_app.fit.text import number
from lmm_app.paper.alone import alone, place
from lmm_app.paper.tables_html import paragraph, table
from lmm_app.room import words
from lmm_app.room.board import estimates_board, guesses_board
from lmm_app.room.rooms import Seat
from lmm_app.room.theory import Theory

FILE = "class.html"
NOTE = "No name was asked for, and none is in this file. It needs no server and no network."


def class_page(seats: Sequence[Seat], theory: Theory) -> str:
    """The file: what was guessed, what was found, and every number, by ĥ.

    Args:
        seats: of the room; who is not in the picture, without an estimate, is in no row.
        theory: the distribution of ĥ that the class is shown over.
    """
    handed = [(seat.estimate, seat.guess) for seat in seats if seat.estimate]
    handed.sort(key=lambda one: (one[0].h2, one[0].upper))
    found = [estimate for estimate, _ in handed]
    guesses = [seat.guess for seat in seats if seat.guess is not None]
    title = f"A class of {len(seats)}: one true h, {words.counted(len(found), 'estimate')}"
    rows = [
        (
            str(row),
            "–" if guess is None else f"{guess:.2f}",
            number(one.h2, 3),
            f"{one.lower:.3f}–{one.upper:.3f}",
            "yes" if one.holds(theory.h2) else "no",
        )
        for row, (one, guess) in enumerate(handed, start=1)
    ]
    head = ("", "guess", "ĥ", "95% interval", "contains the true h")
    body = f"""\
<main>
<h1>{title}</h1>
{paragraph(f"**{words.missed_words(found, theory.h2)}** {words.estimates_words(found, theory)}")}
{place("estimates", "The estimates over their distribution in theory, and their intervals")}
<h2>What was guessed</h2>
{paragraph(words.guesses_words(guesses))}
{place("guesses", "The guesses")}
<h2>The numbers</h2>
{table(head, rows, "Each row is one student, in the order of ĥ")}
{paragraph(NOTE, "note")}
</main>"""
    boards = [
        ("estimates", estimates_board(seats, theory), 0.0),
        ("guesses", guesses_board(seats), 0.0),
    ]
    return alone(title, body, boards)
