import gc
import logging
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from lmm_app.data import kept
from lmm_app.data.material import Material
from lmm_app.explore import kept as boards
from lmm_app.live.packing import pack_board
from lmm_app.live.pictures import profile_board
from lmm_app.live.search import own_search, search_between
from lmm_app.session import keep, simulated
from lmm_app.session.shelf import Shelf
from lmm_app.sources.opened import File, Sample, Simulation, Upload, open_source
from lmm_core import LMMError
from lmm_data.dataset import Dataset, align
from lmm_data.preparation.choices import Choices
from lmm_data.tables import Table
from tests.odd_views import sibs
from tests.unpacked import unpack_board

N = 1000
IDS = tuple(f"i{place}" for place in range(N))


@pytest.fixture(autouse=True)
def _empty():
    caches = [value for value in vars(keep).values() if isinstance(value, Shelf)]
    assert len(caches) > 5
    for cached in caches:
        cached.clear()


@pytest.fixture
def decomposed():
    """The lines of the log that tell of a decomposition."""
    lines = []

    class Handler(logging.Handler):
        def emit(self, record):
            if "decomposed kinship" in record.getMessage():
                lines.append(record.getMessage())

    handler = Handler()
    keep.log.addHandler(handler)
    yield lines
    keep.log.removeHandler(handler)


def told_apart(board):
    """What makes a board another one for the browser: its picture and where h can be put."""
    return board.picture, repr(board.hand)


def dataset(K, y=None, trait="trait", covariate="sex") -> Dataset:
    n = len(K)
    ids = IDS[:n]
    y = np.sin(np.arange(n)) if y is None else y
    return align(
        "made up",
        Table("pheno.csv", ids, (trait,), y[:, np.newaxis]),
        Table("kinship.csv", ids, ids, K),
        Table("covar.csv", ids, (covariate,), (np.arange(n) % 2.0)[:, np.newaxis]),
    )


def problem_of(K, **names):
    data = dataset(K, **names)
    return data.problem(data.traits.columns[0], data.covariates.columns)


@pytest.fixture(scope="module")
def large():
    return sibs(200, 5)


def changed_diagonal(K, place):
    K = K.copy()
    K[place, place] += 1e-9
    return K


def changed_pair(K, i, j):
    K = K.copy()
    K[i, j] += 1e-9
    K[j, i] += 1e-9
    return K


def test_a_kinship_with_a_change_is_never_answered_from_the_cache(large, monkeypatch):
    """Streamlit's own hash of an array of this size looks at a sample of it."""
    monkeypatch.setattr(keep, "decompose", lambda K, weights: Decomposed(K))
    rng = np.random.default_rng(8)
    answered = [decomposition_of(large)]
    for place in rng.choice(N, 5, replace=False):
        answered.append(decomposition_of(changed_diagonal(large, place)))
    for i, j in rng.choice(N, (5, 2), replace=False):
        answered.append(decomposition_of(changed_pair(large, i, j)))
    assert len({id(eigen) for eigen in answered}) == 11
    assert decomposition_of(large.copy()) is answered[0]


class Decomposed:
    """Stands in for a decomposition, which would take half a second."""

    def __init__(self, K):
        self.K, self.n = K, len(K)


def decomposition_of(K):
    problem = problem_of(K)
    eigen = keep.decomposition(problem.kinship_fingerprint, problem.K)
    np.testing.assert_array_equal(eigen.K, K)
    return eigen


def test_a_changed_entry_reaches_the_picture_and_the_fit(decomposed):
    K = sibs(20, 3)
    plain, other = problem_of(K), problem_of(changed_pair(K, 0, 59))
    assert keep.fitted(plain) is not keep.fitted(other)
    assert len(decomposed) == 2
    one, two = (boards.sides_board(keep.fitted(p), "ML", 0) for p in (plain, other))
    assert one.picture != two.picture
    assert one.group != two.group
    assert unpack_board(one)["matrices"][0]["n"] == 60


def test_equal_content_shares_one_entry(decomposed):
    K = sibs(20, 3)
    one, two = problem_of(K), problem_of(K.copy())
    assert one is not two
    shown = keep.fitted(one)
    assert keep.fitted(two) is shown
    assert len(decomposed) == 1
    assert "n=60" in decomposed[0]
    compared = [boards.comparison(shown, 0.5, reml=True)[0] for _ in range(2)]
    assert compared[0] is compared[1]
    search = own_search(shown.ml)
    board = boards.profile_board(shown, "ML", search, None)
    assert boards.profile_board(keep.fitted(two), "ML", search, None) is board
    board = boards.sides_board(shown, "REML", 1)
    assert boards.sides_board(keep.fitted(two), "REML", 1) is board


