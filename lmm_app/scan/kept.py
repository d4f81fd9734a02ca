"""Parts of a genome scan, each computed once for all who ask for it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from lmm_app.genome.study import Study
from lmm_app.live.packing import Board, pack_board
from lmm_app.scan.marker import MarkerLook, look_at
from lmm_app.scan.peaks import Tally, tally
from lmm_app.scan.scans import Held, Name, Scanned, Scans, run_loco, run_plain
from lmm_app.session.studies import eigen_of, of
from lmm_core import decompose
from lmm_core.errors import KinshipError
from lmm_core.progress import Progress, part_of
from lmm_core.scan.loco import kinship_without


def scanned(study: Study, held: Held, *, loco: bool, progress: Progress) -> Scans:
    """The scans of a study; what was done stays done if the next is stopped."""
    eigen = eigen_of(study)
    share = 0.4 if loco else 1.0
    by, effective = of(
        study,
        f"plain {held}",
        lambda: run_plain(study, eigen, held, part_of(progress, 0.0, share)),
    )
    found: dict[Name, Scanned] = dict(by)
    missing = ""
    if loco:
        try:
            found["loco"] = of(
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
        name: of(scans.study, f"peaks {name} {scans.held}", partial(tally, scans.study, one))
        for name, one in scans.by.items()
    }


def looked_at(scans: Scans, place: int, beside: Name) -> MarkerLook:
    """A marker, beside the kinship of all markers or of all other chromosomes."""
    study = scans.study
    tested = bool(scans.by["ls"].tests.kind[place] == "tested")

    def look() -> MarkerLook:
        eigen = eigen_of(study)
        if beside == "loco":
            own = str(study.chromosome[place])
            K = kinship_without(study.counts, study.chromosome, own, kind=study.kind)
            eigen = decompose(K)
        return look_at(study, eigen, place, tested=tested)

    return of(study, f"marker {place} {beside}", look)


def board(what: str, scans: Scans, make: Callable[[], Mapping[str, Any]]) -> Board:
    """A board of the scans, packed once, by what it shows of them."""
    name = f"{what} {scans.held} {'loco' in scans.by}"
    return of(scans.study, name, lambda: pack_board(make()))


def top_place(scans: Scans) -> int:
    """The highest marker of the last of the scans."""
    last = list(scans.by.values())[-1]
    return int(np.nanargmax(last.height))
