"""The look at two kinships: what is offered, both shares in the hand, and why there are none."""

import numpy as np

from lmm_app.explore import two
from lmm_core.two_kinships import fit_two_kinships
from lmm_data.preparation.groups import groups_of, labels_for, same_group
from lmm_data.readers.reading import TextTable
from tests.app_helpers import kinship_file, open_app, pick, run, upload
from tests.links import query

CAGES = [str(place % 5) for place in range(20)]
K = np.kron(np.eye(5), 0.5 * np.eye(4) + 0.5)
IDS = "abcdefghijklmnopqrst"


def values():
    rng = np.random.default_rng(3)
    family, cage = np.repeat(rng.normal(size=5), 4), rng.normal(size=5)[[int(c) for c in CAGES]]
    return np.round(family + cage + rng.normal(size=20), 3)


def opened(cages=CAGES):
    rows = zip(IDS, values().tolist(), cages, strict=True)
    pheno = "id,weight,cage\n" + "".join(f"{one},{y},{cage}\n" for one, y, cage in rows)
    app = upload(open_app(), pheno=pheno.encode(), kinship=kinship_file(K, IDS))
    return pick(app, "look", "Two kinships")


def told(app):
    return [element.value for element in app.markdown if element.value.startswith("**h₁")]


def informed(app):
    return [box.value for box in app.info]


def test_a_column_of_groups_is_offered_and_both_shares_are_said():
    app = opened()
    found = fit_two_kinships(values(), None, K, same_group(CAGES))
    first, second, _ = found.sigma2
    total = sum(found.sigma2)
    (words,) = told(app)
    assert words.startswith(
        f"**h₁ = {first / total:.2f} goes with K, h₂ = {second / total:.2f} with same cage**"
    )
    assert app.session_state["second"] == "cage"


def test_another_column_of_the_same_name_is_another_kinship():
    (one,), (other,) = told(opened()), told(opened([str(place % 4) for place in range(20)]))
    assert one != other


def test_both_shares_rest_in_the_link_and_what_is_none_falls_back():
    app = opened()
    app.session_state["shares"] = "0.2,0.3"
    run(app)
    assert query(app)["shares"] == "0.2,0.3"
    assert two._shares("0.2,0.3") == [0.2, 0.3]
    for wrong in ("", "0.2", "0.7,0.7", "-0.1,0.2", "a,b", "0.1,0.2,0.3", "nan,0"):
        assert two._shares(wrong) is None


def test_data_without_a_second_source_of_likeness_say_what_would_be_one():
    assert two.NOTHING in informed(open_app(sample="tiny12", look="Two kinships"))


def test_a_group_that_is_a_covariate_is_not_a_kinship_too():
    rows = zip(IDS, values().tolist(), strict=True)
    pheno = "id,weight\n" + "".join(f"{one},{y}\n" for one, y in rows)
    covar = "id,cage\n" + "".join(f"{one},c{c}\n" for one, c in zip(IDS, CAGES, strict=True))
    files = {"pheno": pheno.encode(), "covariates": covar.encode()}
    app = upload(open_app(), **files, kinship=kinship_file(K, IDS))
    pick(app, "look", "Two kinships")
    assert informed(app)[-1].startswith("cage: in the model as a covariate")
    pick(app, "covariates", [])
    assert "with same cage" in told(app)[0]


def test_too_many_individuals_are_refused_with_a_way_on(monkeypatch):
    monkeypatch.setattr(two, "MOST", 10)
    (words,) = informed(opened())[-1:]
    assert "at most 10 individuals: these are 20; fit" in words


def test_who_belongs_together_is_read_of_words_and_whole_numbers():
    columns = {
        "cage": ("x", "x", "y", "y", "z", "NA"),
        "dam": ("7", "7.0", "8", "8", "9", ""),
        "weight": ("1.5", "2", "2", "1", "1", "1"),
        "sex": ("M", "F", "M", "F", "M", "F"),
    }
    table = TextTable("t", tuple("abcdef"), tuple(columns), tuple(columns.values()))
    groups = groups_of([table, None])
    assert set(groups) == {"cage", "dam", "sex"}
    assert groups["dam"] == {"a": "7", "b": "7", "c": "8", "d": "8", "e": "9"}
    assert labels_for(tuple("abcdef"), groups["cage"]) == ("x", "x", "y", "y", "z", "")
    # Two groups, or almost nobody in one with somebody else, are none.
    assert labels_for(tuple("abcdef"), groups["sex"]) is None
    assert labels_for(tuple("abcdef"), {one: one for one in "abcdef"}) is None
    # Who is in no group is like nobody.
    apart = same_group(("x", "x", "", ""))
    assert apart.tolist()[2] == [0.0, 0.0, 1.0, 0.0]
    repeated = TextTable("r", ("a", "a", "b"), ("cage",), (("x", "x", "y"),))
    assert groups_of([repeated]) == {}
