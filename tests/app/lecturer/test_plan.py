"""The plan for a class and the table of lessons: links that open, and numbers that are so."""

import csv
import io
import re
from html import unescape
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from scipy.special import stdtr

from lmm_app.explore.story import over_all_mice
from lmm_app.lecturer.lessons_table import lessons_table
from lmm_app.lecturer.plan import FOR_THE_CLASS, LAST_CARD, PLAN, addresses, plan_table
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import TOUR
from lmm_app.session.links import Lecture, card_link, link
from lmm_app.sources.opened import Lesson, Sample, open_source
from lmm_core import decompose, fit_lmm, fit_rotated, interval_h2, maximize_brent, rotate
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.dense import dense_gls
from lmm_data.samples import sample_folder
from tests.links import open_page

BASE = "https://class.example.org/lmm/"
STEPS = [step.name for step in TOUR]
SAID = " ".join(words for part in PLAN for words in part.say)


def spoken(places):
    """An address as it is opened here: the page and its words."""
    parts = urlsplit(places)
    return parts.path.rpartition("/")[2], parse_qs(parts.query)


def test_the_plan_takes_fifty_minutes_without_a_gap():
    ends = [tuple(map(int, part.minutes.split("–"))) for part in PLAN]
    assert ends[0][0] == 0
    assert ends[-1][1] == 50
    assert all(one[1] == two[0] for one, two in pairwise(ends))
    assert all(start < end for start, end in ends)


def test_the_plan_goes_through_the_steps_of_the_tour():
    names = [name for part in PLAN for name in part.steps]
    assert len(set(names)) == len(names) == 8
    assert set(names) <= set(STEPS)


@pytest.mark.parametrize("part", PLAN, ids=lambda part: part.minutes)
def test_every_screen_opens_and_is_for_a_projector(part):
    found = addresses(part, BASE)
    assert len(found) == part.first + len(part.steps) + bool(part.card)
    assert bool(found) != part.links
    for title, address in found:
        page, words = spoken(address)
        app = open_page(page, words)
        assert app.session_state["projector"] is True
        assert not app.toast
        if page == "tour":
            (name,) = words.get("step", STEPS[:1])
            assert title == f"Tour, step {STEPS.index(name) + 1}"
            assert app.session_state["step"] == name
        if page == "lessons":
            assert app.title[0].value in title
        else:
            assert app.session_state["shown"].source == Sample("mouse_hs300")
        assert f'href="{address.replace("&", "&amp;")}"' in plan_table(BASE)


def test_all_that_is_to_be_said_is_in_the_table():
    table = unescape(plan_table(BASE))
    plain = re.sub(r"</?(em|p)>", "", table)
    for part in PLAN:
        for words in part.say:
            assert words.replace("*", "") in plain
            assert words.count("*") % 2 == 0
            assert words.count("“") == words.count("”") > 0


def mice():
    data = open_source(Sample("mouse_hs300")).dataset
    problem = data.problem("CD8", ("sex",))
    return problem, fit_lmm(problem.y, problem.X, problem.K)


def test_what_is_said_of_the_mice_is_so():
    problem, fit = mice()
    effects = {}
    for h2 in (0.0, fit.h2):
        # By generalised least squares, without the rotation.
        dense = dense_gls(problem.y, problem.X, problem.K, h2)
        t = dense.beta[1] / dense.se_beta[1]
        effects[h2] = dense.beta[1], 2 * stdtr(problem.n - 2, -abs(t))
    (b0, p0), (b1, p1) = effects.values()
    minus = "\N{MINUS SIGN}"
    assert f"These {problem.n} mice come from {sibships(problem.ids)} families" in SAID
    assert f"Ordinary regression says yes, p = {p0:.3f}." in SAID
    assert f"shrinks from {b0:.2f} to {b1:.2f}, p = {p1:.2f}.".replace("-", minus) in SAID
    assert f"Where did the {b0:.2f} come from?".replace("-", minus) in SAID
    b, se, n = over_all_mice()
    assert f"over all {n:,} mice no difference is left" in SAID
    assert abs(b) < 0.01 < se


def sibships(ids):
    """How many pairs of parents these mice have."""
    text = (sample_folder() / "mouse_hs300" / "families.csv").read_text("utf-8")
    rows = {row["id"]: row["sibship"] for row in csv.DictReader(io.StringIO(text))}
    return len({rows[label] for label in ids})


def test_two_sibs_have_what_is_said_in_common():
    K = open_source(Sample("tiny12")).dataset.kinship
    assert f"At h = 0.2 two sibs have {0.2 * K[0, 1]:.2f} in common" in SAID


def test_golden_section_cuts_alone_need_as_many_tries_as_are_said():
    found = maximize_brent(lambda h2: h2, 0.0, 1.0, xtol=1e-4)
    tried = [step.procedure for step in found.trace]
    assert set(tried) <= {"initial", "golden"}
    assert f"Golden-section cuts alone need {len(tried)} tries" in SAID


def test_about_half_of_all_samples_give_zero():
    data = PRESETS[LAST_CARD].make().dataset
    pairs = contrasts(rotate(decompose(data.kinship), data.traits.values[:, 0]))
    rng = np.random.default_rng(1)
    zero = sample_estimates(pairs, 0.0, rng=rng, draws=20_000, reml=True).at_zero
    assert 0.45 < zero < 0.55
    assert "about half of all samples give exactly 0" in SAID
    assert PRESETS[LAST_CARD].title == "The estimate is 0"


def test_of_sixty_seeds_as_many_intervals_contain_the_truth_as_are_said():
    preset = PRESETS["full_sibs"]
    eigen = decompose(preset.make().dataset.kinship)
    held = []
    for seed in range(1, 61):
        made = preset.make(seed)
        X = np.column_stack([np.ones(200), made.dataset.covariates.values])
        rotated = rotate(eigen, made.dataset.traits.values[:, 0], X)
        lower, upper = interval_h2(fit_rotated(rotated))
        held.append(lower <= made.true_h2 <= upper)
    assert f"Of 60 seeds of “{preset.title}”, {sum(held)} gave an interval" in FOR_THE_CLASS
    # Of the 30 seeds of a class the number that miss is within what is said.
    misses = [30 - sum(held[k : k + 30]) for k in range(31)]
    assert max(misses) <= 4


def test_the_table_of_lessons_asks_and_answers_as_the_cards_do():
    table = unescape(lessons_table(BASE))
    assert table.count("<tr>") == 1 + len(PRESETS)
    for name, preset in PRESETS.items():
        assert preset.claim in table
        assert preset.prompt in table
        assert (preset.chance in table) == preset.by_chance
        for code, words in preset.options.items():
            assert f"<li>{words}{' ✓' * (code == preset.right)}</li>" in table
        for address in (
            link(BASE, Lecture(Lesson(name))),
            card_link(BASE, name),
            card_link(BASE, name, projector=True),
        ):
            assert f'"{address}"' in table
