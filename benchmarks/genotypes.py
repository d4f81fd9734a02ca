"""How long genotypes take from their file to a matrix, beside the library or NumPy alone.

    python -m benchmarks.genotypes [individuals] [markers]

The same simulated counts as VCF, plain, bgzipped, and with depths beside the calls; as .traw,
HapMap and a table of letters. Beside VCF is cyvcf2, if it is installed, else a parse of the bare
text by NumPy, line by line and without a check. The best of three.
"""

import gzip
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lmm_data.readers.genotypes.hapmap import read_hapmap
from lmm_data.readers.genotypes.recoded import read_traw
from lmm_data.readers.genotypes.table import read_genotype_table
from lmm_data.readers.genotypes.vcf import read_vcf

INDIVIDUALS, MARKERS = 1000, 10_000
AT_MOST = 1.2
_VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
_HAPMAP = "rs#\talleles\tchrom\tpos\tstrand" + "\tNA" * 6 + "\t"
_TRAW = "CHR\tSNP\t(C)M\tPOS\tCOUNTED\tALT\t"


def write(folder: Path, counts: NDArray[np.int8]) -> dict[str, Path]:
    """The counts, individuals by markers, in each format."""
    n, m = counts.shape
    ids = "\t".join(f"i{i}" for i in range(n)) + "\n"
    calls, letters = np.array(["0/0", "0/1", "1/1"]), np.array(["AA", "AG", "GG"])
    deep = np.array([f"{call}:{7 + k},{k}:{7 + 2 * k}" for k, call in enumerate(calls)])
    digits = np.array(["0", "1", "2"])
    forms = {
        "VCF": (_VCF, "1\t{j}\trs{j}\tA\tG\t.\tPASS\t.\tGT\t", calls),
        "VCF with depths": (_VCF, "1\t{j}\trs{j}\tA\tG\t.\tPASS\t.\tGT:AD:DP\t", deep),
        ".traw": (_TRAW, "1\trs{j}\t0\t{j}\tG\tA\t", digits),
        "HapMap": (_HAPMAP, "rs{j}\tA/G\t1\t{j}\t+" + "\tNA" * 6 + "\t", letters),
        "a table of letters": ("marker\t", "rs{j}\t", letters),
    }
    made = {}
    for name, (head, left, entries) in forms.items():
        path = made[name] = folder / name.strip(".").replace(" ", "_")
        with path.open("w", encoding="utf-8") as file:
            file.write(head + ids)
            for j in range(1, m + 1):
                row = "\t".join(entries[counts[:, j - 1]])
                file.write(f"{left.format(j=j)}{row}\n")
    packed = made["VCF, bgzipped"] = folder / "bgzipped.vcf.gz"
    content = made["VCF"].read_bytes()
    # As bgzip does, in members of 64 KB.
    blocks = (content[k : k + 65280] for k in range(0, len(content), 65280))
    packed.write_bytes(b"".join(gzip.compress(block, 6, mtime=0) for block in blocks))
    return made


def by_numpy(path: Path) -> NDArray[np.int8]:
    """The calls of a VCF whose entries begin with them, without any check."""
    rows = []
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            if not line.startswith(b"#"):
                entries = np.array(line.split(b"\t")[9:], dtype="S3")
                alleles = entries.view(np.uint8).reshape(-1, 3)
                rows.append((alleles[:, 0] + alleles[:, 2] - 2 * ord("0")).astype(np.int8))
    return np.array(rows).T


def by_cyvcf2(path: Path) -> NDArray[np.int8]:
    """The calls by htslib."""
    from cyvcf2 import VCF

    return np.array([v.gt_types.astype(np.int8) for v in VCF(str(path), gts012=True)]).T


def alone() -> tuple[str, Callable[[Path], NDArray[np.int8]]]:
    """What VCF is compared with, and what it is called."""
    try:
        import cyvcf2
    except ImportError:
        return "NumPy alone", by_numpy
    return f"cyvcf2 {cyvcf2.__version__}", by_cyvcf2


def best(work: Callable[[], object]) -> float:
    """Seconds, the least of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main(n: int, m: int) -> None:
    rng = np.random.default_rng(1)
    counts = rng.binomial(2, rng.uniform(0.05, 0.5, m), (n, m)).astype(np.int8)
    name, other = alone()
    readers = {".traw": read_traw, "HapMap": read_hapmap, "a table of letters": read_genotype_table}
    print(f"| {n:,} × {m:,} | size | ours | {name} | share, at most {AT_MOST} |")
    print("|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for form, path in write(Path(folder), counts).items():
            read = readers.get(form, read_vcf)
            table = read(path).genotypes
            assert table is not None
            # Of letters the rarer is counted.
            same = (table.counts == counts) | (table.counts == 2 - counts)
            assert same.all()
            ours = best(lambda read=read, path=path: read(path))  # type: ignore[misc]
            beside = "| – | – |"
            if read is read_vcf:
                theirs = best(lambda path=path: other(path))  # type: ignore[misc]
                beside = f"| {theirs:.2f} s | {ours / theirs:.2f} |"
            print(
                f"| {form} | {path.stat().st_size / 1e6:.0f} MB | {ours:.2f} s {beside}", flush=True
            )


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:3]]
    main(*(given if len(given) == 2 else (INDIVIDUALS, MARKERS)))
