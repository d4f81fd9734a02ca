"""Over 5,000 dialects of small datasets through the command line: right, or stopped in words.

An eighth of them each time, the same ones; all of them if LMM_THOROUGH is 1.

`python -m tests.dialects` says which fail, by who wrote them and by feature;
`python -m tests.dialects --dump 17 /tmp/17` writes one of them to a folder.
"""

import os
from collections import Counter
from functools import cache

import numpy as np
import pytest

from lmm_data.readers.dispatch import READERS
from lmm_data.readers.recognition import RQTL2
from lmm_data.readers.sorting import sort_files
from tests.dialects.__main__ import report
from tests.dialects.books import BOOKS
from tests.dialects.judge import H_TOLERANCE, dense_h_of, judge_all, made, truth_of
from tests.dialects.plan import TOTAL, WRITERS, numbers_of

EVERY = 1 if os.environ.get("LMM_THOROUGH") == "1" else 8
BOOKS_OF = {f".{kind}" for kind in BOOKS}
# The share of what a person could read without asking that has to be read.
READ = 0.95
SAMPLE = range(0, TOTAL, 100)
# Taken by hand only, or in the place of another whose files are the same.
BY_HAND = {"table ids=0", "table ids=1", "table ids=2", "bimbam-table", "plink-table", "fam"}
BY_HAND |= {"kinship own=1", "vcf calls", "bimbam-annotation"}


@cache
def judged(writer):
    return tuple(judge_all(numbers_of(writer)[::EVERY]))


@pytest.mark.parametrize("writer", WRITERS)
def test_no_other_number(writer):
    wrong = [one for one in judged(writer) if one.verdict == "wrong"]
    assert not wrong, report(wrong)


def test_what_a_person_could_read_is_read():
    clear = [one for writer in WRITERS for one in judged(writer) if one.case.expect == "fit"]
    read = sum(one.verdict == "right" for one in clear)
    assert read >= READ * len(clear), report([one for one in clear if one.verdict != "right"])


def test_there_is_a_dialect_for_every_reader():
    """Each reader takes the files of some case; of workbooks the readers are those of text."""
    taken = {
        one.reader
        for writer in WRITERS
        if writer not in BOOKS_OF
        for case in judged(writer)[:20]
        for one in sort_files(case.case.files).groups
    }
    assert {*READERS, RQTL2} - taken <= BY_HAND


def test_over_five_thousand_dialects_and_most_are_clear():
    assert TOTAL >= 5000
    cases = [one.case for writer in WRITERS for one in judged(writer)]
    files = {tuple(sorted(case.files.items())) for case in cases}
    assert len(files) == len(cases) >= TOTAL / EVERY
    assert sum(case.expect == "fit" for case in cases) > 0.7 * len(cases)
    # What is in the plan is not there by chance once, but for a few of what is drawn seldom.
    times = Counter(feature for case in cases for feature in case.features)
    seldom = [feature for feature, count in times.items() if count < 3]
    assert len(seldom) <= len(times) / (50 if EVERY == 1 else 4)


def test_a_number_makes_the_same_files():
    for number in SAMPLE:
        one, again = made(number), made(number)
        assert (one.files, one.arguments) == (again.files, again.arguments)


def test_the_right_h_is_that_of_the_oracle():
    for number in SAMPLE:
        arrays = made(number).arrays
        if arrays is not None:
            assert dense_h_of(arrays) == pytest.approx(truth_of(arrays).h2, abs=H_TOLERANCE)


def test_mistakes_change_the_number():
    """Forgotten covariates, and individuals in another order, do not give the same h."""
    tried = 0
    for number in SAMPLE:
        if (arrays := made(number).arrays) is None:
            continue
        y, X, K = arrays
        right = truth_of(arrays)
        turned = truth_of((y, X, K[::-1, ::-1][np.ix_(*[np.roll(np.arange(y.size), 1)] * 2)]))
        assert abs(turned.sigma2 - right.sigma2) > 1e-4 * right.sigma2
        if X.shape[1] > 1:
            assert abs(truth_of((y, X[:, :-1], K)).sigma2 - right.sigma2) > 1e-4 * right.sigma2
        tried += 1
    assert tried > len(SAMPLE) / 2
