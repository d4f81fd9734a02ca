"""The command scan: every marker tested, with GEMMA's columns; stopped, it goes on."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lmm_cli.command import PROGRAM, Answer, Command, UsageError
from lmm_cli.console import Console
from lmm_cli.keeping import stopping, write_whole
from lmm_cli.options import add_data_options, number_or_nan
from lmm_cli.scan_report import scan_csv, scan_text
from lmm_cli.scan_work import ScanWork, inputs_of, load_scan
from lmm_core.arrays import Ints
from lmm_core.errors import in_digits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lmm_cli.journal import Journal
    from lmm_core.scan import MarkerScan, MarkerTests, Threshold
    from lmm_core.scan.loco import PlacesLanded

WALD, LRT, SCORE = TESTS = ("wald", "lrt", "score")


def add_options(parser: ArgumentParser) -> None:
    """What the command takes."""
    add_data_options(parser)
    scan = parser.add_argument_group("the scan")
    scan.add_argument(
        "--h2",
        type=_h2,
        metavar="refit|null|NUMBER",
        help="h estimated again at each marker, fixed at its value without markers, or fixed at "
        "a number; 0 is least squares (default: refit)",
    )
    scan.add_argument(
        "--tests",
        nargs="+",
        choices=TESTS,
        default=[WALD],
        help="lrt and score are by ML (default: wald)",
    )
    scan.add_argument(
        "--loco",
        action="store_true",
        help="each marker beside the kinship of all other chromosomes, made of the genotypes, or "
        "given by --kinship: R’s list of them, or a file for each chromosome",
    )
    scan.add_argument(
        "--threshold",
        type=_count,
        default=0,
        metavar="N",
        help="threshold for the whole genome by N permutations, at the level that --level "
        "leaves: 5%% for 0.95",
    )
    scan.add_argument(
        "--seed", type=_count, default=1, help="of the permutations (default: %(default)s)"
    )
    every = parser.add_argument_group("every trait at once")
    every.add_argument(
        "--all-traits",
        action="store_true",
        help="scan every trait, each at its own h without a marker; --out peaks.csv takes a row "
        "for each. With --threshold N each has one, from 20 N draws of normal errors, or from N "
        "permutations where its errors have heavy tails",
    )
    every.add_argument(
        "--above",
        type=_lod,
        metavar="LOD",
        help="write the pairs of a trait and a marker above this LOD score too, beside --out, to "
        "peaks.pairs.csv",
    )
    every.add_argument(
        "--store",
        type=Path,
        metavar="FOLDER",
        help="write the LOD scores of all pairs too, to Parquet files in a folder of their own",
    )
    every.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="have the work done by the workers of this scheduler of Dask, such as tcp://host:8786",
    )


def run(options: Namespace, console: Console) -> Answer:
    """Scan; what is done is kept beside the answer's file until all of it is."""
    file: Path | None = options.answer_file
    _require_sense(options, file)
    if options.all_traits:
        from lmm_cli.scan_traits import run as run_all

        return run_all(options, console)
    options.h2 = "refit" if options.h2 is None else options.h2
    from lmm_cli.journal import open_journal

    _, prepared, work = load_scan(options, console)
    with open_journal(file, inputs_of(work, options), "scan") if file else nullcontext() as journal:
        tests, work = _scan(work, options, console, journal)
        if file:
            write_whole(file, scan_csv(work, tests))
    threshold = _threshold(work, options, console)
    text = scan_text(prepared, work, tests, threshold, options, console)
    return Answer(text, written=file is not None)


def _require_sense(options: Namespace, file: Path | None) -> None:
    if options.json or (file is not None and file.suffix.lower() != ".csv"):
        found = "--json is given" if options.json else f"{file} is not"
        raise UsageError("a scan is written as CSV", found, "let --out end in .csv")
    for name in ("above", "store", "dask"):
        if getattr(options, name) is not None and not options.all_traits:
            raise UsageError(
                f"--{name} is for the scans of all traits",
                "--all-traits is not given",
                "add it, or leave out the other",
            )
    if options.ml:
        raise UsageError(
            "the Wald test is by REML",
            "--ml is given",
            "leave it out, and ask for --tests lrt, which is by ML",
        )


