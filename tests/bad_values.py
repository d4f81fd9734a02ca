"""Phenotypes and covariates with odd entries and odd columns."""

from lmm_data.preparation.preparing import Choices
from lmm_data.readers.numeric import USUAL_CODES
from tests.bad_inputs import (
    IDS,
    SEX,
    Case,
    N,
    Y,
    asked,
    bad_cell,
    covar,
    lines,
    no_numbers,
    pheno,
    table,
    with_value,
)

ROWS = list(zip(IDS, Y, strict=True))


def with_codes(codes):
    """The weights, every eighth of them replaced by a code."""
    values = list(Y)
    for place, code in enumerate(codes):
        values[8 * place] = code
    return values


VALUES = {
    "formulas": Case(
        pheno(table({"weight": with_value("=B2+1")})),
        notes=("a formula stands once in “weight”, “=B2+1”: save values instead",),
        problem=bad_cell(4, "m04", "=B2+1"),
        codes=("phenotype_entries",),
    ),
    "1_000": Case(
        pheno(table({"weight": with_value("1_000")})),
        problem=bad_cell(4, "m04", "1_000"),
        codes=("phenotype_entries",),
    ),
    "an infinity": Case(
        pheno(table({"weight": with_value("inf")})),
        notes=(
            "“inf” stands once in “weight” and all else is numbers: if it means missing, say so",
        ),
        problem=bad_cell(4, "m04", "inf"),
        codes=("phenotype_entries",),
    ),
    "a unit in a cell": Case(
        pheno(table({"weight": with_value("21.5g")})),
        notes=(
            "“21.5g” stands once in “weight” and all else is numbers: if it means missing, say so",
        ),
        problem=bad_cell(4, "m04", "21.5g"),
        codes=("phenotype_entries",),
    ),
    "every spelling of missing": Case(pheno(table({"weight": with_codes(USUAL_CODES)}))),
    "reasons for missing of SAS and Stata": Case(
        pheno(table({"weight": with_codes((".A", ".z", "._", ".", ".A"))})),
        notes=("“.A” stands twice and is taken for missing",),
    ),
    "another word for missing": Case(
        pheno(table({"weight": with_value("missing")})),
        notes=(
            "“missing” stands once in “weight” and all else is numbers: if it "
            "means missing, say so",
        ),
        problem=bad_cell(4, "m04", "missing"),
        codes=("phenotype_entries",),
    ),
    "another word for missing, said": Case(
        pheno(table({"weight": with_value("missing")})), choices=Choices(missing=("missing",))
    ),
    "-9": Case(
        pheno(table({"weight": with_value(-9)})),
        notes=(
            "−9 stands once in “weight” and no other value is negative: if it "
            "means missing, say so",
        ),
        problem=asked("-9", "once"),
        codes=("phenotype_code", "phenotype_residuals"),
    ),
    "-9, said": Case(
        pheno(table({"weight": with_value("-9.0")})), choices=Choices(missing=("-9",))
    ),
    "999": Case(
        pheno(table({"weight": with_value(999, (3, 8))})),
        notes=(
            "999 stands twice in “weight” and no other value is near it: if it "
            "means missing, say so",
        ),
        problem=asked("999", "twice"),
        codes=("phenotype_code", "phenotype_residuals"),
    ),
    "999, a value": Case(
        pheno(table({"weight": with_value(999, (3, 8))})),
        choices=Choices(not_missing=("999",)),
        codes=("phenotype_code", "phenotype_residuals"),
    ),
    "all missing": Case(
        pheno(table({"weight": ["NA"] * N})), codes=("phenotype_few", "phenotype_missing")
    ),
    "half missing": Case(
        pheno(table({"weight": ["NA"] * 40 + Y[40:]})),
        codes=("phenotype_gaps_related", "phenotype_missing"),
    ),
    "two values left": Case(
        pheno(table({"weight": ["NA"] * (N - 2) + Y[-2:]})),
        codes=("phenotype_few", "phenotype_missing"),
    ),
    "constant": Case(pheno(table({"weight": [7.5] * N})), codes=("phenotype_constant",)),
    "two values": Case(
        pheno(table({"weight": [int(y > 20) for y in Y]})), codes=("phenotype_binary",)
    ),
    "a text trait": Case(
        pheno(table({"coat": [("agouti", "black")[x] for x in SEX]})),
        problem=no_numbers("coat", ("agouti", "black")[SEX[0]]),
        codes=("phenotype_text",),
    ),
    "a text trait beside one of numbers": Case(
        pheno(table({"coat": [("agouti", "black")[x] for x in SEX], "weight": Y})),
        codes=("phenotype_text",),
        same=True,
    ),
    "sorted values": Case(pheno(table({"weight": sorted(Y)})), codes=("phenotype_sorted",)),
    "a slipped decimal point": Case(
        pheno(table({"weight": with_value(Y[3] * 10)})),
        codes=("phenotype_outliers", "phenotype_residuals"),
    ),
    "huge values": Case(
        pheno(table({"weight": [f"{y}e300" for y in Y]})), codes=("phenotype_unit",)
    ),
    "tiny values": Case(
        pheno(table({"weight": [f"{y}e-200" for y in Y]})), codes=("phenotype_unit",)
    ),
    "a date": Case(
        pheno(table({"born": ["2006-04-01"] * N, "weight": Y})),
        codes=("phenotype_text",),
        same=True,
    ),
    "a column twice": Case(
        pheno(lines([("id", "weight", "weight"), *((a, b, b) for a, b in ROWS)]).encode()),
        refused={
            "pheno.csv": "pheno.csv: each column must have its own name: “weight” is the "
            "name of column 2 and of column 3; rename one of them"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a column without a name": Case(
        pheno(table({"weight": Y, "": Y})),
        notes=("without a name in the header, and named by its place: “column3”",),
    ),
    "a factor": Case(covar(table({"sex": [("F", "M")[x] for x in SEX]})), same=True),
    "a factor, one-hot": Case(
        covar(table({"sex": [("F", "M")[x] for x in SEX]})),
        choices=Choices(factors=("sex",)),
        same=True,
    ),
    "a covariate of names": Case(
        covar(table({"sex": SEX, "tag": [f"t{k}" for k in range(N)]})), same=True
    ),
    "collinear covariates": Case(
        covar(table({"sex": SEX, "other": [1 - x for x in SEX]})), codes=("covariate_aliased",)
    ),
    "an intercept": Case(covar(table({"intercept": [1] * N, "sex": SEX}))),
    "a constant covariate": Case(
        covar(table({"batch": [3] * N, "sex": SEX})), codes=("covariate_constant",)
    ),
    "the trait as a covariate": Case(
        covar(table({"weight2": [2 * y for y in Y]})), codes=("covariate_is_phenotype",)
    ),
    "a covariate with -9": Case(
        covar(table({"age": [-9, *(50 + k % 7 for k in range(1, N))]})),
        notes=(
            "−9 stands once in “age” and no other value is negative: if it means missing, say so",
        ),
        codes=("covariate_code",),
    ),
    "a covariate half missing": Case(
        covar(table({"age": ["NA"] * 20 + [50 + k % 7 for k in range(40)]})),
        codes=("covariate_missing",),
    ),
    "as many covariates as individuals": Case(
        covar(
            table({f"c{k}": [(7 * k * k + 3 * j * j * k) % 11 for j in range(N)] for k in range(N)})
        ),
        codes=("covariate_aliased", "covariate_constant", "covariate_many"),
    ),
    "an identity as covariates": Case(
        covar(table({f"c{k}": [int(k == j) for j in range(N)] for k in range(N)})),
        refused={
            "covar.csv": "covar.csv: the header must hold the ids of the rows: “c0”, “c1”, "
            "“c2” and 57 more in the header only, “m01”, “m02”, “m03” and 57 "
            "more in the rows only; write the same ids in both"
        },
    ),
    "forty covariates": Case(
        covar(
            table(
                {
                    f"c{k}": [(7 * k * k + 3 * j * j * k) % 11 for j in range(N)]
                    for k in range(1, 41)
                }
            )
        ),
        codes=("covariate_aliased", "covariate_constant", "covariate_many"),
    ),
    "a covariate of 1e200": Case(
        covar(table({"sex": SEX, "dose": [f"{y}e200" for y in Y]})), codes=("covariate_unit",)
    ),
    "levels far apart": Case(covar(table({"batch": [(1, 2, 10**15)[k % 3] for k in range(N)]}))),
    "a family as a covariate": Case(
        covar(table({"family": [k // 5 for k in range(N)]})), codes=("covariate_confounded",)
    ),
}
