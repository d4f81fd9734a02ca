"""What the documentation says of its tables is what stands in them."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from tests.claims import pages
from tests.claims.numbers import UNITS, is_said
from tests.places import ROOT

DOCS = ROOT / "docs"
FIGURE = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?")


def text(page):
    return (DOCS / f"{page}.md").read_text("utf-8")


def tables(page: str) -> Iterator[list[list[str]]]:
    """The cells of each table of a page, the head first."""
    for block in pages.blocks(text(page)):
        if block[0].startswith("|"):
            rows = [row for row in block if not pages.RULE.fullmatch(row)]
            yield [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def table(page, *head):
    """The rows of the table whose head begins so, as dicts by their heads."""
    found = [rows for rows in tables(page) if rows[0][: len(head)] == list(head)]
    assert len(found) == 1
    names, *rows = found[0]
    return [dict(zip(names, row, strict=True)) for row in rows]


def number(cell):
    return float(FIGURE.search(cell).group().replace(",", ""))


def cell(page, head, row, column):
    """One figure by the head of its table, the first cell of its row, and its column."""
    (line,) = [one for one in table(page, *head) if next(iter(one.values())) == row]
    return number(line[column])


def test_the_exact_interval_covers_as_it_says_in_every_cell():
    rows = table("coverage", "K", "n", "true h", "ĥ = 0")
    assert len(rows) == 20
    for row in rows:
        assert 93.5 <= number(row["exact"]) <= 96.5, row
        assert row["checked"] == "10 of 10"
    assert text("coverage").count("- nowhere\n") == 2


def test_the_tour_says_between_which_shares_both_intervals_cover():
    rows = table("coverage", "K", "n", "true h", "ĥ = 0")
    shares = [number(row[kind]) for row in rows for kind in ("exact", "profile")]
    assert (round(min(shares)), round(max(shares))) == (94, 98)
    assert {row["K"] for row in rows} == {"intercross", "full sibs"}


KINDS = ("profile", "exact", "tails", "albi", "pivot")


def kinds_of_interval():
    """Of each cell its n, its true h, and (coverage, mean length) of every kind that is defined."""
    for row in table("coverage", "K", "n", "true h", "profile", "exact"):
        parts = {kind: row[kind].split(",") for kind in KINDS if row[kind] != "–"}
        found = {kind: (number(one[0]), number(one[1])) for kind, one in parts.items()}
        yield int(row["n"]), float(row["true h"]), found


def test_the_exact_interval_covers_and_is_mostly_the_shortest():
    shortest = []
    for n, _, found in kinds_of_interval():
        least = 93.5 if n == 300 else 94.6
        assert found["exact"][0] >= least
        if n != 300:
            valid = [length for covers, length in found.values() if covers >= least]
            shortest.append(found["exact"][1] == min(valid))
    assert len(shortest) > 15
    assert np.mean(shortest) > 0.5


def test_where_the_other_kinds_cover_too_often_and_are_longer():
    cells = list(kinds_of_interval())
    ends = [found for _, h, found in cells if h in (0.0, 1.0)]
    middle = [found for _, h, found in cells if h == 0.5]

    def range_of(kind, cells):
        shares = [found[kind][0] for found in cells]
        return min(shares), max(shares)

    assert range_of("profile", middle) == (94.5, 95.9)
    assert range_of("profile", ends) == (96.7, 98.2)
    assert range_of("tails", ends) == (97.1, 98.1)
    longest = [max(found, key=lambda kind: found[kind][1]) for *_, found in cells]
    assert longest.count("tails") > len(cells) / 2
    assert all(found["albi"][1] > found["exact"][1] for found in ends)
    small = [found for n, h, found in cells if n == 100 and h == 0.5]
    assert len(small) == 3
    assert all(found["albi"][1] < found["exact"][1] for found in small)


def test_the_time_of_each_is_below_what_it_may_take():
    for row in table("coverage", "what", "n", "seconds"):
        assert number(row["seconds"]) < number(row["at most"])


def test_clean_data_are_suspected_as_often_as_is_said():
    rows = table("checks", "K", "values", "h", "swap")
    swap, shift = (np.mean([number(row[one]) for row in rows]) for one in ("swap", "shift"))
    assert f"Over all: swap {swap:.2f}%, shift {shift:.2f}%." in text("checks")
    assert {row["K"] for row in rows if row["clones"] == "yes"} == {"mice"}


def test_what_is_said_of_swaps_is_in_the_table():
    rows = table("checks", "n", "h", "any pair")
    (row,) = [one for one in rows if (one["n"], one["h"]) == ("300", "0.2")]
    assert number(row["the clearest"]) < 100 / 3
    assert max(number(row["any pair"]) for row in rows) < 10.0


def test_the_lessons_that_depend_on_chance_are_counted():
    rows = table("lessons", "lesson", "another answer, of 100 seeds")
    for row in rows:
        seeds = [] if row["with the seeds"] == "–" else row["with the seeds"].split(",")
        assert len(seeds) == number(row["another answer, of 100 seeds"])
    (zero,) = [row for row in rows if row["lesson"] == "The estimate is 0"]
    assert f"and so {zero['another answer, of 100 seeds']} of these 100 do not" in text("lessons")


def test_other_systems_are_wrong_as_often_as_is_said():
    rows = table("other_systems", "data", "trait", "method")
    systems = table("other_systems", "system", "answers", "wrong")
    assert f"What {UNITS[len(systems)]} other systems answer" in text("fit/search")
    for one in systems:
        cells = [row[one["system"]] for row in rows]
        assert len(cells) == number(one["answers"])
        assert sum(entry.startswith("**") for entry in cells) == number(one["wrong"])
    (bimodal,) = [row for row in rows if (row["data"], row["method"]) == ("bimodal30", "ML")]
    assert bimodal["R/qtl2"] == "**0.1196**, lower by 0.0927"
    assert bimodal["here"] == "0.9617"
    assert "that ends at 0.1196, lower by 0.0927 than the top at 0.9617" in text("for/rqtl2")


SCAN = ("", "seconds, median", "times U'G")
REFIT = "scan, h refitted at each marker: rotation, refits, Wald tests"
WHOLE = ("", "seconds, median", "of FaST-LMM's")
RATE = ("by", "traits", "time")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("in 0.34 s once K", lambda: cell("traits", RATE, "fit_traits, REML", "time")),
        ("96 times the rate", lambda: last("a loop over fit_lmm")),
        ("21 times that of R's", lambda: last("R, optimize")),
        ("in 1.1 times the bare", lambda: cell("scan", SCAN, REFIT, "times U'G")),
        ("8.6 times as fast", lambda: cell("scan", SCAN, REFIT, "GEMMA's time over it")),
        ("in 0.6 times the time", lambda: of_fastlmm("h held")),
        ("0.6 times the time of FaST-LMM", lambda: of_fastlmm("h refitted at each marker")),
        ("streamed in 10 s", lambda: number(growth("1,000,000")["scan"])),
    ],
)
def test_the_summary_of_speed_is_of_the_tables(said, found):
    assert said in text("speed")
    written = re.search(r"\d[\d.]*", said).group()
    assert is_said(written, found())


def last(row):
    return cell("traits", RATE, row, "fit_traits, REML, has times the rate")


def of_fastlmm(h):
    return cell("scan", WHOLE, f"scan_markers, {h}", "of FaST-LMM's")


def growth(markers):
    rows = table("scan", "individuals", "markers", "decompose")
    (row,) = [one for one in rows if (one["individuals"], one["markers"]) == ("500", markers)]
    return row


def test_what_a_class_of_sixty_waits_is_little():
    rows = table("speed", "server", "students")
    clicks = {
        (row["server"], row["students"]): number(row["click, p50 / p95 / worst"]) for row in rows
    }
    # 200 a core: beside 300 by one process a click waits seconds, by two they do not.
    assert clicks["one process", "200"] < 0.1
    assert clicks["one process", "300"] > 1.0
    assert clicks["two processes", "300"] < 0.1
