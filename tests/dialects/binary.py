"""Kinship and genotypes as GCTA, PLINK and GEMMA write them, but for their tables."""

import gzip
from collections.abc import Sequence

import numpy as np

Pairs = Sequence[tuple[str, str]]


def grm_bin(K: np.ndarray) -> bytes:
    """GCTA's lower triangle, in four bytes each."""
    return K[np.tril_indices(len(K))].astype("<f4").tobytes()


def grm_gz(K: np.ndarray) -> bytes:
    """GCTA's lines of two places, a number of markers and a value."""
    lines = [
        f"{i + 1}\t{j + 1}\t1000\t{K[i, j]:.9e}\n" for i in range(len(K)) for j in range(i + 1)
    ]
    return gzip.compress("".join(lines).encode(), mtime=0)


def id_file(people: Pairs, header: str = "", *, families: bool = True) -> bytes:
    """FID and IID, or IID alone, a line an individual."""
    lines = [f"{fid}\t{iid}" if families else iid for fid, iid in people]
    return ("\n".join([header] * bool(header) + lines) + "\n").encode()


def rel_text(K: np.ndarray, *, triangle: bool) -> bytes:
    """PLINK's relationships between tabs."""
    rows = [K[i, : i + 1] if triangle else K[i] for i in range(len(K))]
    return "".join("\t".join(f"{value:.9g}" for value in row) + "\n" for row in rows).encode()


def king_text(K: np.ndarray) -> bytes:
    """PLINK 2's coefficients, half of a relationship, below the diagonal."""
    rows = [K[i, :i] / 2 for i in range(1, len(K))]
    return "".join("\t".join(f"{value:.9g}" for value in row) + "\n" for row in rows).encode()


def kin0(K: np.ndarray, people: Pairs, *, families: bool) -> bytes:
    """PLINK 2's table of pairs."""
    head = "#FID1\tIID1\tFID2\tIID2" if families else "#IID1\tIID2"
    lines = [f"{head}\tNSNP\tHETHET\tIBS0\tKINSHIP"]
    for i in range(1, len(K)):
        for j in range(i):
            one, two = people[i], people[j]
            who = [*one, *two] if families else [one[1], two[1]]
            lines.append("\t".join([*who, "1000", "0.1", "0.01", f"{K[i, j] / 2:.9g}"]))
    return ("\n".join(lines) + "\n").encode()


def cxx(K: np.ndarray) -> bytes:
    """GEMMA's relatedness, ten digits, a tab after each."""
    return "".join("".join(f"{value:.10g}\t" for value in row) + "\n" for row in K).encode()


def bimbam(counts: np.ndarray, sep: str = ", ") -> bytes:
    """GEMMA's mean genotypes: a marker, two alleles, a count for each individual."""
    lines = [
        sep.join([f"rs{j}", "A", "G", *map(str, counts[:, j])]) for j in range(counts.shape[1])
    ]
    return ("\n".join(lines) + "\n").encode()


def bed(counts: np.ndarray) -> bytes:
    """PLINK's genotypes, markers first: two bits each, 00 for two copies of the first allele.

    A count of 3 is a missing one.
    """
    code = np.array([3, 2, 0, 1])[counts]
    n, m = code.shape
    padded = np.zeros((-(-n // 4) * 4, m), dtype=np.uint8)
    padded[:n] = code
    four = padded.reshape(-1, 4, m) << np.array([0, 2, 4, 6], dtype=np.uint8)[:, np.newaxis]
    packed = np.bitwise_or.reduce(four, axis=1)
    return b"\x6c\x1b\x01" + packed.T.tobytes()


def bim(m: int) -> bytes:
    """Where PLINK's markers lie: on two chromosomes."""
    return "".join(f"{1 + j % 2}\trs{j}\t0\t{1000 * (j + 1)}\tA\tG\n" for j in range(m)).encode()
