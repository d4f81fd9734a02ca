"""Ids that do not match, and files that are missing or too many."""

from lmm_data.preparation.preparing import Choices
from tests.bad_inputs import (
    CLEAN,
    COVAR,
    IDS,
    KINSHIP,
    PHENO,
    SEX,
    Case,
    K,
    N,
    Y,
    lines,
    pheno,
    square,
    table,
)

ROWS = list(zip(IDS, Y, strict=True))
NUMBERED = [str(k) for k in range(101, 101 + N)]
FAMILY = [f"F{1 + k // 5}" for k in range(N)]


WHO = {
    "ids in the first of three rows": Case(
        pheno(table(ids=[label if k % 3 == 0 else "" for k, label in enumerate(IDS)])),
        refused={
            "pheno.csv": "pheno.csv: each row must have its id: line 3 and 39 more have none; if "
            "an id stands for the rows below it too, write it into each of them"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "an id twice": Case(
        pheno(PHENO.replace(b"m08", b"m07")),
        codes=("ids_records",),
    ),
    "an id twice among the covariates": Case(
        {**CLEAN, "covar.csv": COVAR.replace(b"m08", b"m07")},
        problem="covar.csv: each individual must have one row: “m07” has 2, the first two are rows "
        "7 and 8; keep the row that holds; several records of one individual belong among the "
        "phenotypes",
        codes=("ids_repeated",),
    ),
    "an id missing": Case(
        pheno(PHENO.replace(b"m07", b"")),
        refused={
            "pheno.csv": "pheno.csv: each row must have its id: line 8 has none; fill it in "
            "or delete the line"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "leading zeros lost": Case(
        {
            "pheno.csv": table(ids=[str(k) for k in range(1, N + 1)]),
            "kinship.csv": square(ids=[f"{k:03d}" for k in range(1, N + 1)]),
        },
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “001”, “002”, “003” and 57 more; pheno.csv has "
        "“1”, “2”, “3” and 57 more; 60 would match if leading zeros were "
        "left out: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "capitals": Case(
        pheno(table(ids=[label.upper() for label in IDS])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“M01”, “M02”, “M03” and 57 more; covar.csv has “m01”, “m02”, "
        "“m03” and 57 more; 60 would match if upper and lower case were "
        "the same: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "ids as numbers with .0": Case(
        {
            "pheno.csv": table(ids=[f"{label}.0" for label in NUMBERED]),
            "kinship.csv": square(ids=NUMBERED),
        },
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “101”, “102”, “103” and 57 more; pheno.csv has "
        "“101.0”, “102.0”, “103.0” and 57 more; 60 would match if a final "
        ".0 were left out (ids saved as numbers): write the ids alike",
        codes=("ids_unmatched",),
    ),
    "an X in front": Case(
        {
            "pheno.csv": table(ids=[f"X{label}" for label in NUMBERED]),
            "kinship.csv": square(ids=NUMBERED),
        },
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “101”, “102”, “103” and 57 more; pheno.csv has "
        "“X101”, “X102”, “X103” and 57 more; 60 would match if an X in "
        "front were left out (R adds it to names): write the ids alike",
        codes=("ids_unmatched",),
    ),
    "FID_IID": Case(
        pheno(table(ids=[f"{f}_{i}" for f, i in zip(FAMILY, IDS, strict=True)])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“F1_m01”, “F1_m02”, “F1_m03” and 57 more; covar.csv has “m01”, "
        "“m02”, “m03” and 57 more; 60 would match if all before the first "
        "underscore were left out, as in FID_IID: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "FID_IID, the same twice": Case(
        pheno(table(ids=[f"{i}_{i}" for i in IDS])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“m01_m01”, “m02_m02”, “m03_m03” and 57 more; covar.csv has “m01”, "
        "“m02”, “m03” and 57 more; 60 would match if a family in front "
        "were left out, as in 0_m1 or m1_m1: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "FID:IID": Case(
        pheno(table(ids=[f"{f}:{i}" for f, i in zip(FAMILY, IDS, strict=True)])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“F1:m01”, “F1:m02”, “F1:m03” and 57 more; covar.csv has “m01”, "
        "“m02”, “m03” and 57 more; 60 would match if a family in front "
        "were left out, as in 0_m1 or m1_m1: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "0_IID": Case(
        pheno(table(ids=[f"0_{i}" for i in IDS])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“0_m01”, “0_m02”, “0_m03” and 57 more; covar.csv has “m01”, "
        "“m02”, “m03” and 57 more; 60 would match if a family in front "
        "were left out, as in 0_m1 or m1_m1: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "spaces inside": Case(
        pheno(table(ids=[f"{label[0]} {label[1:]}" for label in IDS])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has “m "
        "01”, “m 02”, “m 03” and 57 more; covar.csv has “m01”, “m02”, "
        "“m03” and 57 more; 60 would match if spaces were left out: write "
        "the ids alike",
        codes=("ids_unmatched",),
    ),
    "spaces around": Case(pheno(table(ids=[f" {label} " for label in IDS])), same=True),
    "dashes for underscores": Case(
        {
            "pheno.csv": table(ids=[f"mouse-{label}" for label in IDS]),
            "kinship.csv": square(ids=[f"mouse_{label}" for label in IDS]),
        },
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “mouse_m01”, “mouse_m02”, “mouse_m03” and 57 "
        "more; pheno.csv has “mouse-m01”, “mouse-m02”, “mouse-m03” and 57 "
        "more; 60 would match if all but letters and digits were left out, as dashes "
        "and dots: write the ids alike",
        codes=("ids_unmatched",),
    ),
    "leading zeros lost, respelled": Case(
        {
            "pheno.csv": table(ids=[str(k) for k in range(1, N + 1)]),
            "kinship.csv": square(ids=[f"{k:03d}" for k in range(1, N + 1)]),
        },
        choices=Choices(spelling="zeros"),
    ),
    "two shared": Case(
        pheno(table(ids=[*IDS[:2], *(f"z{k}" for k in range(N - 2))])),
        problem="at least 3 individuals must be in every file: 2 ids are shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“m01”, “m02”, “z0” and 57 more; covar.csv has “m01”, “m02”, “m03” "
        "and 57 more; write the same ids in each file",
        codes=("ids_unmatched",),
    ),
    "none shared": Case(
        pheno(table(ids=[f"z{k}" for k in range(N)])),
        problem="at least 3 individuals must be in every file: no id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“z0”, “z1”, “z2” and 57 more; covar.csv has “m01”, “m02”, “m03” "
        "and 57 more; write the same ids in each file",
        codes=("ids_unmatched",),
    ),
    "half shared": Case(
        pheno(table(ids=[*IDS[:30], *(f"z{k}" for k in range(30))])),
        codes=("ids_left_out",),
    ),
    "another order": Case(pheno(lines([("id", "weight"), *reversed(ROWS)]).encode()), same=True),
    "phenotypes alone": Case({"pheno.csv": PHENO}, lacks=("kinship", "pheno.csv"), codes=None),
    "a kinship alone": Case(
        {"kinship.csv": KINSHIP}, lacks=("phenotypes", "kinship.csv"), codes=None
    ),
    "two kinships": Case(
        {"pheno.csv": PHENO, "kinship.csv": KINSHIP, "kinship2.csv": square(2 * K)},
        problem="each file that is given must be used: kinship2.csv could hold the kinship, and "
        "“kinship.csv” is taken for the kinship; leave it out, or say that it holds the kinship",
        codes=None,
    ),
    "two tables": Case({"a.csv": PHENO, "b.csv": COVAR, "kinship.csv": KINSHIP}, same=True),
    "one table for both": Case(
        {"mice.csv": table({"weight": Y, "sex": SEX}), "kinship.csv": KINSHIP},
        codes=("phenotype_binary",),
    ),
    "nothing": Case(
        {},
        problem="phenotypes and a kinship, or genotypes, must be among the files: "
        "there is no file; add them",
        codes=None,
    ),
    "the kinship ignored": Case(
        pheno(PHENO),
        choices=Choices(roles=(("kinship.csv", "ignored"),)),
        lacks=("kinship", "pheno.csv", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a table as the kinship": Case(
        {"pheno.csv": PHENO, "kin.csv": COVAR},
        choices=Choices(roles=(("kin.csv", "kinship"),)),
        refused={
            "kin.csv": "kin.csv: kinship must be square: 60 rows below a header and 2 "
            "columns, ids included; give a square, its lower triangle with the "
            "diagonal, or lines of two ids and their value"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
}
