"""Blocks of traits on a cluster: a worker that dies takes nothing with it."""

import importlib
import os
import re
import signal

import joblib
import numpy as np
import pytest

from lmm_core import decompose, fit_traits
from lmm_core.simulate.families import full_sib_families
from tests.places import ROOT

distributed = pytest.importorskip("distributed")

# Dask may warn of a worker that is gone.
pytestmark = pytest.mark.filterwarnings("default")

DOCUMENT = ROOT / "docs" / "traits.md"
COLUMNS = ("h2", "sigma2", "loglik", "beta", "se_beta", "lower", "upper", "next_h2")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
        silence_logs=50,
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def traits():
    """Many traits, a few of them with missing values, and the decomposition of K."""
    rng = np.random.default_rng(1)
    eigen = decompose(full_sib_families(24, 5).K)
    h = rng.uniform(size=30_000)
    d = h * eigen.values[:, np.newaxis] + (1.0 - h)
    Y = eigen.vectors @ (np.sqrt(d) * rng.standard_normal(d.shape))
    Y[3, ::3000] = np.nan
    Y[7, 1::3000] = np.nan
    return Y, eigen


def assert_same(found, expected):
    for name in ("status", "n", "p", "n_maxima"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
    for name in COLUMNS:
        # Products of blocks of other sizes are summed in another order.
        np.testing.assert_allclose(
            getattr(found, name), getattr(expected, name), rtol=1e-9, atol=1e-10
        )


def work_done(client):
    """How many tasks each worker has finished, by its process."""

    def count(dask_worker):
        return os.getpid(), dask_worker.state.executed_count

    return dict(client.run(count).values())


def test_a_worker_killed_midway_takes_nothing_with_it(cluster, traits):
    Y, eigen = traits
    here = fit_traits(Y, None, eigen, level=0.95)
    places, after = [], []
    with distributed.Client(cluster) as client:
        victim, survivor = work_done(client)

        def landed(done, fits):
            if len(places) >= 2000 and not after:
                os.kill(victim, signal.SIGKILL)
            if len(places) >= 2000:
                after.append(done.size)
            places.extend(done.tolist())

        with joblib.parallel_config("dask"):
            there = fit_traits(Y, None, eigen, level=0.95, n_jobs=None, landed=landed)
        done = work_done(client)
    # It died with most of the work to do, and each trait was handed over once.
    assert victim not in done
    assert done[survivor] > 0
    assert sum(after) > 15_000
    assert sorted(places) == list(range(30_000))
    assert_same(there, here)


def test_what_is_sent_may_hold_many_blocks(traits, monkeypatch):
    """Large K are sent with as many traits as they are worth, which are fitted block by block."""
    Y, eigen = traits
    here = fit_traits(Y[:, :1000], None, eigen, level=0.95)
    module = importlib.import_module("lmm_core.many.blocks")
    monkeypatch.setattr(module, "BLOCK_ELEMENTS", 1)
    sizes = []
    with joblib.parallel_config("threading"):
        there = fit_traits(
            Y[:, :1000],
            None,
            eigen,
            level=0.95,
            n_jobs=2,
            landed=lambda done, fits: sizes.append(done.size),
        )
    # 64 traits a block; two for each individual are sent at a time.
    assert sizes[:4] == [240] * 4
    assert_same(there, here)


def test_the_documented_way_to_a_cluster(cluster, traits):
    Y, eigen = traits
    code = next(
        block
        for block in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
        if "joblib" in block
    )
    assert "tcp://scheduler:8786" in code
    names = {"Y": Y[:, :3000], "X": None, "K": eigen}
    with distributed.Client(cluster) as client:
        # With a single worker, as after another was killed, joblib stays at home.
        cluster.scale(2)
        client.wait_for_workers(2, timeout=60)
        before = sum(work_done(client).values())
        exec(code.replace("tcp://scheduler:8786", cluster.scheduler_address), names)
        assert sum(work_done(client).values()) > before
    assert_same(names["fits"], fit_traits(Y[:, :3000], None, eigen))
