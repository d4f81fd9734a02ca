"""Parts of a genome scan, each computed once for all who ask for it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import numpy as np

from lmm_app.live.packing import Board, pack_board
from lmm_app.scan.marker import MarkerLook, look_at
from lmm_app.scan.peaks import Tally, tally
from lmm_app.scan.scans import Held, Name, Scanned, Scans, kinship_of, run_loco, run_plain
from lmm_app.scan.sources import files_study, mice_study, simulate_study
from lmm_app.scan.study import Study
from lmm_app.session import keep
from lmm_app.session.shelf import Shelf
from lmm_core import KinshipEigen, decompose
from lmm_core.arrays import fingerprint
from lmm_core.errors import KinshipError
from lmm_core.progress import Progress, part_of
from lmm_core.scan.loco import kinship_without
from lmm_data.dataset import Problem
from lmm_data.tables import GenotypeTable

T = TypeVar("T")

# More genotypes than these are many.
LARGE = 500_000
# For each of a class of sixty about a dozen, of two megabytes together.
SMALL_SCANS = Shelf("small scans", entries=1024)
LARGE_SCANS = Shelf("large scans", entries=48)


cross = SMALL_SCANS.keeps(str)(simulate_study)
mice = LARGE_SCANS.keeps(str)(mice_study)


@LARGE_SCANS.keeps(
    lambda key, genotypes, problem, name: (
        key,
        problem.fingerprint,
        problem.trait,
        problem.columns,
    )
)
def of_files(key: str, genotypes: GenotypeTable, problem: Problem, name: str) -> Study:
    """The open dataset, with the genotypes of its files."""
    return files_study(genotypes, problem, name)


def scanned(study: Study, held: Held, *, loco: bool, progress: Progress) -> Scans:
    """The scans of a study; what was done stays done if the next is stopped."""
    eigen = _eigen(study)
    share = 0.4 if loco else 1.0
    by, effective = _of(
        study,
        f"plain {held}",
        lambda: run_plain(study, eigen, held, part_of(progress, 0.0, share)),
    )
    found: dict[Name, Scanned] = dict(by)
    missing = ""
    if loco:
        try:
            found["loco"] = _of(
                study,
                f"loco {held}",
                lambda: run_loco(study, held, part_of(progress, share, 1.0)),
            )
        except KinshipError as error:
            missing = str(error)
    return Scans(study, held, found, effective, missing)


def tallies(scans: Scans) -> dict[Name, Tally]:
    """The peaks of each scan."""
    return {
        name: _of(scans.study, f"peaks {name} {scans.held}", partial(tally, scans.study, one))
        for name, one in scans.by.items()
    }


def looked_at(scans: Scans, place: int, beside: Name) -> MarkerLook:
    """A marker, beside the kinship of all markers or of all other chromosomes."""
    study = scans.study
    tested = bool(scans.by["ls"].tests.kind[place] == "tested")

    def look() -> MarkerLook:
        eigen = _eigen(study)
        if beside == "loco":
            own = str(study.chromosome[place])
            K = kinship_without(study.counts, study.chromosome, own, kind=study.kind)
            eigen = decompose(K)
        return look_at(study, eigen, place, tested=tested)

    return _of(study, f"marker {place} {beside}", look)


def _eigen(study: Study) -> KinshipEigen:
    K = _of(study, "kinship", lambda: kinship_of(study))
    return keep.decomposition(fingerprint(K), K)


def board(what: str, scans: Scans, make: Callable[[], Mapping[str, Any]]) -> Board:
    """A board of the scans, packed once, by what it shows of them."""
    name = f"{what} {scans.held} {'loco' in scans.by}"
    return _of(scans.study, name, lambda: pack_board(make()))


def _of(study: Study, what: str, compute: Callable[[], T]) -> T:
    shelf = LARGE_SCANS if study.n * study.m > LARGE else SMALL_SCANS
    return shelf.get((what, study.key), compute)


def top_place(scans: Scans) -> int:
    """The highest marker of the last of the scans."""
    last = list(scans.by.values())[-1]
    return int(np.nanargmax(last.height))
