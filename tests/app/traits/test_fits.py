"""All traits at once: the fits, their words, pictures and table."""

import csv
import io

import numpy as np
import pytest

from lmm_app.figures import projected
from lmm_app.sources.many_traits import ON_LAST_PLATE, simulate_many
from lmm_app.sources.opened import Sample, open_source
from lmm_app.traits import words
from lmm_app.traits.fits import AllTraits, fit_all
from lmm_app.traits.forest import MARKS, MOST, TRUE, forest_figure, overview_figure
from lmm_app.traits.table import columns, table_csv
from lmm_core import DataError, decompose, fit_lmm
from lmm_core.certainty import interval_h2
from lmm_core.summary import h_words
from lmm_data.dataset import align
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.tables import Table
from tests.odd_views import REFERENCE, sibs

SILENT = lambda share: None  # noqa: E731


def fitted(dataset, covariates=(), reml=True) -> AllTraits:
    return fit_all(dataset, covariates, decompose(dataset.kinship), reml=reml, progress=SILENT)


def made(Y, K, names=None, **covariates):
    Y = np.asarray(Y, dtype=float)
    ids = tuple(f"i{k}" for k in range(len(K)))
    names = names or tuple(f"t{k}" for k in range(Y.shape[1]))
    columns = np.column_stack([np.empty((len(K), 0)), *covariates.values()])
    return align(
        "made up",
        Table("y", ids, tuple(names), Y),
        Table("K", ids, ids, np.asarray(K, dtype=float)),
        Table("x", ids, tuple(covariates), columns),
    )


