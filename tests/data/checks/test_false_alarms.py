"""The benchmark of false alarms: clean datasets of every kind, kept so that it can go on."""

import json

import pytest

from benchmarks import clean, false_alarms


def one(seed, warnings=()):
    return {
        "seed": seed,
        "kind": clean.KINDS[seed % len(clean.KINDS)],
        "skewed": False,
        "warnings": list(warnings),
        "notes": [],
    }


@pytest.fixture
def small(monkeypatch):
    """Of the same kinds, and quickly made and checked."""
    assert clean.SIZES == (40, 2000)
    monkeypatch.setattr(clean, "SIZES", (40, 100))


def test_clean_datasets_are_of_every_kind(small):
    drawn = [clean.make_clean(seed) for seed in range(20)]
    assert {one.kind for one in drawn} == set(clean.KINDS)
    assert {one.genotypes is None for one in drawn} == {True, False}
    assert {one.skewed for one in drawn} == {True, False}
    again = clean.make_clean(3)
    assert (again.kinship.values == drawn[3].kinship.values).all()


def test_a_run_that_was_stopped_goes_on(tmp_path, monkeypatch, capsys):
    file = tmp_path / "found.jsonl"
    file.write_text(f'{json.dumps(one(1, ["labels_swap"]))}\n{{"seed": 5, "ki')
    done = []
    monkeypatch.setattr(false_alarms, "found_in", lambda seed: done.append(seed) or one(seed))
    monkeypatch.setattr("sys.argv", ["", "9", "1/4", str(file)])
    false_alarms.main()
    assert done == [5]
    assert "| labels_swap | 1 | " in capsys.readouterr().out


@pytest.mark.parametrize(("suspected", "held"), [(1, "yes"), (2, "no")])
def test_what_is_allowed(suspected, held):
    found = {seed: one(seed, ["labels_swap"] * (seed < suspected)) for seed in range(100)}
    assert false_alarms.summary(found).endswith(f"with any: {held}.")
    several = {seed: one(seed, [f"code{seed}"] * (seed < 5)) for seed in range(100)}
    assert false_alarms.summary(several).endswith("with any: no.")


def test_clean_datasets_have_no_warning(small):
    suspected = [seed for seed in range(10) if false_alarms.found_in(seed)["warnings"]]
    assert len(suspected) <= 1
