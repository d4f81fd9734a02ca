"""Peaks of a scan, and how they fare against the truth."""

from dataclasses import dataclass

import numpy as np

from lmm_app.scan.scans import Scanned
from lmm_app.scan.study import Study
from lmm_core.arrays import Floats

# Peaks of ordinary regression that are offered for a guess, and their names.
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest marker over the threshold within a distance.

    Attributes:
        place: of the marker.
        height: its -log₁₀ p.
        qtl: place of the QTL it is near, None if it is near none or none is known.
    """

    place: int
    height: float
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
    def true(self) -> tuple[Peak, ...]:
        """Peaks near a QTL."""
        return tuple(peak for peak in self.peaks if peak.qtl is not None)

    @property
    def false(self) -> tuple[Peak, ...]:
        """Peaks near none."""
        return tuple(peak for peak in self.peaks if peak.qtl is None)


def tally(study: Study, scanned: Scanned) -> Tally:
    """The peaks of a scan, and which QTL they find.

    A peak is a marker over the threshold with none higher within `unit.apart` on its
    chromosome; it is true if a QTL lies within `unit.near`.
    """
    peaks = tuple(
        Peak(place, float(scanned.height[place]), _near(study, place))
        for place in peak_places(study, scanned.height, scanned.cut.value)
    )
    truth = [qtl.place for qtl in study.true_qtl or () if qtl.effect]
    found = [
        place
        for place in truth
        if any(_distance(study, place, peak.place) <= study.unit.near for peak in peaks)
    ]
    return Tally(peaks, tuple(found), tuple(place for place in truth if place not in found))


def peak_places(study: Study, height: Floats, cut: float) -> list[int]:
    """Markers of peaks over a cut, the highest first; of equals, the first along the genome."""
    chosen: list[int] = []
    over = np.flatnonzero(np.nan_to_num(height, nan=-np.inf) > cut)
    # Every marker over the cut, not only the peaks, keeps lower ones near it from being one.
    for place in over[np.argsort(-height[over], kind="stable")]:
        near = over[_distances(study, int(place), over) <= study.unit.apart]
        higher = (height[near] > height[place]) | ((height[near] == height[place]) & (near < place))
        if not higher.any():
            chosen.append(int(place))
    return chosen


def _near(study: Study, place: int) -> int | None:
    truth = [qtl.place for qtl in study.true_qtl or () if qtl.effect]
    near = [(_distance(study, place, other), other) for other in truth]
    close = [pair for pair in near if pair[0] <= study.unit.near]
    return min(close)[1] if close else None


def _distance(study: Study, one: int, other: int) -> float:
    return float(_distances(study, one, np.array([other]))[0])


def _distances(study: Study, place: int, others: np.ndarray) -> Floats:
    """Along the chromosome, infinite to another one."""
    same = study.chromosome[others] == study.chromosome[place]
    apart = np.abs(study.position[others] - study.position[place])
    # Positions are sums of steps: what is 20 apart must not miss it by rounding.
    return np.where(same, np.round(apart, 9), np.inf)