def test_traits_and_covariates_of_one_kinship_share_its_decomposition(decomposed):
    K = sibs(20, 3)
    one = keep.fitted(problem_of(K))
    two = keep.fitted(problem_of(K, y=np.cos(np.arange(60))))
    data = dataset(K)
    three = keep.fitted(data.problem("trait", ()))
    assert one.reml.eigen is two.reml.eigen is three.reml.eigen
    assert len({one.reml.h2, two.reml.h2, three.reml.loglik}) == 3
    assert len(decomposed) == 1


def test_equal_numbers_under_other_names_keep_their_names():
    K = sibs(20, 3)
    one = keep.fitted(problem_of(K))
    assert keep.fitted(problem_of(K, trait="weight")).problem.trait == "weight"
    assert keep.fitted(problem_of(K, covariate="age")).problem.columns[1] == "age"
    assert one.problem.trait == "trait"


def test_each_state_of_a_board_has_a_name_of_its_own():
    shown = keep.fitted(problem_of(sibs(20, 3)))
    searches = [
        own_search(shown.ml),
        *(search_between(shown.ml.rotated, 0.0, 1.0, xtol, reml=False) for xtol in (1e-2, 1e-8)),
    ]
    made = [
        boards.profile_board(shown, method, search, true_h2)
        for method in ("ML", "REML")
        for true_h2 in (None, 0.2)
        for search in searches
    ]
    made.append(boards.profile_board(shown, "ML", searches[0], None, looks=False))
    made += [boards.sides_board(shown, method, j) for method in ("ML", "REML") for j in (0, 1)]
    assert len(set(map(told_apart, made))) == len(made) == 17
    # What is drawn of a column is the same by both methods, and is sent once.
    assert made[-4].picture == made[-2].picture
    assert len({board.picture for board in made}) == 15
    # All boards of a fit by one method move together, and those by the other do not.
    by_method = {"ML": [*made[:6], *made[12:15]], "REML": [*made[6:12], *made[15:]]}
    groups = [{board.group for board in found} for found in by_method.values()]
    assert [len(found) for found in groups] == [1, 1]
    assert groups[0] != groups[1]
    for board in made:
        assert board.hand["estimate"] in (shown.ml.h2, shown.reml.h2)
    other = keep.fitted(problem_of(sibs(20, 3), trait="weight"))
    board = boards.sides_board(other, "ML", 0)
    assert board.picture not in {one.picture for one in made}
    assert board.group not in groups[0] | groups[1]


def test_boards_that_do_not_move_with_h_move_on_their_own():
    shown = keep.fitted(problem_of(sibs(20, 3)))
    board = boards.directions_board(shown, "REML")
    assert board.hand is None
    assert board.group == board.picture


def test_all_boards_of_one_kinship_and_fit_are_sent_in_few_parts():
    shown = keep.fitted(problem_of(sibs(20, 3)))
    sides = [boards.sides_board(shown, "REML", j) for j in (0, 1)]
    profile = boards.profile_board(shown, "REML", own_search(shown.reml), None)
    # Another column changes the picture's own part alone: the fit, K and the names stay.
    assert len(set(sides[0].parts) - set(sides[1].parts)) == 1
    assert len(sides[0].parts) == 4
    # Beside the profile, the fit is there already.
    assert len(set(sides[0].parts) & set(profile.parts)) == 1
    # Of another trait, K and whom each direction contrasts are the same.
    other = keep.fitted(problem_of(sibs(20, 3), y=np.cos(np.arange(60))))
    assert len(set(boards.sides_board(other, "REML", 0).parts) & set(sides[0].parts)) == 2


def test_each_h_has_a_comparison_of_its_own():
    shown = keep.fitted(problem_of(sibs(20, 3)))
    both = [boards.comparison(shown, h2, reml=reml) for h2 in (0.1, 0.2) for reml in (True, False)]
    comparisons, times = zip(*both, strict=True)
    assert len({id(comparison) for comparison in comparisons}) == 4
    assert [comparison.weighted.h2 for comparison in comparisons] == [0.1, 0.1, 0.2, 0.2]
    # Each run that was quicker than all before it is what is said from then on.
    for found, known, before in zip(comparisons[1:], times[1:], times[:-1], strict=True):
        assert known.dense == min(before.dense, found.dense_seconds) > 0
        assert known.weighted == min(before.weighted, found.weighted_seconds) > 0
        assert known.decomposition == before.decomposition > 0