@pytest.fixture(scope="module")
def mixed():
    """Traits of every kind: inside, at both ends, constant, with a gap."""
    K = sibs(12, 4)
    rng = np.random.default_rng(3)
    n = len(K)
    family = np.repeat(rng.standard_normal(12), 4)
    Y = np.column_stack(
        [
            np.linalg.cholesky(0.6 * K + 0.4 * np.eye(n)) @ rng.standard_normal(n),
            np.tile([1.0, -1.0], n // 2),
            family + 0.05 * rng.standard_normal(n),
            np.full(n, 7.0),
            rng.standard_normal(n) + 0.6 * family,
        ]
    )
    Y[:5, 4] = np.nan
    names = ("in|side", "at*0", "at_1", "constant", "with gap")
    return made(Y, K, names, sex=rng.integers(0, 2, n).astype(float))


@pytest.fixture(scope="module")
def two_hills():
    folder = REFERENCE / "bimodal30"
    data = align("b", read_table(folder / "pheno.csv"), read_kinship(folder / "kinship.csv"))
    return fitted(data, reml=False)


@pytest.mark.parametrize("reml", [True, False])
def test_each_trait_is_fitted_as_by_itself(mixed, reml):
    found = fitted(mixed, ("sex",), reml)
    for k, name in enumerate(mixed.traits.columns):
        problem = mixed.problem(name, ("sex",))
        fit = fit_lmm(problem.y, problem.X, problem.K, reml=reml)
        assert found.fits.status[k] == fit.status
        assert found.fits.n[k] == problem.n
        if not fit.maxima:
            assert words.one_trait(found, k) == found.fits.message(k)
        if fit.maxima:
            assert found.fits.h2[k] == pytest.approx(fit.h2, abs=1e-8)
            interval = interval_h2(fit)
            ends = found.fits.lower[k], found.fits.upper[k]
            assert ends == pytest.approx((interval.lower, interval.upper), abs=1e-6)
            low, high = h_words(interval.lower), h_words(interval.upper)
            said = f"ĥ = {h_words(fit.h2)} ({low} to {high})."
            assert words.one_trait(found, k).startswith(said)


def test_individuals_without_a_covariate_are_in_no_fit(mixed):
    x = np.arange(48.0) % 3
    x[[2, 9]] = np.nan
    data = made(mixed.traits.values, mixed.kinship, x=x)
    found = fitted(data, ("x",))
    assert (found.n, found.lacking) == (46, 2)
    problem = data.problem("t0", ("x",))
    fit = fit_lmm(problem.y, problem.X, problem.K)
    assert found.fits.h2[0] == pytest.approx(fit.h2, abs=1e-8)
    assert "2 left out, without every covariate" in words.facts(found)
    x[2:] = np.nan
    with pytest.raises(DataError, match="at least 3 individuals must have every covariate: 2 of"):
        fitted(made(mixed.traits.values, mixed.kinship, x=x), ("x",))


def test_many_patterns_are_said_and_not_warned_of():
    K = sibs(10, 3)
    rng = np.random.default_rng(2)
    Y = rng.standard_normal((30, 26))
    Y[np.arange(25), np.arange(25)] = np.nan
    told = []
    data = made(Y, K)
    found = fit_all(data, (), decompose(K), reml=True, progress=told.append)
    assert found.n_patterns == 26
    assert found.many_patterns
    assert "These traits have 26 patterns of missing values" in words.patterns(found)
    assert "26 patterns of missing values, each with a decomposition" in words.facts(found)
    assert told == sorted(told)
    assert told[-1] == 1.0
    for k in (0, 24, 25):
        problem = data.problem(f"t{k}")
        fit = fit_lmm(problem.y, problem.X, problem.K)
        assert found.fits.h2[k] == pytest.approx(fit.h2, abs=1e-8)
    assert not fitted(made(Y[:, 20:], K)).many_patterns


def test_the_verdict_counts_what_was_found(mixed):
    found = fitted(mixed, ("sex",))
    status = list(found.fits.status)
    said = words.headline(found, "REML")
    assert said.startswith("**5 traits by REML:** ")
    for kind, phrase in (
        ("interior", "between 0 and 1"),
        ("lower_boundary", "at 0"),
        ("upper_boundary", "at 1"),
    ):
        assert status.count(kind) >= 1
        assert f"{status.count(kind)} {phrase}" in said
    assert "1 has no estimate: constant." in said
    half = float(np.nanmedian(found.fits.h2))
    assert f"The median of the estimates is {h_words(half)}." in said


def test_that_no_trait_has_an_estimate_is_told_once():
    n = 12
    found = fitted(made(np.outer(np.ones(n), [7.0, 8.0]), np.eye(n)))
    assert words.headline(found, "REML") == ("**2 traits by REML:** none has an estimate: t0, t1.")
    # What is fitted exactly has an infinite log-likelihood, which is no number for a table.
    (loglik,) = [one for one in columns(found, np.arange(2), None) if one.name == "loglik"]
    assert np.isnan(loglik.values).all()


def test_a_single_trait_is_told_of_by_name(mixed):
    one = made(mixed.traits.values[:, :1], mixed.kinship, ("in|side",))
    found = fitted(one)
    said = words.headline(found, "REML")
    assert said.startswith("**in\\|side, the only trait, by REML:** ĥ = ")
    ends = f"({h_words(found.fits.lower[0])} to {h_words(found.fits.upper[0])})"
    assert said.endswith(f"ĥ = {h_words(found.fits.h2[0])} {ends}.")


def test_two_hills_are_flagged_with_a_sign_and_words(two_hills):
    k = int(np.flatnonzero(two_hills.fits.n_maxima > 1)[0])
    assert words.found(two_hills, k) == "● between 0 and 1, ◆ 2 hills"
    fits = two_hills.fits
    other, gap = h_words(fits.next_h2[k]), fits.loglik[k] - fits.next_loglik[k]
    said = f"Its curve has 2 hills. The next, at h = {other}, is {gap:.2g} lower."
    assert said in words.headline(two_hills, "ML")
    assert list(words.flagged(two_hills)["hills"]) == [k]
    figure = forest_figure(two_hills.names, two_hills.fits, np.array([k]))
    (other,) = [trace for trace in figure.data if trace.name == "next hill"]
    assert list(other.x) == [two_hills.fits.next_h2[k]]
    shown = {column.name: column for column in columns(two_hills, np.array([k]), None)}
    assert shown["next_h2"].values[0] == two_hills.fits.next_h2[k]


def test_every_status_has_a_sign_and_a_word(mixed):
    found = fitted(mixed, ("sex",))
    said = [words.found(found, k) for k in range(found.m)]
    assert {text[0] for text in said} == {"●", "◀", "▶", "–"}
    for text, status in zip(said, found.fits.status, strict=True):
        assert text.startswith(words.FOUND[str(status)])
    kinds = words.flagged(found)
    assert [found.fits.status[k] for k in kinds["ends"]] == ["lower_boundary", "upper_boundary"]
    assert [found.names[k] for k in kinds["odd"]] == ["constant"]


def test_the_order_is_by_estimate_or_as_in_the_file(mixed):
    found = fitted(mixed, ("sex",))
    places = words.ordered(found, np.arange(5), "h")
    h2 = found.fits.h2[places]
    assert np.isnan(h2[-1])
    assert np.all(np.diff(h2[:-1]) <= 0.0)
    assert list(words.ordered(found, np.arange(5), "file")) == [0, 1, 2, 3, 4]


def test_the_file_has_the_numbers_of_the_table_with_all_digits(mixed):
    found = fitted(mixed, ("sex",))
    places = words.ordered(found, np.arange(5), "h")
    shown = columns(found, places, (0.1, 0.2, 0.3, 0.4, 0.5))
    rows = list(csv.DictReader(io.StringIO(table_csv(shown))))
    assert [row["trait"] for row in rows] == [found.names[k] for k in places]
    for row, k in zip(rows, places, strict=True):
        for name in ("h2", "lower", "upper", "sigma2", "loglik"):
            value = getattr(found.fits, name)[k]
            assert (row[name] == "NA") if not np.isfinite(value) else (float(row[name]) == value)
        assert int(row["n"]) == found.fits.n[k]
        assert float(row["true_h2"]) == (k + 1) / 10
        assert row["found"] == words.found(found, int(k))
    assert len(rows[0]) == len(shown)
    assert "true_h2" not in table_csv(columns(found, places, None))


def test_a_row_of_the_forest_is_a_trait(mixed):
    found = fitted(mixed, ("sex",))
    places = words.ordered(found, np.arange(5), "h")
    figure = forest_figure(found.names, found.fits, places, (0.1, 0.2, 0.3, 0.4, 0.5))
    assert list(figure.layout.yaxis.ticktext) == [found.names[k] for k in places]
    drawn = {}
    for trace in figure.data:
        for x, y, data in zip(trace.x, trace.y, trace.customdata or [None] * 99, strict=False):
            if data is not None:
                drawn[data[-1]] = (x, y, trace.marker.symbol)
    assert set(drawn) == {0, 1, 2, 4}
    for k, (x, y, symbol) in drawn.items():
        assert x == found.fits.h2[k]
        assert places[int(y)] == k
        assert symbol == MARKS[str(found.fits.status[k])][0]
    with_one = places[~np.isnan(found.fits.lower[places])]
    ends = np.array(figure.data[0].x, dtype=float).reshape(-1, 3)
    np.testing.assert_array_equal(ends[:, 0], found.fits.lower[with_one])
    np.testing.assert_array_equal(ends[:, 1], found.fits.upper[with_one])
    assert np.isnan(ends[:, 2]).all()
    (true,) = [trace for trace in figure.data if trace.name == TRUE]
    assert list(true.x) == [(k + 1) / 10 for k in places]
    assert true.marker.symbol == "circle-open"
    assert figure.layout.showlegend
    # Names from a file may look like tags.
    named = forest_figure(("<b>x</b>", *found.names[1:]), found.fits, np.array([0]))
    assert named.layout.yaxis.ticktext[0] == "&lt;b&gt;x&lt;/b&gt;"


def test_on_a_projector_the_type_is_large(mixed):
    found = fitted(mixed, ("sex",))
    small = forest_figure(found.names, found.fits, np.arange(5))
    assert small.layout.height > 100
    marks = [trace.marker.size for trace in small.data if trace.mode == "markers"]
    large = projected(small)
    # It is as high as its place on the page.
    assert large.layout.height is None
    assert [trace.marker.size for trace in large.data if trace.mode == "markers"] > marks
    sizes = [
        axis[part].size if part == "tickfont" else axis.title.font.size
        for axis in (large.layout.xaxis, large.layout.yaxis)
        for part in ("tickfont", "title")
    ]
    assert min(*sizes, large.layout.legend.font.size, large.layout.font.size) >= 20


def test_the_overview_draws_everyone_or_every_few(mixed):
    found = fitted(mixed, ("sex",))
    figure = overview_figure(found.names, found.fits, np.array([0, 1, 2, 4]), None, (1, 3))
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1) == (1.5, 3.5)
    many = np.resize([0, 1, 2, 4], 3 * MOST)
    figure = overview_figure(found.names, found.fits, many)
    assert sum(len(trace.x) for trace in figure.data if trace.mode == "markers") == MOST
    assert figure.layout.xaxis.range[1] == 3 * MOST + 1