def _scan(
    work: ScanWork, options: Namespace, console: Console, journal: "Journal | None"
) -> "tuple[MarkerTests, ScanWork]":
    """The tests, and the work with a note if ML has no limit."""
    from lmm_core.arrays import arrays_of, put
    from lmm_core.scan.result import MarkerTests, empty

    m = work.genotypes.shape[1]
    tests = empty(m)
    left = np.ones(m, dtype=bool)
    for places, found in journal.done if journal else ():
        put(tests, places, MarkerTests(**found))
        left[places] = False
    limits: list[float | None] = []
    tell = console.stage("scanning")

    def landed(places: Ints, part: MarkerTests) -> None:
        put(tests, places, part)
        left[places] = False
        if journal:
            journal.append(places, arrays_of(part))
        tell(1.0 - left.mean())

    with stopping(console, journal, m, "markers") if journal else nullcontext():
        for _, _, scan in _scans(work, options, left.copy(), landed) if left.any() else ():
            if {LRT, SCORE} & set(options.tests) and scan.null_ml.status == "unbounded":
                limits.append(scan.null_ml.h2 if scan.null_ml.maxima else None)
            # It holds a decomposition, and the next makes its own.
            del scan
    if limits:
        work = replace(work, notes=(*work.notes, _without_limit(limits)))
    return tests, work


def _scans(
    work: ScanWork, options: Namespace, wanted: "NDArray[np.bool_]", landed: "PlacesLanded"
) -> "Iterable[tuple[str, Ints, MarkerScan]]":
    """Of the markers that are wanted, beside one kinship or for each chromosome its own."""
    from lmm_core.genotypes import Subset
    from lmm_core.scan import scan_chromosomes, scan_markers

    G, y, X, h2, tests = work.genotypes, work.y, work.X, options.h2, options.tests
    if options.loco:
        return scan_chromosomes(
            G,
            y,
            X,
            work.markers.chromosome,
            kinships=work.kinships,
            kind=options.relationship,
            h2=h2,
            tests=tests,
            wanted=wanted,
            landed=landed,
        )
    places = np.flatnonzero(wanted)
    scan = scan_markers(
        Subset(G, places),
        y,
        X,
        work.K,
        h2=h2,
        tests=tests,
        landed=lambda block, part: landed(places[block], part),
    )
    return [("", places, scan)]


def _without_limit(maxima: list[float | None]) -> str:
    """That ML rises without bound under the kinship, and what its tests are of."""
    finite = sorted(h2 for h2 in maxima if h2 is not None)
    start = "Under this kinship the likelihood by ML rises without bound as h nears 1"
    if not finite:
        return f"{start}, and has no other maximum: {LRT} and {SCORE} cannot be told. Use {WALD}."
    where = in_digits(finite[0])
    if finite[-1] > finite[0]:
        where = f"{in_digits(finite[0])} to {in_digits(finite[-1])}"
    return (
        f"{start}: {LRT} and {SCORE} are at its best finite maximum, without a marker at h = "
        f"{where}."
    )


def _threshold(work: ScanWork, options: Namespace, console: Console) -> "Threshold | None":
    if not options.threshold:
        return None
    from lmm_core.scan import loco_threshold, permutation_threshold

    shared = {
        "rng": np.random.default_rng(options.seed),
        "h2": "null" if options.h2 == "refit" else options.h2,
        "permutations": options.threshold,
        "alphas": (round(1.0 - options.level, 12),),
        "progress": console.stage("permuting"),
    }
    data = work.genotypes, work.y, work.X
    if options.loco:
        shared |= {"kind": options.relationship, "kinships": work.kinships}
        return loco_threshold(*data, work.markers.chromosome, **shared)
    return permutation_threshold(*data, work.K, **shared)


def _h2(text: str) -> str | float:
    if text in ("refit", "null"):
        return text
    value = number_or_nan(text)
    if not 0.0 <= value <= 1.0:
        raise ArgumentTypeError(f"h is refit, null or a number from 0 to 1: it is “{text}”")
    return value


def _lod(text: str) -> float:
    value = number_or_nan(text)
    if not value >= 0.0:
        raise ArgumentTypeError(f"a LOD score is a number of at least 0: it is “{text}”")
    return value


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"a whole number is needed: it is “{text}”")
    return int(text)


COMMAND = Command(
    name="scan",
    summary="test every marker of a genome, as GEMMA does",
    description=(
        "Tests each marker as a fixed effect of the mixed model. --out results.csv takes a row "
        "for each marker, by GEMMA’s names; what is done is kept beside it: stopped, the same "
        "command goes on. The genotypes of a .bed file that --geno names are left on the disk "
        "and read by blocks. Without a kinship, it is made of the genotypes."
    ),
    examples=(
        f"{PROGRAM} scan --geno sample_data/mouse_hs1940.bed.gz --pheno "
        "sample_data/mouse_hs300/pheno.csv --kinship sample_data/mouse_hs300/kinship.csv "
        "--trait CD8 --out scan.csv",
        f"{PROGRAM} scan --geno sample_data/mouse_hs1940.bed.gz --pheno "
        "sample_data/mouse_hs300/pheno.csv --trait CD8 --loco --h2 null --threshold 100",
        f"{PROGRAM} scan --all-traits --geno sample_data/mouse_hs1940.bed.gz --pheno "
        "sample_data/mouse_hs300/pheno.csv --threshold 100 --above 4 --out peaks.csv",
    ),
    add_options=add_options,
    run=run,
)
