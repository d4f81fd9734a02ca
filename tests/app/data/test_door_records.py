"""Records and values far from zero on the page: what the command line says of them."""

import numpy as np
import pytest

from lmm_app.data.material import Material
from lmm_data.preparation.preparing import prepare
from tests.app.data.test_door import case, dropped, fitted, found, words
from tests.app_helpers import walk

RECORDS = ("repeated_records", "pheno.csv", "kinship.csv")


def test_rows_of_one_id_are_records_and_it_is_said():
    app = dropped(case(*RECORDS))
    assert found(app) == pytest.approx(0.5360, abs=5e-5)
    assert (fitted(app).n, fitted(app).individuals) == (99, 40)
    said = words(app)
    assert "99 records of 40 individuals, 1 trait" in said
    assert "each is an observation, and those of one individual share its genetic value" in said
    assert "Several records of an individual" in said
    for page in ("", "sure", "traits", "tour", "handout"):
        walk(app, page)
        assert not app.exception
    assert "99 records of 40 individuals" in words(app)


def test_the_trait_at_first_is_the_one_of_the_command():
    """Of a line, an age and a height the height is the trait, on the page as by `lmm fit`."""
    app = dropped(case("repeated_records", "pheno_age.csv", "kinship.csv"))
    assert fitted(app).trait == "height"
    assert found(app) == pytest.approx(0.5360, abs=5e-5)


def test_a_covariate_of_the_individuals_twice_is_refused():
    files = case(*RECORDS)
    covar = b"id,site\n" + b"".join(b"line%02d,%d\n" % (i % 40, i % 7) for i in range(41))
    said = words(dropped({**files, "covar.csv": covar}))
    assert (
        "“line00” has 2, the first two are rows 1 and 41 (covar.csv). Each individual must" in said
    )


def test_more_records_than_a_page_takes_are_said_and_nothing_is_lost():
    rng = np.random.default_rng(1)
    lines = [f"line{i % 40:02d},{y:.6f}" for i, y in enumerate(rng.normal(size=3001))]
    files = {**case(*RECORDS), "pheno.csv": "\n".join(["line,height", *lines]).encode()}
    app = dropped(files)
    said = words(app)
    assert "These are 3,001 records of 40 individuals. At most 3,000 records fit on a" in said
    assert "take any number" in said
    assert fitted(app).n != 3001


def test_values_near_a_million_million_are_fitted():
    app = dropped(case("far_from_zero", "pheno.csv", "kinship.csv"))
    assert found(app) == pytest.approx(20 / 41, rel=1e-4)
    assert "Ready to fit" in words(app)


def test_beside_the_kinship_an_individual_stands_with_its_mean():
    prepared = prepare(case(*RECORDS))
    material = Material.of_prepared(prepared)
    assert len(material.ids) == len(material.K) == 40
    y = dict(zip(material.ids, material.beside("height"), strict=True))
    table = prepared.phenotypes.numbers()
    own = table.column("height")[np.array(table.ids) == "line23"]
    assert own.size > 1
    assert y["line23"] == pytest.approx(own.mean())