def test_the_alternative_text_says_what_is_seen(mixed):
    found = fitted(mixed, ("sex",))
    said = words.alt(found, np.arange(5), "REML")
    h2 = found.fits.h2
    low, high = np.nanargmin(h2), np.nanargmax(h2)
    first, last = (words.estimate(found.fits, k) for k in (low, high))
    assert f"from {first} for {found.names[low]} to {last} for {found.names[high]}." in said
    width = np.nanmedian(found.fits.upper - found.fits.lower)
    assert f"Half of the intervals are wider than {width:.2f}." in said
    assert "none has an estimate" in words.alt(found, np.array([3]), "REML")


@pytest.fixture(scope="module")
def many():
    return open_source(Sample("many_traits"))


def test_the_many_traits_are_those_they_are_said_to_be(many):
    data = many.dataset
    assert len(data.traits.columns) == len(many.true_h2_of_traits) == 200
    assert data.ids == open_source(Sample("mouse_hs300")).dataset.ids
    assert f"it is 0 for {many.true_h2_of_traits.count(0.0)}" in many.about
    lacking = np.isnan(data.traits.values).any(axis=0)
    assert lacking.sum() == ON_LAST_PLATE
    assert many.without_truth("").true_h2_of_traits is None
    again, true_h2 = simulate_many(open_source(Sample("mouse_hs300")).dataset)
    assert true_h2 == many.true_h2_of_traits
    np.testing.assert_array_equal(again.values, data.traits.values)


