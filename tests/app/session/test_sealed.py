"""What a student can find out of a token: nothing. What stands in it comes back as it went in."""

import base64
import multiprocessing
import stat
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.session import secret as secrets_room
from lmm_app.session.sealed import Sealed, class_in, new_class, seal, source_of, unseal
from lmm_app.sources.opened import LAST_SEED, Lesson, Simulation, open_source
from lmm_core import LMMError

SECRET = b"s" * 32
CLASS = "0123456789abcdef"
RECIPES = [
    *(Lesson(name) for name in PRESETS),
    *(
        Simulation(kind, n, h2, sex, qtl, 12, 35, 7)
        for kind, n, h2, sex, qtl in product(
            ("intercross", "families", "unrelated"), (20, 300), (0.0, 0.35, 1.0), (0.0, 1.3), (0, 3)
        )
    ),
]


def of(recipe, **other):
    return Sealed(recipe, CLASS, 7, **other)


def test_what_stands_in_a_token_comes_back_and_is_short():
    for recipe, told in product(RECIPES, (False, True)):
        token = seal(SECRET, of(recipe, told=told))
        found = unseal(SECRET, token)
        assert found.of_class == CLASS
        assert (found.student, found.told) == (7, told)
        assert source_of(SECRET, found) == source_of(SECRET, of(recipe))
        assert seal(SECRET, found) == token
        assert len(token) < 200


def test_a_token_tells_nothing_of_what_it_holds():
    for recipe in RECIPES:
        raw = base64.urlsafe_b64decode(seal(SECRET, of(recipe)) + "==")
        for word in (b"data", b"lesson", b"simulate", b"true_h", bytes.fromhex(CLASS)):
            assert word not in raw
    # Of two that differ in the true h alone all bytes do: none can be compared.
    one, other = (
        base64.urlsafe_b64decode(seal(SECRET, of(Simulation(h2=h2))) + "==") for h2 in (0.3, 0.4)
    )
    assert sum(a == b for a, b in zip(one, other, strict=False)) < 10


def test_a_token_that_was_changed_or_sealed_elsewhere_is_none():
    token = seal(SECRET, of(Simulation(h2=0.35)))
    for place in range(len(token)):
        changed = "A" if token[place] != "A" else "B"
        found = unseal(SECRET, token[:place] + changed + token[place + 1 :])
        # The last sign of base64 holds bits that mean nothing.
        assert found is None or place == len(token) - 1
    assert unseal(b"t" * 32, token) is None
    for text in ("", "x", token[:-2], token + "AA", "é" * 40, "=" * 8):
        assert unseal(SECRET, text) is None


def test_a_guess_of_h_or_another_seed_gives_other_data():
    """Who makes a class of their own with a guessed h, or opens any seed, compares in vain."""
    recipe = Simulation("families", 40, 0.35)
    mine = open_source(source_of(SECRET, of(recipe))).dataset.traits.values
    others = [
        source_of(SECRET, replace(of(recipe), of_class=new_class())),
        source_of(SECRET, replace(of(recipe), student=8)),
        *(source_of(SECRET, of(replace(recipe, h2=h2))) for h2 in (0.3, 0.4)),
        source_of(b"t" * 32, of(recipe)),
    ]
    seeds = {source.seed for source in others} | {source_of(SECRET, of(recipe)).seed}
    assert len(seeds) == 1 + len(others)
    assert all(LAST_SEED < seed < 2**63 for seed in seeds)
    for source in others:
        assert not np.array_equal(open_source(source).dataset.traits.values, mine)
    # The true h itself moves nothing else: with the seed known, it would be found at once.
    known = replace(recipe, seed=source_of(SECRET, of(recipe)).seed)
    assert np.array_equal(open_source(known).dataset.traits.values, mine)


def test_no_two_classes_are_one():
    assert len({new_class() for _ in range(1000)}) == 1000
    assert class_in(new_class())
    for text in ("", "banana", CLASS[:-1], CLASS.upper(), CLASS + "\n"):
        assert class_in(text) is None


@pytest.fixture
def nowhere_else(monkeypatch, tmp_path):
    """A server without a secret of its own yet, whose state is kept in a folder."""
    monkeypatch.delenv(secrets_room.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    secrets_room.secret.cache_clear()
    yield tmp_path
    secrets_room.secret.cache_clear()


def _secret_of_a_process(_):
    secrets_room.secret.cache_clear()
    return secrets_room.secret()


def test_processes_that_start_at_once_agree_and_a_restart_keeps_it(nowhere_else):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        found = set(pool.map(_secret_of_a_process, range(9), chunksize=1))
    assert len(found) == 1
    path = nowhere_else / "lmm" / "secret"
    assert found == {path.read_bytes()} == {secrets_room.secret()}
    assert len(path.read_bytes()) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["secret"]


def test_the_environment_says_the_secret_and_a_short_one_is_refused(nowhere_else, monkeypatch):
    monkeypatch.setenv(secrets_room.VARIABLE, "a long enough secret")
    assert len(secrets_room.secret()) == 32
    assert not (nowhere_else / "lmm").exists()
    secrets_room.secret.cache_clear()
    monkeypatch.setenv(secrets_room.VARIABLE, "short")
    with pytest.raises(LMMError, match="at least 16 characters"):
        secrets_room.secret()


def test_without_a_place_to_keep_it_the_remedy_is_said(nowhere_else):
    (nowhere_else / "lmm").write_text("a file where the folder should be")
    with pytest.raises(LMMError, match="LMM_SECRET"):
        secrets_room.secret()
