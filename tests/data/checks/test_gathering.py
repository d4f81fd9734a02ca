"""What many columns share is one finding, with the worst of them."""

from dataclasses import replace

from lmm_data.checks import Finding
from lmm_data.checks.gathering import gathered


def skewed(column, value, severity="note", table="p.csv"):
    return Finding(
        "phenotype_skewed",
        severity,
        f"{table}, {column}",
        "A skewed distribution",
        f"Its skewness is {value}.",
        "m",
        "r",
        (f"i{column}",),
        value,
        column,
        "log",
    )


ALONE = Finding("kinship_scale", "note", "K.csv", "t", "f", "m", "r")


def test_three_columns_are_one_finding_with_the_worst_first():
    found = [skewed("a", 2.0), ALONE, skewed("b", -7.0), skewed("c", 3.0)]
    one, alone = gathered(found, {"p.csv": 9})
    assert alone == ALONE
    assert one.columns == ("b", "c", "a")
    assert (one.column, one.value, one.transform) == ("b", -7.0, "log")
    assert one.where == "p.csv, 3 of 9 columns"
    assert one.found == "The worst is “b”: Its skewness is -7.0. Then come “c” (3) and “a” (2)."
    assert set(one.ids) == {"ia", "ib", "ic"}


def test_two_columns_or_other_tables_severities_and_remedies_stay_apart():
    two = [skewed("a", 2.0), skewed("b", 3.0)]
    assert gathered(two, {}) == tuple(two)
    others = [
        *two,
        skewed("c", 4.0, "warning"),
        skewed("c", 4.0, table="q.csv"),
        replace(skewed("d", 5.0), transform="rank"),
    ]
    assert gathered(others, {}) == tuple(others)


def test_of_very_many_five_are_named():
    (one,) = gathered([skewed(f"t{i}", 2.0 + i) for i in range(5806)], {"p.csv": 5806})
    assert len(one.columns) == 5806
    assert one.where == "p.csv, 5,806 columns"
    assert one.found.count("“") == 5
    assert one.found.endswith("and 5,801 more.")
    assert len(one.found) < 300
