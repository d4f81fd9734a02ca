"""What reading costs beside the library that reads the format: processor time, and their ratio.

    python -m benchmarks.reading_alone [rounds]

Ours is all that the app does with the bytes of a file: it is told what the file is, opened, looked
through for what would go wrong, and made a table of numbers, a kinship or genotypes. The library
alone makes its cells, its frame or its array of the same bytes, and nothing is asked of them.
Both in one process and on one thread, by turns, with the processes that they start: of each the
least of the rounds.
"""

import io
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lmm_data.readers.opening import read_sorted
from lmm_data.readers.parquet import read_parquet
from lmm_data.readers.r.objects import members_of
from lmm_data.readers.sorting import sort_files
from lmm_data.written import numbers_csv
from tests import r_bytes
from tests.books import ods, xls
from tests.workbooks import xlsx

ROUNDS = 5
ROWS, COLUMNS, INDIVIDUALS, MARKERS = 2000, 100, 1000, 20_000


def main(rounds: int) -> None:
    print(f"| file | library | ours, s | alone, s | ratio |\n{'|---' * 5}|", flush=True)
    for name, files, library, alone in cases():
        ours, theirs = least(lambda files=files: read(files), alone, rounds)  # type: ignore[misc]
        print(f"| {name} | {library} | {ours:.3f} | {theirs:.3f} | {ours / theirs:.1f} |")


def least(ours: Callable[[], Any], alone: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Seconds of the processor that each takes at the least, after a first time."""
    ours(), alone()
    both = [(_seconds(ours), _seconds(alone)) for _ in range(rounds)]
    return min(mine for mine, _ in both), min(theirs for _, theirs in both)


def _seconds(call: Callable[[], Any]) -> float:
    start = _spent()
    call()
    return _spent() - start


def _spent() -> float:
    every = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in every)


def read(files: dict[str, bytes]) -> None:
    """Files as the app takes them, to the numbers."""
    # What was opened last is kept, for the next step with the same files.
    read_parquet.cache_clear()
    members_of.cache_clear()
    (outcome,) = read_sorted(sort_files(files))
    if outcome.reading is None:
        raise SystemExit(outcome.error)
    if outcome.reading.kind == "table" and outcome.reading.table is not None:
        outcome.reading.table.numbers()


def cases() -> list[tuple[str, dict[str, bytes], str, Callable[[], Any]]]:
    """For each file: what it is, its bytes by name, the library, and what it does alone."""
    import pandas as pd
    import pyarrow as pa
    import rdata
    from bed_reader import open_bed, to_bed
    from pyarrow import csv, feather, parquet
    from python_calamine import CalamineWorkbook

    rng = np.random.default_rng(1)
    traits = rng.normal(20.0, 3.0, (ROWS, COLUMNS))
    traits[rng.random(traits.shape) < 0.01] = np.nan
    ids = [f"mouse{i + 1}" for i in range(ROWS)]
    names = [f"trait{k + 1}" for k in range(COLUMNS)]
    rows: list[list[Any]] = [["id", *names]]
    rows += [
        [i, *(v if v == v else "" for v in row)]
        for i, row in zip(ids, traits.tolist(), strict=True)
    ]
    K = np.cov(rng.normal(size=(INDIVIDUALS, 2 * INDIVIDUALS)))
    who = ids[:INDIVIDUALS]

    def book(content: bytes) -> Any:
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    def of_excel(content: bytes) -> Any:
        return pd.read_excel(io.BytesIO(content), engine="calamine")

    def of_r(content: bytes) -> Any:
        return rdata.conversion.convert(rdata.parser.parse_data(content, extension=".rds"))

    def arrow(read: Callable[[Any], Any], content: bytes) -> Any:
        return read(pa.BufferReader(content)).to_pandas()

    frame = pd.DataFrame(traits, columns=names)
    frame.insert(0, "id", ids)
    packed = {ending: io.BytesIO() for ending in (".parquet", ".feather", ".npy")}
    frame.to_parquet(packed[".parquet"])
    frame.to_feather(packed[".feather"])
    np.save(packed[".npy"], K)
    table = f"table of {ROWS:,} × {COLUMNS}"
    square = f"kinship of {INDIVIDUALS:,}"
    made: list[tuple[str, dict[str, bytes], str, Callable[[], Any]]] = []

    def add(
        what: str, ending: str, content: bytes, library: str, alone: Callable[..., Any]
    ) -> None:
        made.append((f"{ending}, {what}", {f"y{ending}": content}, library, lambda: alone(content)))

    for ending, write in ((".xlsx", xlsx), (".xls", xls), (".ods", ods)):
        content = write(rows)
        add(table, ending, content, "python-calamine, cells", book)
        add(table, ending, content, "pandas by it, a frame", of_excel)
    listed = {"id": ids} | dict(zip(names, traits.T.tolist(), strict=True))
    add(table, ".rds", r_bytes.HEAD + r_bytes.frame(listed), "rdata", of_r)
    add(square, ".rds", r_bytes.HEAD + r_bytes.matrix(K, who), "rdata", of_r)
    saved = r_bytes.workspace({"pheno": r_bytes.frame(listed)})
    add(table, ".RData", saved, "rdata", of_r)
    content = packed[".parquet"].getvalue()
    add(table, ".parquet", content, "pyarrow", lambda c: arrow(parquet.read_table, c))
    content = packed[".feather"].getvalue()
    add(table, ".feather", content, "pyarrow", lambda c: arrow(feather.read_table, c))
    text = frame.to_csv(index=False).encode()
    add(table, ".csv", text, "pandas", lambda c: pd.read_csv(io.BytesIO(c)))
    add(table, ".csv", text, "pyarrow", lambda c: arrow(csv.read_csv, c))
    text = numbers_csv(who, who, K).encode()
    add(square, ".csv", text, "pandas", lambda c: pd.read_csv(io.BytesIO(c), index_col=0))
    add(square, ".csv", text, "pyarrow", lambda c: arrow(csv.read_csv, c))
    add(square, ".npy", packed[".npy"].getvalue(), "NumPy", lambda c: np.load(io.BytesIO(c)))

    folder = Path(tempfile.mkdtemp())
    counts = rng.integers(0, 3, (INDIVIDUALS, MARKERS)).astype(np.int8)
    to_bed(folder / "g.bed", counts, properties={"iid": who})
    genotypes = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def of_bed() -> Any:
        with open_bed(folder / "g.bed", num_threads=1) as opened:
            return opened.properties, opened.read(dtype="int8")

    what = f".bed, {INDIVIDUALS:,} × {MARKERS:,} genotypes"
    made.append((what, genotypes, "bed-reader", of_bed))
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
