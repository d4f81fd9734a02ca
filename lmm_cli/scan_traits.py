"""scan --all-traits: every trait at every marker; stopped, it goes on."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lmm_cli.command import Answer, UsageError
from lmm_cli.console import Console
from lmm_cli.keeping import say_patterns, stopping, write_whole
from lmm_cli.scan_traits_report import pairs_csv, peaks_csv, scans_text
from lmm_cli.scan_traits_work import TraitScanWork, inputs_of, load_trait_scans
from lmm_core.arrays import arrays_of, lock, put
from lmm_core.scan.traits.result import LocoTraitScans, Pairs, better, empty, joined, tested_h2
from lmm_core.scan.traits.unit import Scanned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lmm_cli.journal import Journal, Part
    from lmm_cli.scan_store import Store
    from lmm_core.scan import TraitThresholds

WHOLE = ""
"""The name of the only group of markers, where they are not taken by chromosome."""
PAIR = "pair_"
PATIENCE = 10
"""How long a scheduler may take to answer, in seconds."""


def run(options: Namespace, console: Console) -> Answer:
    """Scan; what is done is kept beside the answer's file until all of it is."""
    file: Path | None = options.answer_file
    _require_sense(options, file)
    from lmm_cli.journal import open_journal
    from lmm_cli.scan_store import open_store

    _, prepared, work = load_trait_scans(options, console)
    inputs = inputs_of(work, options)
    with open_journal(file, inputs, "scan --all-traits") if file else nullcontext() as journal:
        store = open_store(options.store, work, resumed=bool(journal and journal.done))
        peaks, pairs = _scan(work, options, console, journal, store)
        thresholds = _thresholds(work, peaks, options, console) if options.threshold else None
        if file:
            if options.above is not None:
                write_whole(pairs_file(file), pairs_csv(work, pairs))
            write_whole(file, peaks_csv(work, peaks, thresholds))
    text = scans_text(prepared, work, peaks, pairs, thresholds, options, console)
    return Answer(text, written=file is not None)


def pairs_file(file: Path) -> Path:
    """Where the pairs above a LOD score are written.

    >>> pairs_file(Path("a/peaks.csv")).name
    'peaks.pairs.csv'
    """
    return file.with_suffix(".pairs.csv")


def _require_sense(options: Namespace, file: Path | None) -> None:
    if options.trait is not None:
        raise UsageError(
            "--all-traits scans every trait, and --trait one of them",
            "both are given",
            "leave one out",
        )
    if options.h2 not in (None, "null") or list(options.tests) != ["wald"]:
        found = f"--h2 {options.h2}" if options.h2 not in (None, "null") else "--tests"
        raise UsageError(
            "each of all traits is tested by the Wald test, at its own h without markers",
            f"{found} is given",
            "leave it out, or scan one trait by --trait",
        )
    for option, given in (("--store", options.store), ("--above", options.above)):
        if given is not None and file is None:
            raise UsageError(
                f"{option} goes with a file of the peaks", "none is named", "name one by --out"
            )


def _scan(
    work: TraitScanWork,
    options: Namespace,
    console: Console,
    journal: "Journal | None",
    store: "Store | None",
) -> tuple[LocoTraitScans, Pairs]:
    m = len(work.traits)
    peaks, pairs = empty(m), list[Pairs]()
    groups = list(dict.fromkeys(work.markers.chromosome)) if options.loco else [WHOLE]
    left = {name: np.ones(m, dtype=bool) for name in groups}
    null_h2 = {name: np.full(m, np.nan) for name in groups}

    def keep(name: str, done: Scanned) -> None:
        put(peaks, done.places, better(peaks, done.places, done.peaks))
        null_h2[name][done.places] = tested_h2(done.peaks)
        pairs.append(done.pairs)
        left[name][done.places] = False

    for places, part in journal.done if journal else ():
        name, done = _read(places, part)
        if store is None or store.has(name, places):
            keep(name, done)

    def landed(name: str, done: Scanned) -> None:
        keep(name, done)
        if store is not None:
            store.write(name, done)
        if journal:
            journal.append(done.places, _written(name, done))

    say_patterns(console, work.Y)
    total = m * len(groups)
    what = "traits" if not options.loco else "scans of a trait on a chromosome"
    with stopping(console, journal, total, what) if journal else nullcontext():
        if any(some.any() for some in left.values()):
            with cluster(options.dask) as n_jobs:
                _run(work, options, console, left, landed, all_r2=store is not None, n_jobs=n_jobs)
    return LocoTraitScans(**arrays_of(lock(peaks)), null_h2=null_h2), lock(joined(pairs))


