"""The reference datasets and what other systems computed from them; see reference/README.md."""

import csv
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.places import REFERENCE, ROOT

# The tests run side by side: more threads than cores would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# They leave no secret, no room and no decomposition of their own on the machine.
os.environ["LMM_CACHE"] = "off"
os.environ["LMM_SECRET"] = "a secret for the tests alone"

import numpy as np
import pytest

TESTS = ROOT / "tests"

ROOMS = TemporaryDirectory(prefix="lmm-rooms-", ignore_cleanup_errors=True)
os.environ["LMM_ROOMS"] = ROOMS.name


def pytest_configure(config):
    """Files are taken in the order below: xdist's own has the browser's, of few tests, last."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if worker.endswith(tuple("13579")) and config.args == ["tests"]:
        # Each file is made ready once: half of them here, from the end, while another process
        # makes the others.
        config.args[:] = [
            str(path) for path in sorted(TESTS.iterdir(), reverse=True) if holds(path)
        ]


def holds(path: Path) -> bool:
    """Whether tests are in it: a file of them, or a folder."""
    return path.name.startswith("test_") or next(path.rglob("test_*.py"), None) is not None


def pytest_collection_modifyitems(items):
    """Spread the files that drive a browser among the others, which the two cores share best."""
    files: dict[Path, list] = {}
    # In whatever order they were found.
    for item in sorted(items, key=lambda item: item.path):
        files.setdefault(item.path, []).append(item)
    slow = [path for path in files if "browser" in path.parts]
    others = [path for path in files if "browser" not in path.parts]
    # The last fifth has none: neither core is left alone with one at the end.
    every = max(1, 4 * len(others) // (5 * max(1, len(slow))))
    order = []
    for place, path in enumerate(others):
        if place % every == 0 and slow:
            order.append(slow.pop(0))
        order.append(path)
    items[:] = [item for path in [*order, *slow] for item in files[path]]


def pytest_make_parametrize_id(config, val, argname):
    """Bytes are named by their length: a zipped file holds the time, and a name must not."""
    return f"{argname}{len(val)}" if isinstance(val, bytes) else None


@dataclass(frozen=True)
class Reference:
    """One dataset: every individual, in the order of its files."""

    K: np.ndarray
    X: np.ndarray
    traits: dict[str, np.ndarray]

    def trait(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """y, X and K of the individuals who have a value."""
        y = self.traits[name]
        has = np.isfinite(y)
        return y[has], self.X[has], self.K[np.ix_(has, has)]


def _table(path: Path) -> tuple[list[str], list[str], np.ndarray]:
    with path.open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    values = [[np.nan if cell == "NA" else float(cell) for cell in row[1:]] for row in rows]
    return header[1:], [row[0] for row in rows], np.array(values)


@cache
def load_reference(name: str) -> Reference:
    folder = REFERENCE / name
    ids, rows, K = _table(folder / "kinship.csv")
    assert ids == rows
    traits, order, values = _table(folder / "pheno.csv")
    assert order == ids
    X = np.ones((len(ids), 1))
    if (folder / "covar.csv").exists():
        _, order, covariates = _table(folder / "covar.csv")
        assert order == ids
        X = np.column_stack([X, covariates])
    return Reference(K, X, dict(zip(traits, values.T, strict=True)))


@cache
def load_fits() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((REFERENCE / "fits.json").read_text(encoding="utf-8")))


def record_id(record: dict[str, Any]) -> str:
    return f"{record['dataset']}-{record['trait']}-{record['method']}"


@pytest.fixture(scope="session")
def lme4_groups() -> dict[str, Any]:
    return json.loads((REFERENCE / "lme4_groups.json").read_text(encoding="utf-8"))


@pytest.fixture(params=load_fits(), ids=record_id)
def record(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Every record of fits.json in turn."""
    return request.param
