"""The answer of a scan: a row for each marker, and a few lines for the screen."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lmm_cli.console import Console
from lmm_cli.report import files_text
from lmm_cli.scan_work import ScanWork
from lmm_core.errors import in_digits
from lmm_core.summary import aligned, number
from lmm_data.records import records_words

if TYPE_CHECKING:
    from lmm_core.scan import MarkerTests, Threshold
    from lmm_data.preparation.preparing import Prepared

COLUMNS = (
    *("chr", "rs", "ps", "n_miss", "allele1", "allele0", "af", "beta", "se", "logl_H1"),
    *("l_remle", "h2", "p_wald", "p_lrt", "p_score", "lod", "status"),
)
SHOWN = 10
# Natural logarithms of smaller probabilities are below those of any float64.
SMALLEST = -700.0


def scan_csv(work: ScanWork, tests: "MarkerTests") -> str:
    """GEMMA's columns with all digits, and h, the LOD score and the status beside them."""
    from lmm_data.written import csv_text

    return csv_text(COLUMNS, _rows(work, tests))


def probability(log_p: float) -> float | str:
    """A probability by its natural logarithm, as text where no float64 is as small.

    >>> probability(-1.0), probability(-1000.0)
    (0.36787944117144233, '5.0759589e-435')
    """
    if not log_p < SMALLEST:
        return float(np.exp(log_p))
    tens = log_p / np.log(10.0)
    exponent = int(np.floor(tens))
    return f"{10.0 ** (tens - exponent):.8g}e{exponent}"


def scan_text(
    prepared: "Prepared",
    work: ScanWork,
    tests: "MarkerTests",
    threshold: "Threshold | None",
    options: Namespace,
    console: Console,
) -> str:
    """How many were tested, λ, the threshold, and the smallest p-values."""
    from lmm_core.scan import genomic_control

    kinds = Counter(tests.kind.tolist())
    tested = kinds.pop("tested", 0)
    beside = "the kinships of the other chromosomes" if options.loco else "one kinship"
    who = records_words(len(work.ids), len(set(work.ids)))
    title = f"{tested:,} markers tested for {work.trait} of {who}"
    summary = f"Beside {beside}. Covariates: {', '.join(work.columns)}."
    if kinds:
        summary += " Not tested: " + ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()) + "."
    if tested:
        summary += (
            f" λ = {genomic_control(tests.log_p_wald):.3f}, the median test statistic divided by "
            "its value under chance."
        )
    notes = "\n".join(console.wrapped(note) for note in work.notes)
    parts = [
        "\n".join(filter(None, [files_text(prepared, console), notes])),
        f"{console.paint(title, 'bold')}\n{console.wrapped(summary)}",
    ]
    if threshold is not None:
        parts.append(console.wrapped(_threshold_words(threshold)))
    if tested:
        parts.append(_smallest(work, tests, console))
    where = options.answer_file
    closing = f"Written to {where}." if where else "“--out scan.csv” writes every marker."
    parts.append(console.wrapped(closing))
    return "\n\n".join(filter(None, parts)) + "\n"


def _rows(work: ScanWork, tests: "MarkerTests") -> Iterator[tuple[object, ...]]:
    markers, (counted, other) = work.markers, work.alleles
    with np.errstate(divide="ignore"):
        ratio = tests.h2 / (1.0 - tests.h2)
    columns = [
        values.tolist()
        for values in (
            *(tests.n_missing, tests.mean / 2.0, tests.beta, tests.se_beta, tests.loglik, ratio),
            *(tests.h2, tests.log_p_wald, tests.log_p_lrt, tests.log_p_score, tests.lod),
        )
    ]
    labels = np.where(tests.kind == "tested", tests.status, tests.kind).tolist()
    for k, (missing, af, beta, se, loglik, lam, h2, wald, lrt, score, lod) in enumerate(
        zip(*columns, strict=True)
    ):
        position = markers.position[k]
        yield (
            markers.chromosome[k],
            markers.markers[k],
            "NA" if np.isnan(position) else int(position),
            missing,
            counted[k],
            other[k],
            *(af, beta, se, loglik, lam, h2),
            *(probability(log_p) for log_p in (wald, lrt, score)),
            lod,
            labels[k],
        )


def _threshold_words(threshold: "Threshold") -> str:
    level, cut, lod = threshold.alphas[0], threshold.neg_log10_p[0], threshold.lod[0]
    return (
        f"Threshold: -log10 p = {cut.value:.2f}. If no marker had an effect, a peak above it "
        f"anywhere would appear in {in_digits(100.0 * level, 6)}% of scans. It is from "
        f"{threshold.maxima.size:,} permutations, whose number leaves it between {cut.lower:.2f} "
        f"and {cut.upper:.2f} (95%). As a LOD score, with h fixed, it is {lod.value:.2f}."
    )


def _smallest(work: ScanWork, tests: "MarkerTests", console: Console) -> str:
    rows = [("chr", "marker", "position", "effect", "std. error", "h", "-log10 p")]
    order = np.argsort(np.nan_to_num(tests.log_p_wald, nan=1.0), kind="stable")[:SHOWN]
    for k in order[tests.kind[order] == "tested"]:
        position = work.markers.position[k]
        rows.append(
            (
                work.markers.chromosome[k],
                work.markers.markers[k],
                "" if np.isnan(position) else f"{int(position):,}",
                number(tests.beta[k]),
                number(tests.se_beta[k]),
                number(tests.h2[k]),
                f"{tests.neg_log10_p[k]:.2f}",
            )
        )
    return aligned(rows, console.width, numbers=(2, 3, 4, 5, 6))
