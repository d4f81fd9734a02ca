"""What a soak of the server is judged by, and that a running server says what it keeps."""

import asyncio
import random
import urllib.request

import pytest

from benchmarks.caches import MB, Cache, CachesError, caches_in, caches_of, in_words
from benchmarks.server import running
from benchmarks.soak import TENTHS, Soak, Tenth, options_of, verdicts
from tests.places import ROOT
from tests.sessions import alone, read

FULL = Cache(60 * MB, 60 * MB, "bytes")
OVER = Cache(60 * MB + 1, 60 * MB, "bytes")
FEW = Cache(3, 8, "entries")
# What single readings at the end of each tenth once were: no trend, and one is 12% above the first.
INSTANTS = [310, 304, 340, 307, 300, 338, 311, 299, 348, 305]


def tenths(memory, caches=({"a": FULL, "b": FEW},)):
    return [Tenth([float(one) for one in mb], [20], list(caches)) for mb in memory]


def hold(memory, before=20, left=20, **more):
    return [holds for holds, _ in verdicts(tenths(memory), before, left, **more)]


def test_what_only_swings_is_flat():
    # One of them at the end of each tenth did not hold; sixty readings of such a tenth do.
    assert hold([[one] for one in INSTANTS])[:2] == [False, False]
    rng = random.Random(1)
    memory = [[rng.choice(INSTANTS) for _ in range(60)] for _ in range(TENTHS)]
    assert hold(memory) == [True, True, True, True]


@pytest.mark.parametrize(
    ("last", "held"),
    [
        # What is usual has grown, the highest has not.
        ([330.0, 331.0, 349.0], [False, True]),
        # The other way round.
        ([290.0, 300.0, 384.0], [True, False]),
        ([329.0, 329.0, 383.0], [True, True]),
    ],
)
def test_a_tenth_that_has_grown_is_found_by_the_median_and_by_the_highest(last, held):
    first = [290.0, 300.0, 349.0]
    assert hold([first] * 9 + [last])[:2] == held
    assert hold([first, last, *[first] * 8])[:2] == held


def test_the_first_tenth_is_what_the_others_are_held_against():
    assert hold([[100.0], *[[120.0]] * 9])[:2] == [False, False]
    assert hold([[150.0], *[[120.0]] * 9])[:2] == [True, True]
    (_, words), *_ = verdicts(tenths([[100.0], *[[120.0]] * 9]), 20, 20)
    assert "100 MB in the first, at most 120 MB in a later one, +20.0%" in words


def test_a_thread_that_is_left_is_found():
    assert hold([[1.0]] * 10, before=20, left=21)[2:] == [False, True]
    assert hold([[1.0]] * 10, before=20, left=19)[2:] == [True, True]


def test_one_reading_of_one_cache_over_its_limit_is_found():
    readings = tenths([[1.0]] * 10)
    readings[4].caches.append({"room.kept._a": OVER, "b": FEW})
    holds, words = verdicts(readings, 20, 20)[-1]
    assert not holds
    assert words.startswith("over their limits at 11 readings, at most: kept.a 60.0 of 60 MB")
    holds, words = verdicts(tenths([[1.0]] * 10), 20, 20)[-1]
    assert holds
    assert words.endswith("10 readings, at most: a 60.0 of 60 MB, b 3 of 8 entries")


def test_caches_that_were_never_read_do_not_hold():
    holds, _ = verdicts(tenths([[1.0]] * 10, caches=()), 20, 20)[-1]
    assert not holds


def test_those_who_only_disconnect_are_held_under_a_limit_at_every_reading():
    memory = [[150.0]] * 9 + [[150.0, 400.0, 150.0]]
    assert hold(memory, most=401) == [True, True, True]
    assert hold(memory, most=400) == [False, True, True]


def test_an_answer_without_caches_or_without_a_limit_is_none():
    text = 'lmm_cache_bytes{cache="a"} 5\nlmm_cache_limit_bytes{cache="a"} 6\n'
    assert caches_in(text) == {"a": Cache(5, 6, "bytes")}
    with pytest.raises(CachesError, match="no cache"):
        caches_in("# EOF\n")
    with pytest.raises(CachesError, match="a limit: b"):
        caches_in(text + 'lmm_cache_entries{cache="b"} 5\n')


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("soak") / "server.log"


@pytest.fixture(scope="module")
def server(log):
    with (
        log.open("w") as file,
        running(ROOT / "app.py", ROOT, threads=1, log=file) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def first(server):
    """A class that is the first to come, all at once."""
    return alone(come(server.url))


async def come(url):
    return await asyncio.gather(*(read(url) for _ in range(20)))


def test_many_sessions_on_one_dataset_cost_one_decomposition(first, log):
    for reader in first:
        assert any("ĥ = 0.57 (0.39 to 0.73) by REML" in words for words in reader.words)
    lines = [line for line in log.read_text().splitlines() if "decomposed kinship" in line]
    assert len(lines) == 1, lines
    assert "n=283" in lines[0]


def test_a_running_server_says_what_it_keeps_beside_its_limit(server, first):
    caches = caches_of(server.url)
    fitted = caches["fitted"]
    assert fitted.most == 240 * MB
    assert 0.1 * MB < fitted.held < 20 * MB
    assert {"opened", "decomposed", "results", "boards"} < set(caches)
    assert all(cache.within for cache in caches.values())
    assert "fitted" in in_words(caches)
    # Beside all that Streamlit tells of itself.
    every = urllib.request.urlopen(f"{server.url}/_stcore/metrics").read().decode()
    assert "# UNIT lmm_cache_bytes bytes\n" in every
    assert 'lmm_cache_limit_bytes{cache="boards"} 62914560\n' in every
    assert "\nactive_sessions" in every


def test_every_tenth_of_a_soak_has_readings(server, first, capsys):
    soak = Soak(server, options_of(["--runs", "20", "--at-a-time", "2", "--clicks", "1"]))
    alone(soak.all())
    assert len(soak.tenths) == TENTHS
    for tenth in soak.tenths:
        assert tenth.memory
        assert tenth.threads
        assert "fitted" in tenth.caches[-1]
    rows = capsys.readouterr().out.splitlines()
    assert [row.split("|")[1].strip() for row in rows] == [f"{2 * k}" for k in range(1, 11)]
    assert all("fitted" in row for row in rows)
    assert all(holds for holds, _ in verdicts(soak.tenths, 99, server.threads, most=1000))
