"""The whole report: its verdict, its words, and that nothing can make it fail."""

import json
import re
import string
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_core import centered_kinship, decompose, rotate
from lmm_core.certainty import contrasts, expected_se_h2
from lmm_core.simulate.families import simulate_phenotype
from lmm_data.checks import Finding, check_dataset
from lmm_data.checks.cost import check_cost, duration, estimate_cost, memory
from lmm_data.checks.power import check_power, expected_errors
from lmm_data.dataset import align
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.readers.text.csv import read_table
from lmm_data.tables import Table
from tests import builders
from tests.aligned import check_aligned
from tests.odd_views import sibs
from tests.places import ROOT

MICE = ROOT / "sample_data" / "mouse_hs300"
N = 60
IDS = tuple(f"m{i}" for i in range(N))
K = sibs(12, 5)
RNG = np.random.default_rng(7)
WEIGHT = 20.0 + simulate_phenotype(K, 0.6, rng=RNG).y
AGE = RNG.uniform(50, 90, N)


def phenotypes(values=WEIGHT, ids=IDS, name="weight"):
    return Table("pheno.csv", ids, (name,), np.array(values)[:, np.newaxis])


def kinship(values=K, ids=IDS, **settings):
    return KinshipMatrix("kinship.csv", ids, np.array(values), **settings)


def covariates(**columns):
    return Table("covar.csv", IDS, tuple(columns), np.column_stack(list(columns.values())))


def text(name="pheno.csv", ids=IDS, **columns):
    entries = tuple(tuple(map(str, column)) for column in columns.values())
    return TextTable(name, ids, tuple(columns), entries)


def codes(report):
    return {finding.code for finding in report.findings}


def same(left, right):
    return left.findings == right.findings and left.verdict == right.verdict


@pytest.fixture(scope="module")
def mice():
    return check_dataset(
        read_table(MICE / "pheno.csv"),
        read_kinship_text(MICE / "kinship.csv").kinship,
        read_table(MICE / "covar.csv"),
    )


def test_a_good_dataset_is_fit_for_use():
    report = check_dataset(phenotypes(), kinship(), covariates(age=AGE))
    assert report.verdict == "fit for use"
    assert codes(report) == {"kinship_families", "power_expected", "labels_clear", "labels_wrong"}
    assert report.cost is not None
    assert report.cost.n == N


def test_the_real_mice_hold_three_pairs_of_clones_of_which_one_differs_in_sex(mice):
    """Three mice carry the genotypes of another: no full sibs are more alike than 0.75."""
    assert mice.verdict == "usable with care"
    (clones,) = mice.of("kinship_clones")
    assert clones.value == 3
    assert set(clones.ids) == {
        *("A084285629", "A084286286"),
        *("A084279806", "A084286071"),
        *("A084279851", "A084280274"),
    }
    (differ,) = mice.of("labels_clones_differ")
    assert differ.ids == ("A084279851", "A084280274")
    assert {finding.code for finding in mice.findings if finding.severity == "warning"} == {
        "kinship_clones",
        "labels_clones_differ",
    }


def test_errors_come_first_and_decide(mice):
    broken = np.array(K)
    broken[3, 5] = np.nan
    report = check_dataset(phenotypes(np.round(WEIGHT)), kinship(broken))
    assert report.verdict == "not usable"
    order = [("error", "warning", "note").index(finding.severity) for finding in report.findings]
    assert order == sorted(order)
    assert report.findings[0].code == "kinship_missing"
    assert report.cost is None


def test_it_is_pure_data(mice):
    again = json.loads(json.dumps(mice.as_dict(), allow_nan=False))
    assert again["verdict"] == mice.verdict
    rebuilt = tuple(Finding(**{**f, "ids": tuple(f["ids"])}) for f in again["findings"])
    assert rebuilt == mice.findings
    assert Finding("c", "note", "w", "t", "f", "m", "r", value=np.float64(np.inf)).value is None


def test_the_same_data_give_the_same_report():
    first = check_dataset(phenotypes(), kinship())
    assert same(first, check_dataset(phenotypes(), kinship()))
    data = align("data", phenotypes(), Table("kinship", IDS, IDS, K))
    assert {f.code for f in check_aligned(data).findings} == codes(first)


