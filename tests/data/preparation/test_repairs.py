"""Remedies of one click: each does what it says, and none is offered where nothing is wrong."""

import numpy as np
import pytest

from lmm_data.checks import Finding, Report, check_dataset
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.preparation.repairs import FEW, repairs_for

N = 60
IDS = tuple(f"m{k:02d}" for k in range(N))

CAGES = [1 + k % 3 for k in range(N)]


def kinship(ids=IDS, scale=1.0):
    Z = np.random.default_rng(5).normal(size=(N, 2 * N))
    K = Z @ Z.T / (2 * N)
    K /= np.sqrt(np.outer(np.diag(K), np.diag(K))) / scale
    rows = [
        f"{label},{','.join(map(repr, row))}" for label, row in zip(ids, K.tolist(), strict=True)
    ]
    return "\n".join([f"id,{','.join(ids)}", *rows, ""]).encode()


def table(ids=IDS, **columns):
    rows = zip(ids, *columns.values(), strict=True)
    lines = [",".join(map(str, row)) for row in rows]
    return "\n".join([f"id,{','.join(columns)}", *lines, ""]).encode()


def normal(seed=1):
    return np.random.default_rng(seed).normal(size=N).round(4)


def checked(files, choices=Choices()):  # noqa: B008
    prepared = prepare(files, choices)
    report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
    return prepared, report


def of(code, repairs):
    return [repair for repair in repairs if repair.code == code]


def test_good_files_need_no_repair():
    files = {"K.csv": kinship(), "pheno.csv": table(w=normal())}
    assert repairs_for(*checked(files)) == ()
    assert repairs_for(prepare({})) == ()


def test_respelling_joins_everybody():
    files = {"K.csv": kinship(), "pheno.csv": table([label.upper() for label in IDS], w=normal())}
    prepared = prepare(files)
    (repair,) = repairs_for(prepared)
    assert repair.code == "respell"
    assert repair.label == "Match 60 more"
    assert "60 individuals instead of 0 match if upper and lower case" in repair.meaning
    assert "“M00” with “m00”" in repair.meaning
    after = prepare(files, repair.choices)
    assert after.dataset.n == N
    assert of("respell", repairs_for(after)) == []


def test_the_same_order_is_offered_and_does_what_it_says():
    rows = kinship().decode().splitlines()[1:]
    bare = "\n".join(row.partition(",")[2] for row in rows).encode()
    files = {"K.csv": bare, "pheno.csv": table(w=normal())}
    (repair,) = repairs_for(prepare(files))
    assert repair.code == "same_order"
    assert "may look right" in repair.meaning
    after = prepare(files, repair.choices)
    assert after.dataset.ids == IDS
    assert repairs_for(after) == ()


@pytest.mark.parametrize("code", ["-9", "999", "absent"])
def test_suspected_codes_are_offered(code):
    values = [code if k % 9 == 4 else abs(y) + 0.1 for k, y in enumerate(normal())]
    files = {"K.csv": kinship(), "pheno.csv": table(w=values, u=normal())}
    prepared = prepare(files)
    (repair,) = of("missing", repairs_for(prepared))
    assert repair.label == f"Take {code} for missing".replace("-", "−")
    assert "in pheno.csv in “w”" in repair.meaning
    after = prepare(files, repair.choices)
    assert np.isnan(after.dataset.traits.column("w")).sum() == 7
    assert of("missing", repairs_for(after)) == []


