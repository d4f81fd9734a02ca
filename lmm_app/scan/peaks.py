"""Peaks of a scan, and how they fare against the truth."""

from dataclasses import dataclass

import numpy as np

from lmm_app.genome.study import APART, NEAR, Study
from lmm_app.scan.scans import Scanned
from lmm_core.arrays import Floats

# Peaks of ordinary regression that are offered for a guess, and their names.
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest marker over the threshold within a distance.

    Attributes:
        place: of the marker.
        qtl: place of the QTL it is near, None if it is near none or none is known.
    """

    place: int
    qtl: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """A scan against the truth.

    Attributes:
        peaks: all of them, the highest first.
        found, missed: places of the QTL that have and have not a peak near them.
    """

    peaks: tuple[Peak, ...]
    found: tuple[int, ...]
    missed: tuple[int, ...]

    @property
    def false(self) -> tuple[Peak, ...]:
        """Peaks near none."""
        return tuple(peak for peak in self.peaks if peak.qtl is None)


def tally(study: Study, scanned: Scanned) -> Tally:
    """The peaks of a scan, and which QTL they find.

    A peak is a marker over the threshold with none higher within `APART` on its chromosome; it
    is true if a QTL lies within `NEAR`.
    """
    peaks = tuple(
        Peak(place, _near(study, place))
        for place in peak_places(study, scanned.height, scanned.cut.value)
    )
    places = [peak.place for peak in peaks]
    truth = [qtl.place for qtl in study.qtl]
    found = tuple(one for one in truth if (study.distances(one, places) <= NEAR).any())
    return Tally(peaks, found, tuple(one for one in truth if one not in found))


def peak_places(study: Study, height: Floats, cut: float) -> list[int]:
    """Markers of peaks over a cut, the highest first; of equals, the first along the genome."""
    chosen: list[int] = []
    over = np.flatnonzero(np.nan_to_num(height, nan=-np.inf) > cut)
    # Every marker over the cut, not only the peaks, keeps lower ones near it from being one.
    for place in over[np.argsort(-height[over], kind="stable")]:
        near = over[study.distances(int(place), over) <= APART]
        higher = (height[near] > height[place]) | ((height[near] == height[place]) & (near < place))
        if not higher.any():
            chosen.append(int(place))
    return chosen


def _near(study: Study, place: int) -> int | None:
    truth = [qtl.place for qtl in study.qtl]
    near = zip(study.distances(place, truth).tolist(), truth, strict=True)
    return min(((apart, one) for apart, one in near if apart <= NEAR), default=(0.0, None))[1]