def test_text_as_it_was_read():
    sexes = np.where(np.arange(N) % 2, "male", "female")
    report = check_dataset(text(weight=WEIGHT, label=IDS), kinship(), text("covar.csv", sex=sexes))
    assert report.verdict == "usable with care"
    assert codes(report) >= {"phenotype_text", "covariate_text", "labels_clear"}
    wrong = [*map(str, WEIGHT[:-1]), "heavy"]
    report = check_dataset(text(weight=wrong), kinship())
    assert report.verdict == "not usable"
    assert report.findings[0].found == "“heavy” in row 60 is not a number."
    # Asked for, a column that is text is an error whatever the others are.
    report = check_dataset(text(weight=WEIGHT, bad=wrong), kinship(), traits=["bad", "weight"])
    assert report.verdict == "not usable"
    assert check_dataset(text(weight=WEIGHT, bad=wrong), kinship()).verdict == "usable with care"


def test_unknown_columns():
    report = check_dataset(phenotypes(), kinship(), traits=["height"])
    assert report.findings[0].code == "phenotype_absent"
    assert "“weight”" in report.findings[0].found
    none = Table("pheno.csv", IDS, (), np.empty((N, 0)))
    assert codes(check_dataset(none, kinship())) == {"phenotype_absent"}

    report = check_dataset(phenotypes(), kinship(), covariates(age=AGE), use=["age", "diet"])
    (finding,) = report.of("covariate_absent")
    assert finding.severity == "error"
    assert "“diet”; there are “age”" in finding.found


def test_of_many_traits_the_first_are_fitted():
    rng = np.random.default_rng(0)
    names = tuple(f"t{j}" for j in range(8))
    values = np.column_stack([simulate_phenotype(K, 0.5, rng=rng).y for _ in names])
    report = check_dataset(Table("pheno.csv", IDS, names, values), kinship())
    (finding,) = report.of("phenotype_unfitted")
    assert "“t5”" in finding.found
    assert "'t6'" not in finding.found
    assert report.of("labels_clear")


def test_ids_that_repeat_or_do_not_match():
    twice = (*IDS[:-1], "m0")
    report = check_dataset(phenotypes(), kinship(ids=twice))
    assert report.findings[0].code == "ids_repeated"
    assert report.findings[0].ids == ("m0",)
    report = check_dataset(phenotypes(ids=tuple(label.upper() for label in IDS)), kinship())
    assert report.findings[0].code == "ids_unmatched"
    assert "upper and lower case" in report.findings[0].remedy


def test_who_is_left_out():
    more = phenotypes(np.append(WEIGHT, [20.0, 21.0]), (*IDS, "x1", "x2"))
    (finding,) = check_dataset(more, kinship()).of("ids_left_out")
    assert finding.severity == "note"
    assert finding.ids == ("x1", "x2")
    few = phenotypes(WEIGHT[:40], (*IDS[:30], *(f"x{i}" for i in range(10))))
    (finding,) = check_dataset(few, kinship()).of("ids_left_out")
    assert finding.severity == "warning"
    # More kinship than phenotypes is usual.
    (finding,) = check_dataset(phenotypes(WEIGHT[:30], IDS[:30]), kinship()).of("ids_left_out")
    assert finding.severity == "note"


def test_files_without_ids():
    report = check_dataset(phenotypes(), kinship(ids=None))
    (finding,) = report.of("ids_by_position")
    assert finding.severity == "warning"
    assert "pheno.csv" in finding.found
    report = check_dataset(text(ids=None, weight=WEIGHT), kinship(ids=None))
    assert "row 1 of every file" in report.of("ids_by_position")[0].found
    report = check_dataset(phenotypes(WEIGHT[:50], IDS[:50]), kinship(ids=None))
    assert report.findings[0].code == "ids_absent"


def test_the_order_of_the_file_counts_for_a_shift():
    """Joined by id, the rows are in the kinship's order; the slip was in the file's."""
    order = np.random.default_rng(1).permutation(N)
    y = 20.0 + simulate_phenotype(sibs(12, 5, kin=0.95), 0.95, rng=np.random.default_rng(3)).y
    moved = phenotypes(np.roll(y[order], 2), tuple(IDS[i] for i in order))
    report = check_dataset(moved, kinship(sibs(12, 5, kin=0.94)))
    assert report.of("labels_shift")[0].title == "Values 2 rows too low"


def test_half_scale_and_what_the_format_says():
    assert "kinship_half_scale" in codes(check_dataset(phenotypes(), kinship(0.5 * K)))
    assert "kinship_half_scale" in codes(check_dataset(phenotypes(), kinship(scale=2.0)))