def test_repairs_add_up():
    values = ["-9" if k % 9 == 4 else abs(y) for k, y in enumerate(normal())]
    upper = [label.upper() for label in IDS]
    files = {"K.csv": kinship(), "pheno.csv": table(upper, w=values, sex=["M", "F"] * (N // 2))}
    choices = Choices()
    for code in ("respell", "missing"):
        (repair,) = of(code, repairs_for(prepare(files, choices)))
        choices = repair.choices
    assert choices == Choices(spelling="case", missing=("-9",))
    assert prepare(files, choices).dataset.covariates.columns == ("sex=M",)


def test_numbers_that_may_be_categories_are_offered_as_columns():
    files = {"K.csv": kinship(), "pheno.csv": table(w=normal()), "covar.csv": table(cage=CAGES)}
    prepared, report = checked(files)
    assert prepared.dataset.covariates.columns == ("cage",)
    (repair,) = of("factor", repairs_for(prepared, report))
    assert repair.label == "Use cage as categories"
    assert "3 levels, from 1 to 3. Each but the first becomes a column" in repair.meaning
    after, report = checked(files, repair.choices)
    assert after.dataset.covariates.columns == ("cage=2", "cage=3")
    assert of("factor", repairs_for(after, report)) == []


def test_a_kinship_on_half_the_scale_is_doubled():
    files = {"K.csv": kinship(scale=0.5), "pheno.csv": table(w=normal())}
    prepared, report = checked(files)
    (repair,) = of("double_kinship", repairs_for(prepared, report))
    after, report = checked(files, repair.choices)
    np.testing.assert_array_equal(after.dataset.kinship, 2.0 * prepared.dataset.kinship)
    assert of("double_kinship", repairs_for(after, report)) == []


def test_a_skewed_trait_gets_another_beside_it():
    skewed = np.exp(2.0 * normal()).round(6)
    files = {"K.csv": kinship(), "pheno.csv": table(w=skewed)}
    prepared, report = checked(files)
    log, rank = of("transform", repairs_for(prepared, report))
    assert (log.label, rank.label) == ("Add log(w)", "Add rank(w)")
    after, report = checked(files, log.choices)
    np.testing.assert_array_equal(after.dataset.traits.column("log(w)"), np.log(skewed))
    (rank,) = of("transform", repairs_for(after, report))
    assert rank.choices.transforms == (("w", "log"), ("w", "rank"))


def test_logarithms_are_offered_of_positive_values_only():
    skewed = (np.exp(2.0 * normal()) - 0.5).round(6)
    prepared, report = checked({"K.csv": kinship(), "pheno.csv": table(w=skewed)})
    assert [repair.label for repair in of("transform", repairs_for(prepared, report))] == [
        "Add rank(w)"
    ]


def test_leaving_out_says_what_it_costs():
    values = normal()
    values[7] = 60.0
    files = {"K.csv": kinship(), "pheno.csv": table(w=values)}
    prepared, report = checked(files)
    (repair,) = of("without", repairs_for(prepared, report))
    assert repair.label == "Leave out “m07”"
    assert repair.meaning.startswith("1 individual fewer. Do this only if the record shows")
    after, report = checked(files, repair.choices)
    assert "m07" not in after.dataset.ids
    assert of("without", repairs_for(after, report)) == []


@pytest.mark.parametrize(("how_many", "offered"), [(1, 1), (FEW, 1), (FEW + 1, 0)])
def test_many_are_not_left_out_by_a_click(how_many, offered):
    finding = Finding("kinship_missing", "error", "K.csv", "", "", "", "", IDS[:how_many])
    prepared = prepare({"K.csv": kinship(), "pheno.csv": table(w=normal())})
    report = Report("not usable", (finding,))
    assert len(repairs_for(prepared, report)) == offered


def test_labels_are_never_exchanged():
    finding = Finding("labels_swap", "warning", "pheno.csv, w", "", "", "", "", IDS[:2])
    prepared = prepare({"K.csv": kinship(), "pheno.csv": table(w=normal())})
    (repair,) = repairs_for(prepared, Report("usable with care", (finding,)))
    assert repair.choices == Choices(without=IDS[:2])
    assert "not exchanged" in repair.meaning


def test_a_remedy_is_offered_once():
    findings = tuple(
        Finding(code, "warning", "K.csv", "", "", "", "", IDS[:2])
        for code in ("kinship_clones", "labels_clones_differ")
    )
    prepared = prepare({"K.csv": kinship(), "pheno.csv": table(w=normal())})
    assert len(repairs_for(prepared, Report("usable with care", findings))) == 1


def test_what_is_decided_is_not_offered_again():
    findings = (
        Finding("kinship_half_scale", "warning", "K.csv", "", "", "", ""),
        Finding("kinship_clones", "warning", "K.csv", "", "", "", "", IDS[:2]),
    )
    report = Report("usable with care", findings)
    files = {"K.csv": kinship(), "pheno.csv": table(w=normal())}
    assert len(repairs_for(prepare(files), report)) == 2
    decided = Choices(double_kinship=True, without=IDS[:2])
    assert repairs_for(prepare(files, decided), report) == ()
