"""Kinships in text: squares, triangles and lists of pairs."""

import numpy as np

from tests.bad_inputs import (
    COVAR,
    IDS,
    KINSHIP,
    PHENO,
    Case,
    K,
    N,
    both,
    changed,
    kinship,
    lines,
    square,
)

PAIRS = [(IDS[i], IDS[j], K[i, j]) for i in range(N) for j in range(i + 1)]
RELATED = [pair for pair in PAIRS if pair[2] > 0]
_ROOT = np.random.default_rng(3).normal(size=(N, N))
APART = np.sqrt(np.maximum(2.0 - 2.0 * K, 0.0))

NO_DIAGONAL = (
    "kinship.csv: not a covariance: each individual has 0 with itself, as in distances; for "
    "distances from 0 to 1 give 1 less each of them; otherwise write the diagonal, 1 for one who "
    "is not inbred"
)

GRM_ID = lines(((label, label) for label in IDS), "\t").encode()
RAW = lines(((f"{x:.8f}" for x in row) for row in K), " ").encode()

MATRICES = {
    "a title above a kinship and a note below": Case(
        kinship(b"Kinship of the mice\n\n" + KINSHIP + b"\nSource: our own\n"),
        notes=(
            "left out above the table: “line 1: Kinship of the mice”",
            "left out below the table: “line 65: Source: our own”",
        ),
        same=True,
    ),
    "a title above pairs": Case(
        kinship(b"Kinship of the mice\n" + lines([("id1", "id2", "kinship"), *PAIRS]).encode()),
        same=True,
    ),
    "LDAK’s kinship": Case(
        {
            "pheno.csv": PHENO,
            "covar.csv": COVAR,
            "all.grm.raw": RAW,
            "all.grm.id": GRM_ID,
            "all.grm.details": b"Predictor Index Centre Scaling Weight\nrs1 1 0.5 1 1\n",
        },
        same=True,
    ),
    "eigenvalues beside a kinship": Case(
        {**kinship(KINSHIP), "pca.eigenval": b"5.1\n3.2\n1.1\n"},
        refused={
            "pca.eigenval": "pca.eigenval cannot be read: eigenvalues, one for each principal "
            "component and none of an individual; give the .eigenvec that belongs to it, whose "
            "components are covariates"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "not square": Case(
        kinship(KINSHIP.rsplit(b"\n", 2)[0] + b"\n"),
        refused={
            "kinship.csv": "kinship.csv: kinship must be square: 59 rows below a header and "
            "61 columns, ids included; give a square, its lower triangle with "
            "the diagonal, or lines of two ids and their value"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "asymmetric": Case(
        kinship(square(changed({(3, 7): 0.4}))),
        problem="kinship.csv: not symmetric: K has 0.4 for “m04” with “m08”, but 0 for “m08” "
        "with “m04”; look for edited entries, or for columns in another order "
        "than the rows",
        codes=("kinship_asymmetric",),
    ),
    "asymmetric by rounding": Case(
        kinship(square(changed({(0, 1): 0.50001}))), codes=("kinship_uneven",)
    ),
    "an entry missing": Case(
        kinship(square(both({(3, 7): np.nan})).replace(b"nan", b"NA")),
        notes=(
            "2 of the 3,600 entries of kinship.csv are missing, the first that of “m04” with “m08”",
        ),
        problem="kinship.csv: missing entries: 2 entries are missing or infinite; "
        "leave out “m04”, row and column, and it is complete",
        codes=("kinship_missing",),
    ),
    "an infinite entry": Case(
        kinship(square(both({(3, 7): np.inf}))),
        refused={
            "kinship.csv": "kinship.csv: entries must be finite: “m04” with “m08” is inf; "
            "write NA if it is missing"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "a word among the entries": Case(
        kinship(KINSHIP.replace(b"0.5", b"half", 1)),
        refused={
            "kinship.csv": "kinship.csv: entries must be numbers: line 2, entry 3 is “half”; "
            "write missing values as NA, and a point for decimals"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "negative eigenvalues": Case(
        kinship(square(both({(0, 5): 0.9, (0, 10): 0.9, (5, 10): -0.9}))),
        codes=("kinship_indefinite",),
    ),
    "zeros on the diagonal": Case(
        kinship(square(K - np.eye(N))), problem=NO_DIAGONAL, codes=("kinship_indefinite",)
    ),
    "a zero on the diagonal": Case(
        kinship(square(changed({(4, 4): 0.0}))), codes=("kinship_diagonal", "kinship_indefinite")
    ),
    "all zeros": Case(kinship(square(0.0 * K)), codes=("kinship_zero",)),
    "half the scale": Case(kinship(square(0.5 * K)), codes=("kinship_half_scale",)),
    "twice the scale": Case(kinship(square(2.0 * K)), codes=()),
    "a thousandth of the scale": Case(kinship(square(K / 1000.0)), codes=()),
    "shares of alleles alike": Case(kinship(square(0.6 + 0.4 * K)), codes=()),
    "distances": Case(kinship(square(APART)), problem=NO_DIAGONAL, codes=("kinship_indefinite",)),
    "one minus the distances": Case(kinship(square(1.0 - APART)), codes=("kinship_indefinite",)),
    "clones": Case(
        kinship(square(K[np.ix_(*[[*range(1), 0, *range(2, N)]] * 2)])), codes=("kinship_clones",)
    ),
    "one related to nobody": Case(
        kinship(
            square(
                changed(
                    {(2, j): float(j == 2) for j in range(N)}
                    | {(j, 2): float(j == 2) for j in range(N)}
                )
            )
        )
    ),
    "an entry of 1e200": Case(
        kinship(square(both({(0, 1): 1e200}))),
        problem="kinship.csv: numbers beyond any scale: the largest entry is "
        "10²⁰⁰ in size; look for a damaged entry, or a text that was read "
        "as a number",
        codes=("kinship_huge",),
    ),
    "an inbred diagonal": Case(
        kinship(square(changed({(4, 4): 2.5}))), codes=("kinship_diagonal",)
    ),
    "K = I": Case(kinship(square(np.eye(N))), codes=("kinship_identity",)),
    "K = 3I": Case(kinship(square(3.0 * np.eye(N))), codes=("kinship_identity",)),
    "all equally related": Case(kinship(square(0.5 + 0.5 * np.eye(N))), codes=("kinship_equal",)),
    "all ones": Case(kinship(square(np.ones((N, N)))), codes=("kinship_equal",)),
    "centred": Case(kinship(square((np.eye(N) - 1 / N) @ K @ (np.eye(N) - 1 / N)))),
    "random numbers": Case(
        kinship(square(np.round(_ROOT, 3))),
        problem="kinship.csv: not symmetric: K has −2.364 for “m11” with “m24”, but 2.446 for "
        "“m24” with “m11”. 1,770 pairs differ; look for edited entries, or for columns in another "
        "order than the rows",
        codes=("kinship_asymmetric",),
    ),
    "the covariates again": Case(
        kinship(COVAR),
        refused={
            "kinship.csv": "kinship.csv: kinship must be square: 60 rows below a header and 2 "
            "columns, ids included; give a square, its lower triangle with the "
            "diagonal, or lines of two ids and their value"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "a header of other ids": Case(
        kinship(square(header=[f"z{k}" for k in range(N)])),
        refused={
            "kinship.csv": "kinship.csv: the header must hold the ids of the rows: “z0”, "
            "“z1”, “z2” and 57 more in the header only, “m01”, “m02”, “m03” "
            "and 57 more in the rows only; write the same ids in both"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "a header in another order": Case(
        kinship(square(K[:, ::-1], header=IDS[::-1])),
        notes=("the columns are in another order than the rows and are put in theirs",),
        same=True,
    ),
    "rows in another order": Case(kinship(square(K[::-1, ::-1], ids=IDS[::-1]))),
    "an id twice in the header": Case(
        kinship(square(header=[*IDS[:-1], IDS[0]])),
        refused={
            "kinship.csv": "kinship.csv: each column must have its own id in the header: "
            "“m01” is blank or there more than once; rename, or leave out the "
            "row and the column"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "an id twice in the kinship": Case(
        kinship(square(ids=[*IDS[:-1], IDS[0]])),
        refused={
            "kinship.csv": "kinship.csv: each row must have its own id: “m01” occurs "
            "twice, in lines 2 and 61; keep one row and its column, or give the other its own id"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "a kinship without ids": Case(
        kinship(lines(K.tolist(), "\t").encode(), "result.cXX.txt"),
        notes=(
            "result.cXX.txt has ten digits and a row for every individual of "
            "the fam file, or of the genotypes, those without a phenotype too",
            "result.cXX.txt is read without ids: they must come from another "
            "file, in the same order",
        ),
        problem="individuals must have ids, because files are joined by id: there "
        "are none in result.cXX.txt; put them into the first column, or, "
        "if its rows are in the same order as those of pheno.csv, say so",
        codes=("ids_by_position",),
    ),
    "a kinship without ids, of another length": Case(
        kinship(lines(K[:50, :50].tolist(), "\t").encode(), "result.cXX.txt"),
        notes=(
            "result.cXX.txt has ten digits and a row for every individual of "
            "the fam file, or of the genotypes, those without a phenotype too",
            "result.cXX.txt is read without ids: they must come from another "
            "file, in the same order",
        ),
        problem="individuals must have ids, because files are joined by id: no ids "
        "in “result.cXX.txt”; pheno.csv has 60 rows, result.cXX.txt has 50 "
        "rows, covar.csv has 60 rows; put the ids into the first column of "
        "each file",
        codes=("ids_absent",),
    ),
    "a lower triangle": Case(
        kinship(lines([(IDS[i], *K[i, : i + 1].tolist()) for i in range(N)]).encode()), same=True
    ),
    "a triangle without its diagonal": Case(
        kinship(lines([(IDS[i], *K[i, :i].tolist()) for i in range(N)]).encode()),
        refused={
            "kinship.csv": "kinship.csv: a lower triangle must have its diagonal: the first "
            "row is “m01” alone; write each individual with itself: 1 in a relationship for one "
            "who is not inbred, ½ in coefficients; of distances from 0 to 1 give 1 less each, and "
            "1 with oneself"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "zeros above the diagonal": Case(
        kinship(square(np.tril(K))),
        notes=("zeros above the diagonal: the other triangle is mirrored",),
        same=True,
    ),
}

LISTS = {
    "every pair": Case(kinship(lines([("id1", "id2", "kinship"), *PAIRS]).encode()), same=True),
    "the related pairs": Case(
        kinship(lines([("id1", "id2", "kinship"), *RELATED]).encode()),
        notes=(
            "1,650 of 1,770 pairs are not in the list and are taken for 0, as "
            "in lists of relatives",
        ),
        same=True,
    ),
    "a pair missing": Case(
        kinship(lines([("id1", "id2", "kinship"), *PAIRS[:900], *PAIRS[901:]]).encode()),
        refused={
            "kinship.csv": "kinship.csv: a list of pairs must hold every pair, or only those "
            "above 0: it lacks 1 of 1,770, the first “m40” with “m42”; add "
            "them, or say that what is absent is 0"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
    "a pair twice": Case(
        kinship(lines([("id1", "id2", "kinship"), *PAIRS, PAIRS[1]]).encode()), same=True
    ),
    "contradicting pairs": Case(
        kinship(lines([("id1", "id2", "kinship"), *PAIRS, (IDS[0], IDS[1], 0.25)]).encode()),
        problem="kinship.csv: not symmetric: K has 0.25 for “m01” with “m02”, but 0.5 for “m02” "
        "with “m01”; look for edited entries, or for columns in another order "
        "than the rows",
        codes=("kinship_asymmetric",),
    ),
    "pairs without the diagonal": Case(
        kinship(lines([("id1", "id2", "kinship"), *(p for p in PAIRS if p[0] != p[1])]).encode()),
        refused={
            "kinship.csv": "kinship.csv: each individual must have a line with itself: there "
            "is none for “m02”, “m01”, “m03” and 57 more; add the diagonal, 1 "
            "for a relationship of one who is not inbred, or read it as pairs in which that is 1"
        },
        lacks=("kinship", "pheno.csv", "covar.csv"),
        codes=None,
    ),
}
