"""From files to a report with anything in the files: an answer or an LMMError, nothing else.

Over 5,000 sets of files in every run; `LMM_FUZZ=20 pytest tests/data/test_fuzz.py` tries twenty
times as many.
"""

import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from lmm_core.errors import LMMError
from lmm_data.checks import check_dataset
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.preparation.repairs import repairs_for
from lmm_data.readers.opening import alternatives
from tests.damage import TIMES, damaged, mutations
from tests.fuzz_files import FILES, IDS, SOUND, K, N
from tests.reading import read_files

DAMAGED, EXCHANGED, TABLES = 140 * TIMES, 12 * TIMES, 450 * TIMES
# One in so many sets of files is checked, of damaged bytes and of odd cells; one in five is healed.
CHECKED, CHECKED_TABLES, REPAIRED = 8, 2, 5
CHOICES = (
    Choices(),
    Choices(missing=("-9", "x"), double_kinship=True),
    Choices(same_order=True, relationship="standardized"),
    Choices(spelling="loose", transforms=(("y", "rank"),), without=("a", "m02")),
    Choices(spelling="zeros", factors=("sex",), transforms=(("y", "log"),)),
    Choices(roles=(("pheno.csv", "covariates"), ("covar.csv", "phenotypes"))),
    Choices(roles=(("covar.csv", "kinship"), ("kinship.csv", "ignored"))),
)


def seed_of(words):
    return zlib.crc32(words.encode())


def through(files, case, checked=CHECKED):
    """All that a page does with files, once; what is refused is refused by an LMMError."""
    before = dict(files)
    try:
        prepared = prepare(files, CHOICES[case % len(CHOICES)] if case % 2 else Choices())
    except LMMError:
        prepared = None
    assert files == before
    if prepared is None:
        return
    assert bool(prepared.problem) == (prepared.dataset is None)
    for outcome in prepared.outcomes:
        assert bool(outcome.error) == (outcome.reading is None)
        assert case % 10 or alternatives(outcome) is not None
    report = None
    if case % checked == 0 and prepared.phenotypes is not None and prepared.kinship is not None:
        try:
            report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
        except LMMError:
            pass
        else:
            assert report.verdict in ("fit for use", "usable with care", "not usable")
    if case % REPAIRED == 0:
        for repair in repairs_for(prepared, report)[:2]:
            assert repair.choices != prepared.choices
            prepare(files, repair.choices)


def contents(outcomes):
    """What was read from the sound files, by their names."""
    return {
        outcome.group.name: (
            outcome.error,
            outcome.reading and outcome.reading.table and outcome.reading.table.entries,
            outcome.reading
            and outcome.reading.kinship
            and outcome.reading.kinship.values.tobytes(),
        )
        for outcome in outcomes
    }


KEPT = contents(read_files(SOUND))


@pytest.mark.parametrize("name", FILES)
def test_damaged_files(name):
    """One of the files damaged; what sound ones beside it hold stays as it is."""
    files = FILES[name]
    rng = np.random.default_rng(seed_of(name))
    assert not any(outcome.error for outcome in read_files(files))
    names = list(files)
    tried = 0
    for case in range(DAMAGED):
        hit = names[int(rng.integers(len(names)))]
        if case % 2:
            broken = damaged(files[hit], rng)
        else:
            (broken,) = mutations(files[hit], 1, seed=case)
        mixed = {**files, hit: broken}
        through(mixed, case)
        if case % 10 == 0:
            read = contents(read_files({**mixed, **SOUND}))
            assert {label: read.get(label) for label in KEPT} == KEPT
        tried += 1
    assert tried == DAMAGED


@pytest.mark.parametrize("name", FILES)
def test_files_under_other_names(name):
    """The contents of one format with the names of another."""
    rng = np.random.default_rng(seed_of(name) + 1)
    others = [files for label, files in FILES.items() if label != name]
    tried = 0
    for case in range(EXCHANGED):
        other = others[int(rng.integers(len(others)))]
        given = list(FILES[name].values())
        rng.shuffle(given)
        through(dict(zip(other, given, strict=False)), case)
        tried += 1
    assert tried == EXCHANGED


