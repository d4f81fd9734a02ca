"""The answer of the scans of all traits: a row for each, the pairs, and lines for the screen."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lmm_cli.console import Console
from lmm_cli.report import files_text
from lmm_cli.scan_report import probability
from lmm_cli.scan_traits_work import TraitScanWork
from lmm_cli.traits_table import UNREAD
from lmm_core.errors import count, in_digits
from lmm_core.summary import aligned, number
from lmm_data.records import records_words

if TYPE_CHECKING:
    from lmm_core.scan import Pairs, TraitScans, TraitThresholds
    from lmm_data.preparation.preparing import Prepared

OF_MARKERS = ("chr", "rs", "ps", "allele1", "allele0")
OF_TRAITS = ("n", "p", "h2", "status", "kind", "n_tested")
OF_PEAKS = ("r2", "lod", "f", "p_wald", "beta", "se")
OF_THRESHOLDS = ("threshold", "threshold_lower", "threshold_upper", "fourth_moment", "permuted")
SHOWN = 10


def peaks_csv(
    work: TraitScanWork, peaks: "TraitScans", thresholds: "TraitThresholds | None"
) -> str:
    """A row for each trait with all digits."""
    from lmm_data.written import csv_text

    header = ["trait", *OF_TRAITS, *OF_MARKERS, *OF_PEAKS]
    header += OF_THRESHOLDS if thresholds is not None else ()
    return csv_text(header, _rows(work, peaks, thresholds))


def pairs_csv(work: TraitScanWork, pairs: "Pairs") -> str:
    """A row for each pair above the LOD score."""
    from lmm_data.written import csv_text

    columns = [
        values.tolist()
        for values in (
            *(pairs.trait, pairs.marker, pairs.lod, pairs.f, pairs.log_p),
            *(pairs.beta, pairs.se_beta),
        )
    ]
    rows = (
        (
            *(work.traits[trait], *_marker(work, marker)),
            *(lod, f, probability(log_p), beta, se),
        )
        for trait, marker, lod, f, log_p, beta, se in zip(*columns, strict=True)
    )
    return csv_text(["trait", *OF_MARKERS, *OF_PEAKS[1:]], rows)


def scans_text(
    prepared: "Prepared",
    work: TraitScanWork,
    peaks: "TraitScans",
    pairs: "Pairs",
    thresholds: "TraitThresholds | None",
    options: Namespace,
    console: Console,
) -> str:
    """How many were scanned, the thresholds, and the highest peaks."""
    kinds = Counter(peaks.kind.tolist())
    scanned = kinds.pop("tested", 0)
    beside = "the kinships of the other chromosomes" if options.loco else "one kinship"
    who = records_words(len(work.ids), len(set(work.ids)))
    markers = count(len(work.markers.markers), "marker")
    title = f"{count(scanned, 'trait')} of {who} scanned at {markers}"
    summary = (
        f"Beside {beside}, each trait at its own h without a marker. Covariates: "
        f"{', '.join(work.columns)}."
    )
    kinds.update({UNREAD: len(work.unread)} if work.unread else {})
    if kinds:
        summary += " Not scanned: " + ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()) + "."
    notes = "\n".join(console.wrapped(note) for note in work.notes)
    parts = [
        "\n".join(filter(None, [files_text(prepared, console), notes])),
        f"{console.paint(title, 'bold')}\n{console.wrapped(summary)}",
    ]
    if thresholds is not None:
        parts.append(console.wrapped(_threshold_words(peaks, thresholds, options)))
    if scanned:
        parts.append(_highest(work, peaks, thresholds, console))
    file = options.answer_file
    if file is None:
        closing = "“--out peaks.csv” writes the peak of every trait."
    else:
        closing = f"Written to {file}."
        if options.above is not None:
            closing += f" The {count(pairs.trait.size, 'pair')} above a LOD score of "
            closing += f"{in_digits(options.above, 6)} beside it, to {file.stem}.pairs.csv."
        if options.store is not None:
            closing += f" All LOD scores: {options.store}."
    parts.append(console.wrapped(closing))
    return "\n\n".join(filter(None, parts)) + "\n"


def _rows(
    work: TraitScanWork, peaks: "TraitScans", thresholds: "TraitThresholds | None"
) -> Iterator[tuple[object, ...]]:
    per_trait = zip(*(getattr(peaks, name).tolist() for name in OF_TRAITS), strict=True)
    found = (peaks.r2, peaks.lod, peaks.f, peaks.log_p, peaks.beta, peaks.se_beta)
    per_peak = zip(*(values.tolist() for values in found), strict=True)
    cuts: list[tuple[object, ...]] = [()] * peaks.m
    if thresholds is not None:
        of = (thresholds.lod, thresholds.lower, thresholds.upper, thresholds.fourth)
        yes = np.where(thresholds.permuted, "yes", "no")
        cuts = list(zip(*(values.tolist() for values in (*of, yes)), strict=True))
    for name, trait, place, (r2, lod, f, log_p, beta, se), cut in zip(
        work.traits, per_trait, peaks.place.tolist(), per_peak, cuts, strict=True
    ):
        yield (name, *trait, *_marker(work, place), r2, lod, f, probability(log_p), beta, se, *cut)
    for name in work.unread:
        width = len(OF_MARKERS) + len(OF_PEAKS)
        width += len(OF_THRESHOLDS) if thresholds is not None else 0
        yield (name, 0, 0, "NA", UNREAD, UNREAD, 0, *["NA"] * width)


def _marker(work: TraitScanWork, place: int) -> tuple[object, ...]:
    if place < 0:
        return ("NA",) * len(OF_MARKERS)
    position = work.markers.position[place]
    return (
        work.markers.chromosome[place],
        work.markers.markers[place],
        "NA" if np.isnan(position) else int(position),
        *(allele[place] for allele in work.alleles),
    )


def _threshold_words(peaks: "TraitScans", thresholds: "TraitThresholds", options: Namespace) -> str:
    lod, permuted = thresholds.lod, thresholds.permuted
    if not np.isfinite(lod).any():
        return ""
    high = int(np.sum(peaks.lod > lod))
    words = (
        f"Thresholds: LOD {np.nanmin(lod):.2f} to {np.nanmax(lod):.2f}; the peaks of "
        f"{count(high, 'trait')} of {peaks.m:,} are above theirs. They depend on h"
        f"{' beside each chromosome' if options.loco else ''}, and are from draws of normal errors"
    )
    some = int(permuted.sum())
    if some:
        words += (
            f"; those of {count(some, 'trait')} are from permutations, because the fourth moment "
            "of their residuals is above that of every draw of normal ones"
        )
    level = in_digits(100.0 * thresholds.alpha, 6)
    return f"{words}. Without any effect {level}% of the scans would exceed theirs."


def _highest(
    work: TraitScanWork,
    peaks: "TraitScans",
    thresholds: "TraitThresholds | None",
    console: Console,
) -> str:
    rows: list[tuple[str, ...]] = [
        ("trait", "n", "h", "chr", "marker", "position", "effect", "LOD", "threshold")
    ]
    order = np.argsort(-np.nan_to_num(peaks.lod, nan=-1.0), kind="stable")[:SHOWN]
    for k in order[peaks.place[order] >= 0]:
        chromosome, marker, position, *_ = _marker(work, int(peaks.place[k]))
        rows.append(
            (
                work.traits[k],
                f"{peaks.n[k]:,}",
                number(peaks.h2[k]),
                str(chromosome),
                str(marker),
                f"{position:,}" if isinstance(position, int) else "",
                number(peaks.beta[k]),
                f"{peaks.lod[k]:.2f}",
                "" if thresholds is None else f"{thresholds.lod[k]:.2f}",
            )
        )
    if thresholds is None:
        rows = [row[:-1] for row in rows]
    return aligned(rows, console.width, numbers=(1, 2, 5, 6, 7, 8))
