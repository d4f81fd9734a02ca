"""The paragraph on methods: each number in it is the fit's, and none is in it but these."""

import re
from functools import cache
from statistics import median

import numpy as np
import pytest
import yaml

from lmm_core import decompose, fit_lmm, fit_rotated, rotate
from lmm_core.certainty import Interval, interval_h2
from lmm_core.grid import profile_grid
from lmm_core.scales import average_share
from lmm_core.version import versions
from lmm_data.dataset import align
from lmm_data.methods import REFERENCES, SOFTWARE, YEAR, methods_paragraph
from lmm_data.tables import Table
from tests.odd_views import KINDS, make_problem, sibs, view
from tests.places import ROOT

METHODS = ("ML", "REML")
NUMBER = r"−?\d[\d,]*(?:\.\d+)?"
PER_CENT = r"(?:less than |more than )?\d+%"
ENDS = {
    "lower_boundary": ("h = 0, the lower end", 0.0),
    "upper_boundary": ("h = 1, the upper end", 1.0),
}


def value(words):
    return float(words.replace("−", "-").replace(",", ""))


def rounds_to(words, number):
    """Whether a number is written to as many decimals as it has."""
    decimals = len(words.partition(".")[2])
    return abs(value(words) - number) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def share_words(fit, h):
    share = average_share(h, fit.eigen.mean_diagonal)
    if 0 < share < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.99 < share < 1 else f"{100 * share:.0f}%"


@cache
def written(kind, method):
    found = view(kind).methods[method]
    return methods_paragraph(view(kind).problem, found.fit, found.interval)


class Reader:
    """A text from which what was understood is taken out."""

    def __init__(self, text):
        self.text = text

    def take(self, pattern):
        """The groups of the one place that matches, which is then gone."""
        (found,) = re.finditer(pattern, self.text)
        self.text = self.text[: found.start()] + self.text[found.end() :]
        return found.groups()


def check_data(read, problem, fit):
    trait, who = read.take(
        rf"The trait (.+?) of ({NUMBER} individuals|{NUMBER} records of {NUMBER} individuals) was "
    )
    assert trait == problem.trait
    counts = [value(number) for number in re.findall(NUMBER, who)]
    assert counts == [problem.n] if problem.of is None else [problem.n, problem.individuals]
    names = problem.columns[1:]
    if names:
        count, listed, p = read.take(
            rf"an intercept and ({NUMBER}) covariates? \((.+?)\): ({NUMBER}) coefficients?\."
        )
        assert (value(count), listed) == (len(names), ", ".join(names))
    else:
        (p,) = read.take(rf"X holds an intercept: ({NUMBER}) coefficient\.")
    assert value(p) == fit.p
    if fit.rotated.aliased.size:
        (gone,) = read.take(r"No coefficient was fitted for (.+?), (?:a )?combinations? of other")
        assert gone == ", ".join(problem.columns[j] for j in fit.rotated.aliased)
    if problem.dropped:
        (count,) = read.take(rf"({NUMBER}) (?:individual|record)s? with missing values")
        assert value(count) == len(problem.dropped)


def check_kinship(read, fit):
    kappa = fit.eigen.mean_diagonal
    (said,) = read.take(rf"its diagonal averages ({NUMBER}) over those analysed")
    assert rounds_to(said, kappa)
    if fit.maxima and abs(kappa - 1) > 0.005:
        (again,) = read.take(rf"hκ/\(hκ \+ 1 − h\) with κ = ({NUMBER})\.")
        assert again == said
    if fit.rotated.n_null:
        zeros, n = read.take(rf"({NUMBER}) of its ({NUMBER}) eigenvalues (?:is|are) 0\.")
        assert (value(zeros), value(n)) == (fit.rotated.n_null, fit.n)


def check_search(read, fit):
    if fit.rotated.exact or (fit.reml and fit.n - fit.p <= 1):
        return
    (sweep,) = read.take(rf"first computed at ({NUMBER}) values of h")
    assert value(sweep) == len(profile_grid(fit.rotated))
    if fit.maxima:
        xtol, hills, tries, on = read.take(
            rf"tolerance ({NUMBER})\) then climbed (its one|each of its {NUMBER}) "
            rf"(?:finite )?hills?, with ({NUMBER}) values( on the highest)?\."
        )
        assert value(xtol) == fit.xtol
        assert hills == ("its one" if len(fit.maxima) == 1 else f"each of its {len(fit.maxima)}")
        assert bool(on) == (len(fit.maxima) > 1)
        assert value(tries) == sum(step.procedure != "boundary" for step in fit.trace)