def test_negative_eigenvalues_are_clipped_for_the_rest():
    Z = np.random.default_rng(0).normal(size=(N, 20))
    rounded = np.round(Z @ Z.T / 20, 2)
    report = check_dataset(phenotypes(), kinship(rounded))
    assert codes(report) >= {"kinship_clipped", "power_expected"}
    assert report.verdict == "usable with care"


def test_covariates_that_are_asked_for():
    home = np.repeat(np.arange(12.0) ** 1.5, 5)
    files = phenotypes(), kinship(), covariates(age=AGE, home=home, again=WEIGHT * 2.0)
    report = check_dataset(*files, use=["age"])
    assert not codes(report) & {"covariate_confounded", "covariate_is_phenotype"}
    report = check_dataset(*files)
    assert codes(report) >= {"covariate_confounded", "covariate_is_phenotype"}


def test_too_few_with_every_value():
    y, x = WEIGHT.copy(), AGE.copy()
    y[:30] = np.nan
    x[28:] = np.nan
    report = check_dataset(phenotypes(y), kinship(), covariates(x=x), use=["x"])
    assert report.of("phenotype_incomplete")[0].severity == "error"


def test_ml_is_warned_of_a_centred_kinship():
    G = np.random.default_rng(0).integers(0, 3, (N, 200))
    files = phenotypes(), kinship(centered_kinship(G))
    assert "kinship_ml_unbounded" in codes(check_dataset(*files, reml=False))
    assert "kinship_centred" in codes(check_dataset(*files))


def test_what_is_too_large_is_left_to_the_command_line():
    report = check_dataset(phenotypes(), kinship(0.5 * K), max_seconds=1e-9)
    (finding,) = report.of("cost_large")
    assert "lmm fit" in finding.remedy
    assert codes(report) == {"cost_large", "kinship_half_scale", "kinship_families"}
    assert report.cost.advice


def test_costs_grow_with_the_cube():
    small, large = estimate_cost(300), estimate_cost(3000)
    assert large.seconds / small.seconds == pytest.approx(1000.0)
    assert large.bytes / small.bytes == pytest.approx(100.0, rel=0.01)
    assert not estimate_cost(100, max_seconds=1e9).advice
    assert not list(check_cost(estimate_cost(100, max_seconds=1e9)))
    assert "memory" not in estimate_cost(100, max_bytes=1.0, max_seconds=1e9).advice
    assert estimate_cost(10, max_bytes=1.0, max_seconds=1e9).advice
    assert (duration(100.0), memory(8e8)) == ("2 minutes", "800 MB")


def test_power_by_the_expected_information():
    sure = list(check_power(rotate(decompose(sibs(60, 5)), np.arange(300.0))))
    assert [f.code for f in sure] == ["power_expected"]
    assert sure[0].value == pytest.approx(0.13, abs=0.03)
    (vague,) = check_power(rotate(decompose(sibs(6, 4)), np.arange(24.0)))
    assert vague.code == "power_low"
    assert "cannot tell h = 0.2 from h = 0.8" in vague.meaning
    (none,) = check_power(rotate(decompose(2.0 * np.eye(9)), np.arange(9.0)))
    assert (none.code, none.severity) == ("power_none", "error")


def test_the_expected_errors_are_those_of_the_second_rotation():
    h, rng = np.array([0.2, 0.5, 0.8]), np.random.default_rng(1)
    for kind in builders.KINDS:
        K, X = builders.kinship(kind, 30, rng), builders.covariates(30, 3, rng)
        rotated = rotate(decompose(K), rng.normal(size=30), X)
        slow = expected_se_h2(contrasts(rotated), h)
        np.testing.assert_allclose(expected_errors(rotated, h), slow, rtol=1e-7)