def test_an_h_that_was_compared_is_not_compared_again(monkeypatch):
    shown = keep.fitted(problem_of(sibs(20, 3)))
    known = [boards.comparison(shown, h2, reml=True) for h2 in (0.1, 0.345)]
    monkeypatch.setattr(boards.view, "compare", None)
    assert [boards.comparison(shown, h2, reml=True) for h2 in (0.1, 0.345)] == known


def test_a_board_in_the_cache_is_the_one_that_is_made_anew():
    shown = keep.fitted(problem_of(sibs(20, 3)))
    search = own_search(shown.reml)
    kept = boards.profile_board(shown, "REML", search, 0.5)
    anew = pack_board(profile_board(shown, "REML", search, 0.5), kept.group)
    assert anew.parts == kept.parts
    assert (anew.picture, anew.group, anew.hand) == (kept.picture, kept.group, kept.hand)


def test_a_source_is_opened_once(monkeypatch):
    opened = []
    monkeypatch.setattr(keep.sources, "open_source", lambda source: opened.append(source))
    for _ in range(2):
        for source in (Sample("tiny12"), Simulation(seed=1), Simulation(seed=2)):
            keep.opened(source)
    assert len(opened) == 3


def an_upload(text, **choices):
    return Upload((File.of("a.csv", text.encode()),), Choices(**choices))


def test_files_are_read_once_for_each_way_of_reading_them(monkeypatch):
    read, assembled = [], []
    monkeypatch.setattr(keep, "assemble", lambda *args: assembled.append(args) or object())
    monkeypatch.setattr(
        keep.sources,
        "read_upload",
        lambda upload, progress: read.append(upload.key) or SimpleNamespace(outcomes=()),
    )
    for _ in range(2):
        for choices in ({}, {"missing": ("-9",)}, {"without": ("a",)}, {"same_order": True}):
            keep.prepared(an_upload("read", **choices), print)
        keep.prepared(an_upload("else"), print)
    assert len(set(read)) == len(read) == 3
    assert len(assembled) == 2


def test_sessions_share_one_copy_of_a_file_and_none_outlives_them():
    one, two = (File.of("a.csv", b"x" * 9) for _ in range(2))
    assert keep.one_copy(one) is one
    assert keep.one_copy(two) is one
    # The same bytes under another name are another file.
    assert keep.one_copy(File.of("b.csv", b"x" * 9)) is not one
    watch = weakref.ref(one)
    del one, two
    gc.collect()
    assert watch() is None


def test_a_dataset_is_diagnosed_once_and_one_with_other_names_again(monkeypatch):
    made = []
    # Whatever other tests have opened is known already.
    kept.DIAGNOSES.clear()
    monkeypatch.setattr(kept, "check_dataset", lambda *args, **_: made.append(args) or object())
    first = open_source(Sample("tiny12")).dataset
    other = align("other", first.traits, Table("kinship", first.ids, first.ids, first.kinship))
    for dataset in (first, first, other):
        kept.report(keep.dataset_key(dataset), Material.of_dataset(dataset), "ML", print)
    assert len(made) == 2
    kept.report(keep.dataset_key(first), Material.of_dataset(first), "REML", print)
    assert len(made) == 3
    kept.DIAGNOSES.clear()


def test_what_is_shared_cannot_be_written_to():
    problem = problem_of(sibs(20, 3))
    shown = keep.fitted(problem)
    eigen = shown.reml.eigen
    loglik = shown.profile("REML").loglik
    for values in (eigen.values, eigen.vectors, problem.K, problem.y, loglik):
        assert not values.flags.writeable


def test_a_closer_look_is_computed_once_though_many_ask_at_once(monkeypatch):
    shown = keep.fitted(problem_of(sibs(20, 3)))
    calls = []

    def slowly(fit, **settings):
        calls.append(settings["draws"])
        time.sleep(0.1)
        return object()

    monkeypatch.setattr(boards, "rlrt", slowly)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: boards.variance_test(shown, print), range(8)))
    assert calls == [boards.NULL_DRAWS]
    assert len({id(one) for one in found}) == 1


def test_a_closer_look_that_failed_is_tried_again(monkeypatch):
    shown = keep.fitted(problem_of(sibs(20, 3)))
    outcomes = iter([LMMError("no"), "yes"])

    def compute(fit, **settings):
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(simulated, "interval_h2", compute)
    with pytest.raises(LMMError, match="no"):
        simulated.exact_interval(shown, "REML", print)
    assert simulated.exact_interval(shown, "REML", print) == "yes"
    monkeypatch.setattr(simulated, "interval_h2", lambda fit, **settings: fit.reml)
    assert simulated.exact_interval(shown, "ML", print) is False
    other = keep.fitted(problem_of(sibs(20, 3, 0.25)))
    assert simulated.exact_interval(other, "REML", print) is True