def check_answer(read, fit, interval):
    if fit.status == "flat":
        read.take(re.escape(fit.message))
        return
    if fit.status == "unbounded":
        read.take("rises without end as h nears 1")
    if not fit.maxima:
        read.take("there is no estimate of h")
        return
    if fit.status in ENDS:
        words, h = ENDS[fit.status]
        read.take(re.escape(words))
        assert fit.h2 == h
    mark, h, level, low, high, share, share_low, share_high = read.take(
        rf"(ĥ|h) = ({NUMBER}) \(({NUMBER})% profile interval ({NUMBER}) to ({NUMBER})\): "
        rf"({PER_CENT}) of the average individual’s variance follows kinship "
        rf"\(({PER_CENT}) to ({PER_CENT})\)\."
    )
    assert mark == ("h" if fit.status == "unbounded" else "ĥ")
    assert value(level) == 100 * interval.level
    for said, number in ((h, fit.h2), (low, interval.lower), (high, interval.upper)):
        assert rounds_to(said, number)
        assert (value(said) in (0, 1)) == (number in (0, 1))
    ends = (fit.h2, interval.lower, interval.upper)
    assert (share, share_low, share_high) == tuple(share_words(fit, end) for end in ends)
    v, power, loglik = read.take(
        rf"v̂ = ({NUMBER})( × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?, and the (?:restricted )?log-likelihood is "
        rf"({NUMBER})\."
    )
    raised = (power or " × 10⁰")[5:].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert value(v) * 10.0 ** int(raised) == pytest.approx(fit.sigma2, rel=5e-4)
    assert rounds_to(loglik, fit.loglik)
    assert ("every h." in read.text) == ((interval.lower, interval.upper) == (0, 1))
    if len(fit.maxima) > 1:
        h, lower = read.take(rf"The next hill is at h = ({NUMBER}), ({NUMBER}) lower\.")
        assert rounds_to(h, fit.maxima[1].h2)
        assert rounds_to(lower, fit.loglik - fit.maxima[1].loglik)
    goes, drop, quantile = read.take(
        rf"interval (goes from the first to the last|holds every) h whose log-likelihood is within "
        rf"({NUMBER}) of the top, half of the ({NUMBER})% quantile"
    )
    assert goes.startswith("goes") == (len(fit.maxima) > 1)
    # By simulation of its square, for the quantile is not to be looked up twice in one way.
    normal = np.sort(np.abs(np.random.default_rng(0).standard_normal(400_000)))
    square = normal[int(interval.level * normal.size)] ** 2
    assert value(drop) == pytest.approx(square / 2, rel=0.02)
    assert value(quantile) == 100 * interval.level


def check_whole(text, problem, fit, interval):
    """Every number is accounted for, and what is cited is listed."""
    paragraph, _, heading, *listed = text.split("\n")
    assert heading == "References"
    read = Reader(paragraph)
    read.take(r"y = Xβ \+ e, var\(e\) = v\[hK \+ \(1 − h\)I\]")
    check_data(read, problem, fit)
    check_kinship(read, fit)
    check_search(read, fit)
    check_answer(read, fit, interval)
    made = versions()
    read.take(
        re.escape(
            f"“{SOFTWARE}”, version {made['lmm_core']}, with NumPy {made['numpy']}, SciPy "
            f"{made['scipy']} and Python {made['python']}."
        )
    )
    for mark, reference in REFERENCES.items():
        assert (mark in read.text) == (reference in listed), mark
        read.text = read.text.replace(mark, "")
    assert not re.search(r"\d|nan|None", read.text), read.text
    assert f"{SOFTWARE}, version {made['lmm_core']}, {YEAR}." in listed
    assert f"({'REML' if fit.reml else 'ML'})" in paragraph


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_that_of_the_fit_whatever_its_status(kind, method):
    found = view(kind).methods[method]
    check_whole(written(kind, method), view(kind).problem, found.fit, found.interval)