def test_progress_goes_up_to_one():
    shares = []
    check_dataset(phenotypes(), kinship(), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("kind", builders.KINDS)
def test_every_kind_of_kinship(kind):
    y, X, matrix = builders.problem(kind, 24, 3, 0.5, seed=1)
    ids = IDS[:24]
    table = Table("covar.csv", ids, ("a", "b"), X[:, 1:])
    report = check_dataset(phenotypes(y, ids), kinship(matrix, ids), table)
    assert_well_said(report)


def assert_well_said(report):
    """Few words, whole sentences, no blame."""
    json.dumps(report.as_dict(), allow_nan=False)
    for finding in report.findings:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", finding.code)
        assert finding.where
        assert 0 < len(finding.title.split()) <= 9
        assert finding.title[0] not in string.ascii_lowercase
        assert not finding.title.endswith(".")
        for words in (finding.found, finding.meaning, finding.remedy):
            assert words.endswith(".")
            # The end of a sentence is followed by a capital; names in quotes are not words.
            bare = re.sub(r"'[^']*'", "x", words)
            assert len(re.findall(r"\.\s+(?=[A-Z])", bare)) <= 2, words
            assert not re.search(r"singular|wrong data|bad data|mistake|failed to|nan\b", bare)
            assert "  " not in words


ENTRIES = st.one_of(
    st.floats(-1e4, 1e4).map(lambda x: f"{x:.3g}"),
    st.integers(-9, 9).map(str),
    st.sampled_from(["NA", "", "-9", "x", "male", "1,5", "inf", "1e400", "999"]),
)


@st.composite
def files(draw):
    n = draw(st.integers(1, 24))
    ids = tuple(f"a{i}" for i in range(n))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def columns(name, least):
        count = draw(st.integers(least, 3))
        kinds = [
            draw(st.sampled_from(["numbers", "numbers", "numbers", "any", "constant"]))
            for _ in range(count)
        ]
        entries = []
        for kind in kinds:
            if kind == "any":
                entries.append(tuple(draw(st.lists(ENTRIES, min_size=n, max_size=n))))
            else:
                value = rng.normal(size=n) if kind == "numbers" else np.full(n, 2.0)
                entries.append(tuple(f"{x:.4g}" for x in value))
        given = draw(st.sampled_from([ids, ids, ids[::-1], None, (*ids[:-1], "b")]))
        return TextTable(name, given, tuple(f"c{i}" for i in range(count)), tuple(entries))

    matrix = builders.kinship(draw(st.sampled_from(builders.KINDS)), n, rng) if n > 1 else [[1.0]]
    matrix = np.array(matrix) * draw(st.sampled_from([1.0, 1.0, 1.0, 0.5, 1e-6, 1e6, 0.0, -1.0]))
    spoil = draw(st.sampled_from(["no", "no", "no", "nan", "inf", "uneven", "edited", "rounded"]))
    if spoil in ("nan", "inf"):
        matrix[rng.integers(n), rng.integers(n)] = np.nan if spoil == "nan" else np.inf
    elif spoil == "uneven":
        matrix[0, -1] += draw(st.sampled_from([1e-12, 1e-6, 0.1]))
    elif spoil == "edited":
        matrix[0, -1] = matrix[-1, 0] = 5.0
    elif spoil == "rounded":
        matrix = np.round(matrix, 2)
    own = draw(st.sampled_from([ids, ids, None]))
    covariate = columns("covar.csv", 0) if draw(st.booleans()) else None
    return columns("pheno.csv", 0), KinshipMatrix("kinship.csv", own, matrix), covariate


@settings(derandomize=True, deadline=None, max_examples=80)
@given(files(), st.booleans())
def test_there_is_always_a_report(data, reml):
    assert_well_said(check_dataset(*data, reml=reml))


def test_the_core_stays_light():
    code = (
        "import sys, lmm_core; assert 'lmm_data.checks' not in sys.modules; "
        "import lmm_data.checks; print([m for m in ('scipy', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_finding_names_its_column_and_its_transform():
    rng = np.random.default_rng(3)
    n = 60
    ids = tuple(f"a{i}" for i in range(n))
    skewed, plain = np.exp(rng.standard_normal(n)), rng.standard_normal(n)
    table = Table("a, b: c.csv", ids, ("x, y: z", "plain"), np.column_stack([skewed, plain]))
    covariates = Table("cov.csv", ids, ("one",), np.full((n, 1), 3.0))
    report = check_dataset(table, KinshipMatrix("K", ids, np.eye(n)), covariates)
    (finding,) = report.of("phenotype_skewed")
    assert (finding.column, finding.transform) == ("x, y: z", "log")
    assert finding.as_dict()["column"] == "x, y: z"
    (constant,) = report.of("covariate_constant")
    assert (constant.column, constant.transform) == ("one", "")
    for finding in report.findings:
        columns = ("x, y: z", "plain", "one")
        assert finding.column in ("", *columns)
        assert any(finding.where.endswith(f", {one}") for one in columns) == bool(finding.column)