def test_intervals_hold_the_known_h_about_as_often_as_they_say(many):
    found = fitted(many.dataset, ("sex",))
    truth = np.array(many.true_h2_of_traits)
    inside = (found.fits.lower <= truth) & (truth <= found.fits.upper)
    # 190 of 200 are expected, give or take three standard deviations.
    assert 181 <= inside.sum() <= 199
    said = words.coverage(found, many.true_h2_of_traits)
    share = f"{inside.mean():.1%}".replace(".0%", "%")
    assert f"The true h is known: {inside.sum()} of 200 intervals contain it ({share})." in said
    zero = found.fits.h2 == 0.0
    assert (truth[zero] == 0.0).all()
    assert f"{zero.sum()} estimates are 0, and the true h is 0 for all of these traits." in said
    wrong = truth + 1e-9
    assert "and the true h is 0 for none of these" in words.coverage(found, wrong)
    wrong[np.flatnonzero(zero)[:3]] = 0.0
    assert "and the true h is 0 for 3 of these" in words.coverage(found, wrong)
    assert np.corrcoef(found.fits.h2, truth)[0, 1] > 0.8


def test_two_hills_among_others_are_counted_and_named():
    folder = REFERENCE / "bimodal30"
    data = align("b", read_table(folder / "pheno.csv"), read_kinship(folder / "kinship.csv"))
    y = data.traits.values[:, 0]
    other = np.random.default_rng(1).standard_normal(y.size)
    two = made(np.column_stack([other, y]), data.kinship, ("plain", "two_hills"))
    found = fitted(two, reml=False)
    count = int((found.fits.n_maxima > 1).sum())
    said = words.headline(found, "ML")
    assert f" {count} {'has' if count == 1 else 'have'} more than one hill: " in said
    assert "two\\_hills" in said