CELLS = st.sampled_from(
    [
        *("", "0", "1", "2", "-9", "0.5", "1.5", "7,2", "1e308", "-1e308", "5e-324", "NA", "nan"),
        *("inf", "1_000", "x", "F", "M", "=1+1", '"', "a b", "é", "🐭", "#", "-", ".", "TRUE"),
        *("0x10", "1.0"),
    ]
)
NAMES = st.sampled_from(
    ["id", "IID", "FID", "y", "sex", "", "V1", "a", "b", "kinship", "intercept", "#FID", "age"]
)
LABELS = st.sampled_from(["a", "b", "c", "d", "e", "A", "007", "7", "7.0", "X7", "F_a", "a_a", ""])
SIGNS = st.sampled_from([",", ",", ";", "\t", " ", "|"])
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
CODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
TITLES = st.sampled_from(
    [
        *("pheno.csv", "kinship.csv", "covar.csv", "k.grm.gz", "x.fam", "K.txt", "d.kin0", "r.rel"),
        *("c.cXX.txt", "g.bimbam", "a.anno.txt", "p.pheno", "c.yaml", "x.bim", "t.king"),
        *("t.king.id",),
    ]
)


@st.composite
def written(draw):
    """A table of a few odd cells, or a symmetric matrix of them, as the bytes of a file."""
    labels = draw(st.sampled_from([IDS, IDS, IDS[:7], IDS[::-1], None]))
    if labels is None:
        labels = draw(st.lists(LABELS, max_size=7, unique=draw(st.booleans())))
    n, width = len(labels), draw(st.integers(1, 5))
    # Few cells are odd, or nothing would ever come to be fitted.
    odd = draw(st.dictionaries(st.tuples(st.integers(0, 11), st.integers(0, 11)), CELLS))
    numbers = draw(st.randoms(use_true_random=False))
    if draw(st.booleans()):
        rows = [[str(K[i % N, j % N]) for j in range(n)] for i in range(n)]
        odd |= {(j, i): cell for (i, j), cell in odd.items()}
        head = ["id", *labels]
    else:
        rows = [[f"{numbers.gauss(0, 1):.3f}" for _ in range(width)] for _ in range(n)]
        head = draw(st.lists(NAMES, min_size=width + 1, max_size=width + 1))
    for (i, j), cell in odd.items():
        if i < n and j < len(rows[i]):
            rows[i][j] = cell
    lines = [[label, *row] for label, row in zip(labels, rows, strict=True)]
    if draw(st.booleans()):
        lines.insert(0, head)
    sign, end = draw(SIGNS), draw(ENDS)
    text = end.join(sign.join(line) for line in lines) + draw(st.sampled_from(["", end]))
    return text.encode(draw(CODINGS), "replace")


def test_tables_of_odd_cells():
    tried = 0

    @given_settings(
        max_examples=TABLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.dictionaries(TITLES, written(), min_size=1, max_size=3),
        st.booleans(),
        st.integers(0, CHECKED * REPAIRED * len(CHOICES) - 1),
    )
    def put_through(files, beside, case):
        nonlocal tried
        through({**(SOUND if beside else {}), **files}, case, CHECKED_TABLES)
        tried += 1

    put_through()
    assert tried >= TABLES


def test_over_five_thousand_cases():
    assert len(FILES) * (DAMAGED + EXCHANGED) + TABLES >= 5000 * TIMES


def test_what_was_loaded_stays_as_it_was():
    """A dataset in use while hundreds of damaged files are read is the same after them."""
    prepared = prepare(FILES["CSV"])
    dataset = prepared.dataset
    assert dataset is not None
    report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)

    def parts():
        arrays = (dataset.kinship, dataset.traits.values, dataset.covariates.values)
        return [array.tobytes() for array in arrays]

    before = parts()
    assert not any(
        array.flags.writeable
        for array in (dataset.kinship, dataset.traits.values, prepared.kinship.values)
    )
    for case, broken in enumerate(mutations(FILES["CSV"]["kinship.csv"], 100 * TIMES)):
        through({**FILES["CSV"], "kinship.csv": broken}, case)
    assert parts() == before
    assert check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates) == report
