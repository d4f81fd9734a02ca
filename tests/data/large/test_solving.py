"""Large decompositions take the way of the large ones, and change no number."""

import numpy as np
import pytest

from lmm_core import decompose, decompose_records, fit_lmm, scan_markers
from lmm_core.errors import KinshipError, LMMError
from lmm_core.progress import solved_by
from lmm_core.scan import scan_chromosomes
from lmm_data.large import least_large, solving
from lmm_data.large.child import NoProcessError
from lmm_data.large.solving import Solver, is_of
from lmm_data.large.store import Store, key_of
from tests.data.large.kinships import kinship

K = kinship(120)
Y = np.random.default_rng(5).standard_normal(120)


class Heard:
    """What was told of decompositions."""

    def __init__(self, store=None, least=100):
        self.estimates, self.shares, self.notes = [], [], []
        self.solver = Solver(self.begins, self.notes.append, store, least)

    def begins(self, estimate):
        self.estimates.append(estimate.n)
        return self.shares.append


def test_a_fit_is_the_same_to_the_last_bit():
    heard = Heard()
    with solved_by(heard.solver):
        found = fit_lmm(Y, None, K)
    plain = fit_lmm(Y, None, K)
    assert heard.estimates == [120]
    assert heard.shares[-1] == 1.0
    assert (found.h2, found.loglik, found.sigma2) == (plain.h2, plain.loglik, plain.sigma2)
    assert np.array_equal(found.eigen.vectors, plain.eigen.vectors)
    # Outside nothing is told.
    fit_lmm(Y, None, K)
    assert heard.estimates == [120]


def test_a_small_one_is_made_as_ever(monkeypatch, tmp_path):
    monkeypatch.setattr(solving, "decompose_apart", None)
    heard = Heard(Store(tmp_path / "cache", 1e9), least=121)
    with solved_by(heard.solver):
        assert np.array_equal(decompose(K).vectors, decompose(K).vectors)
    assert heard.estimates == heard.notes == []
    assert not (tmp_path / "cache").exists()


def test_from_two_thousand_on_it_is_large(monkeypatch):
    assert least_large() == Solver().least == 2000
    monkeypatch.setenv("LMM_LARGE", "500")
    assert least_large() == Solver().least == 500
    monkeypatch.setenv("LMM_LARGE", "many")
    assert least_large() == 2000


def test_weights_records_and_scans_go_the_same_way():
    rng = np.random.default_rng(1)
    weights, of = rng.uniform(1, 3, 120), np.repeat(np.arange(120), 2)
    G = rng.integers(0, 3, (120, 12)).astype(float)

    def all_of_them():
        weighted = decompose(K, weights=weights).values
        records = decompose_records(K, of).values
        return weighted, records, scan_markers(G, Y, None, K).p_wald

    heard = Heard()
    with solved_by(heard.solver):
        found = all_of_them()
    assert heard.estimates == [120, 120, 120, 119]
    for one, plain in zip(found, all_of_them(), strict=True):
        assert np.array_equal(one, plain, equal_nan=True)


def test_threads_that_take_a_chromosome_each_go_the_same_way():
    rng = np.random.default_rng(2)
    G, chromosomes = rng.integers(0, 3, (120, 40)).astype(float), ["1"] * 20 + ["2"] * 20

    def p_values():
        scans = scan_chromosomes(G, Y, None, chromosomes, threads=2)
        return np.concatenate([scan.p_wald for _, _, scan in scans])

    heard = Heard()
    with solved_by(heard.solver):
        found = p_values()
    assert len(heard.estimates) == 2
    assert np.array_equal(found, p_values())


def test_it_is_kept_and_found_again_whatever_it_came_from(tmp_path):
    store = Store(tmp_path, 1e9)
    first, again, other = (Heard(store) for _ in range(3))
    for heard, matrix in ((first, K), (again, np.array(K, order="C")), (other, K * 1.5)):
        with solved_by(heard.solver):
            assert np.array_equal(decompose(matrix).vectors, decompose(matrix).vectors)
    assert first.estimates == [120]
    assert again.estimates == []
    assert again.notes == [f"the decomposition of this kinship is the one kept in {tmp_path}"] * 2
    assert other.estimates == [120]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_is_whole_but_of_another_kinship_is_not_believed(tmp_path):
    store = Store(tmp_path, 1e9)
    store.keep(key_of(K), *np.linalg.eigh(kinship(120, seed=1)))
    heard = Heard(store)
    with solved_by(heard.solver):
        assert np.array_equal(decompose(K).vectors, decompose(K).vectors)
    assert heard.estimates == [120]
    assert is_of(K, *store.find(key_of(K), 120))


def test_a_changed_value_a_changed_vector_and_a_turned_sign_are_told():
    values, vectors = np.linalg.eigh(K)
    assert is_of(K, values, vectors)
    assert is_of(K, values, -vectors)
    wrong = values.copy()
    wrong[60] *= 1.001
    assert not is_of(K, wrong, vectors)
    wrong = vectors.copy()
    wrong[5, 7] += 1e-3
    assert not is_of(K, values, wrong)


def test_what_does_not_fit_is_refused_and_nothing_is_begun(monkeypatch):
    monkeypatch.setenv("LMM_MEMORY_GB", "0.001")
    monkeypatch.setattr(solving, "decompose_apart", None)
    heard = Heard()
    with solved_by(heard.solver), pytest.raises(LMMError, match=r"120 × 120, needs .* of memory"):
        decompose(K)
    assert heard.estimates == []


def test_what_cannot_be_kept_is_said_and_the_answer_is_there(tmp_path):
    (tmp_path / "file").write_text("no folder")
    heard = Heard(Store(tmp_path / "file", 1e9))
    with solved_by(heard.solver):
        decompose(K)
    (note,) = heard.notes
    assert note.startswith(f"the decomposition cannot be kept in {tmp_path / 'file'}: ")


def test_without_a_process_it_is_made_here(monkeypatch):
    def refuse(matrix, progress):
        raise NoProcessError

    monkeypatch.setattr(solving, "decompose_apart", refuse)
    heard = Heard()
    with solved_by(heard.solver):
        assert np.array_equal(decompose(K).values, decompose(K).values)
    assert heard.shares == [1.0] * 2


def test_what_is_no_kinship_is_refused_as_ever():
    with solved_by(Heard().solver), pytest.raises(KinshipError, match="positive semi-definite"):
        decompose(K - 0.5 * np.eye(120))