def _run(
    work: TraitScanWork,
    options: Namespace,
    console: Console,
    left: "Mapping[str, NDArray[np.bool_]]",
    landed: Any,
    *,
    all_r2: bool,
    n_jobs: int | None,
) -> None:
    from lmm_core.scan import scan_traits, scan_traits_loco

    wanted = {name: some.copy() for name, some in left.items()}
    shared: dict[str, Any] = {
        "above": np.inf if options.above is None else options.above,
        "all_r2": all_r2,
        "n_jobs": n_jobs,
        "progress": console.stage("scanning"),
    }
    if options.loco:
        scan_traits_loco(
            work.Y,
            work.genotypes,
            work.X,
            work.markers.chromosome,
            kinships=work.kinships,
            kind=options.relationship,
            wanted=wanted,
            landed=landed,
            **shared,
        )
        return
    scan_traits(
        work.Y,
        work.genotypes,
        work.X,
        work.K,
        wanted=wanted[WHOLE],
        landed=lambda done: landed(WHOLE, done),
        **shared,
    )


@contextmanager
def cluster(address: str | None) -> Iterator[int | None]:
    """Where the work is done: here, or by the workers of a scheduler of Dask."""
    if address is None:
        yield 1
        return
    import joblib

    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "a cluster is reached by the library distributed",
            "it is not installed",
            "install it with “pip install distributed”, or leave --dask out",
        ) from None
    try:
        client = Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise UsageError(
            "a scheduler of Dask must answer",
            f"none did within {PATIENCE} seconds",
            "name it as tcp://host:8786",
            where=address,
        ) from None
    with client, joblib.parallel_config("dask"):
        yield None


def _written(name: str, done: Scanned) -> "Part":
    found = arrays_of(done.peaks) | {"group": np.array([name])}
    return found | {PAIR + key: values for key, values in arrays_of(done.pairs).items()}


def _read(places: "NDArray[np.int64]", part: "Part") -> tuple[str, Scanned]:
    """What `_written` made, empty columns with their types."""
    peaks, pairs = dict[str, Any](), dict[str, Any]()
    none = joined([])
    for key, values in part.items():
        if key.startswith(PAIR):
            name = key.removeprefix(PAIR)
            pairs[name] = values.astype(getattr(none, name).dtype)
        elif key != "group":
            peaks[key] = values
    found = Scanned(places, replace(empty(0), **peaks), replace(none, **pairs), None)
    return str(part["group"][0]), found


def _thresholds(
    work: TraitScanWork, peaks: LocoTraitScans, options: Namespace, console: Console
) -> "TraitThresholds":
    from lmm_core.scan import trait_thresholds, trait_thresholds_loco

    drawn: dict[str, Any] = {
        "alpha": round(1.0 - options.level, 12),
        "draws": 20 * options.threshold,
        "permutations": options.threshold,
        "progress": console.stage("drawing"),
        "rng": np.random.default_rng(options.seed),
    }
    data = peaks, work.Y, work.genotypes, work.X
    if not options.loco:
        return trait_thresholds(*data, work.K, **drawn)
    drawn |= {"kinships": work.kinships, "kind": options.relationship}
    return trait_thresholds_loco(*data, work.markers.chromosome, **drawn)