def test_all_statuses_were_among_them():
    fits = [view(kind).fit(method) for kind in KINDS for method in METHODS]
    assert {fit.status for fit in fits} == {"interior", *ENDS, "flat", "unbounded"}
    assert any(fit.status == "unbounded" and not fit.maxima for fit in fits)
    assert {len(fit.maxima) for fit in fits} == {0, 1, 2}
    assert any(fit.rotated.aliased.size for fit in fits)


def records(size):
    rng = np.random.default_rng(8)
    ids = tuple(f"p{place}" for place in np.sort(rng.integers(0, 12, 30)))
    people = tuple(f"p{place}" for place in range(12))
    y = size * rng.standard_normal(30)
    y[:2] = np.nan
    data = align(
        "records",
        Table("pheno.csv", ids, ("y",), y[:, np.newaxis]),
        Table("kinship.csv", people, people, 0.5 * sibs(4, 3)),
    )
    return data.problem("y", ())


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("size", [1.0, 1e-5, 1e7])
def test_records_missing_values_other_units_scales_and_levels(size, level):
    problem = records(size)
    fit = fit_lmm(problem.y, problem.X, problem.decomposed())
    interval = interval_h2(fit, level=level)
    text = methods_paragraph(problem, fit, interval)
    check_whole(text, problem, fit, interval)
    assert "2 records with missing values were left out." in text
    assert "Records of one individual share its row and column of K." in text
    assert "So h is not itself a share of the variance." in text


def test_the_exact_interval_is_there_where_it_is_shown():
    shown = view("interior")
    found = shown.methods["REML"]
    exact = interval_h2(found.fit, method="exact", draws=2_000)
    text = methods_paragraph(shown.problem, found.fit, found.interval, exact)
    read = Reader(text.split("\n")[0])
    low, high, error = read.take(
        rf"The exact interval is ({NUMBER}) to ({NUMBER}), ± ({NUMBER}) by simulation\."
    )
    assert rounds_to(low, exact.lower)
    assert rounds_to(high, exact.upper)
    assert value(error) == pytest.approx(exact.error, rel=0.5)
    share, draws = read.take(rf"in ({NUMBER})% of ({NUMBER}) samples simulated with that h")
    assert (value(share), value(draws)) == (95.0, 10_000)
    assert REFERENCES["Crainiceanu and Ruppert 2004"] in text
    assert "exact" not in written("interior", "REML")
    assert "Crainiceanu" not in written("interior", "REML")


def test_an_exact_interval_without_error_has_none_written():
    shown = view("interior")
    found = shown.methods["REML"]
    text = methods_paragraph(
        shown.problem, found.fit, found.interval, Interval(0.0, 1.0, 0.95, "exact", 0.0)
    )
    assert "The exact interval is 0 to 1. It holds every true h at which" in text


def test_what_was_done_to_kinship_is_said():
    K = sibs(4, 3) - 1e-3
    K -= np.eye(12) * (np.linalg.eigvalsh(K)[0] + 1e-4)
    problem = make_problem(np.arange(12.0) % 5, K)
    fit = fit_rotated(rotate(decompose(problem.K, repair="clip"), problem.y, problem.X))
    assert fit.eigen.note
    text = methods_paragraph(problem, fit, interval_h2(fit) if fit.maxima else None)
    assert fit.eigen.note[1:] in text


def test_what_is_cited_is_what_the_citation_file_has():
    file = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (file["title"], str(file["version"])) == (SOFTWARE, versions()["lmm_core"])
    assert file["date-released"].startswith(YEAR)
    for work in file["references"]:
        names = [person["family-names"] for person in work["authors"]]
        mark = f"{names[0]}{' et al.' if len(names) > 2 else ''} {work['year']}"
        reference = REFERENCES[mark]
        for part in (*names, work["title"], str(work["year"]), work.get("doi"), work.get("url")):
            assert part is None or part in reference, part
        if "start" in work:
            assert f"{work['volume']}:{work['start']}–{work['end']}" in reference


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_are_short_and_in_house_style(kind):
    paragraph = written(kind, "REML").split("\n")[0]
    lengths = [len(one.split()) for one in re.split(r"(?<=[a-z0-9)K]\.) (?=[A-ZXKĥv])", paragraph)]
    assert median(lengths) <= 20
    assert not re.search(r" -\d|—|'|\bwe\b|\blook", paragraph)
