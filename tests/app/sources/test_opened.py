import dataclasses

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.sources import opened as sources
from lmm_app.sources.opened import (
    SAMPLES,
    File,
    Lesson,
    Opened,
    Sample,
    Simulation,
    Upload,
    open_source,
)
from lmm_core import LMMError, decompose, fit_lmm
from lmm_data.preparation.choices import Choices

PHENO = b"id,height,age\na,1.5,3\nb,2.5,NA\nc,0.5,4\nd,3.5,5\n"
KINSHIP = b"id,a,b,c,d\na,1,0.5,0,0\nb,0.5,1,0,0\nc,0,0,1,0.5\nd,0,0,0.5,1\n"
COVAR = b"id,sex\nd,1\nc,0\nb,1\na,0\n"
POPULATIONS = ("intercross", "families", "unrelated")


def upload(pheno=PHENO, kinship=KINSHIP, covar=None):
    files = {"pheno.csv": pheno, "kinship.csv": kinship, "covar.csv": covar}
    return Upload(tuple(File.of(name, x) for name, x in files.items() if x is not None))


def same(one: Opened, two: Opened):
    return (
        one.dataset.kinship_fingerprint == two.dataset.kinship_fingerprint
        and one.dataset.traits.values.tobytes() == two.dataset.traits.values.tobytes()
        and one.dataset.covariates.values.tobytes() == two.dataset.covariates.values.tobytes()
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_opens_and_is_what_its_title_says(name):
    opened = open_source(Sample(name))
    data = opened.dataset
    n = {"mouse_hs300": 297, "tiny12": 12, "mouse_hs1940": 1940, "many_traits": 297}
    n = (n | {"gryphons": 1084})[name]
    assert data.n == n
    assert data.alignment.matched == data.ids
    assert data.problem(data.traits.columns[0], data.covariates.columns).n <= n
    assert opened.about
    assert opened.true_h2 is None


def test_h_of_the_gryphons_rises_with_sex_though_the_genetic_variance_falls():
    data = open_source(Sample("gryphons")).dataset
    fits = []
    for covariates in ((), ("sex",)):
        problem = data.problem("bwt", covariates)
        fits.append(fit_lmm(problem.y, problem.X, problem.K))
    alone, sexed = fits
    assert sexed.h2 > alone.h2
    assert 0.0 < alone.sigma2_g - sexed.sigma2_g < alone.sigma2_e - sexed.sigma2_e
    # ASReml 4.1 prints the mean of sex 1 and the difference of sex 2.
    assert sexed.beta == pytest.approx([6.058669, 2.206996], abs=1e-6)


def test_an_unknown_sample_is_named_with_those_there_are():
    with pytest.raises(LMMError, match=r"no sample “nope”: choose from .*tiny12"):
        open_source(Sample("nope"))


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_opens_with_its_claim_apart_from_what_it_is(name):
    preset, opened, other = PRESETS[name], open_source(Lesson(name)), open_source(Lesson(name, 2))
    assert opened.about == preset.about()
    assert (opened.lesson, opened.claim) == (name, preset.claim)
    assert preset.claim not in opened.about
    assert (other.about, other.claim) == (preset.about(2), preset.told(2))
    hidden = opened.without_truth("hidden")
    assert (hidden.about, hidden.lesson, hidden.claim) == ("hidden", "", "")
    made = preset.make()
    assert opened.true_h2 == made.true_h2
    assert same(opened, Opened(made.dataset, ""))
    assert not same(opened, other)


def test_an_unknown_preset_is_named_with_those_there_are():
    with pytest.raises(LMMError, match=r"no preset “nope”: choose from full_sibs, .*two_hills"):
        open_source(Lesson("nope"))


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_same_settings_give_the_same_data_and_another_seed_others(population):
    settings = Simulation(population=population, n=40, seed=3, qtl=2)
    first = open_source(settings)
    assert same(first, open_source(dataclasses.replace(settings)))
    assert not same(first, open_source(dataclasses.replace(settings, seed=4)))
    assert first.dataset.n == 40
    assert first.true_h2 == settings.h2
    assert "seed 3" in first.about
    assert "h = 0.5" in first.about


@pytest.mark.parametrize(
    ("population", "changes"),
    [
        ("intercross", {"n": 60}),
        ("intercross", {"h2": 0.9}),
        ("intercross", {"sex_effect": 1.5}),
        ("intercross", {"qtl": 3}),
        ("intercross", {"generations": 4}),
        ("intercross", {"pairs": 5}),
        ("families", {"family_size": 5}),
        ("unrelated", {"qtl": 1}),
    ],
)
def test_each_setting_changes_the_data_and_the_key(population, changes):
    plain = Simulation(population=population, n=40)
    changed = dataclasses.replace(plain, **changes)
    assert not same(open_source(plain), open_source(changed))
    assert plain.key != changed.key


def test_the_last_family_is_of_what_is_left():
    data = open_source(Simulation("families", n=23, family_size=5)).dataset
    relatives = (data.kinship > 0).sum(axis=1)
    np.testing.assert_array_equal(relatives, [5] * 20 + [3] * 3)


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("h2", [0.0, 1.0])
def test_simulated_kinship_can_be_decomposed_at_either_end(population, h2):
    data = open_source(Simulation(population, n=20, h2=h2)).dataset
    assert decompose(data.kinship).mean_diagonal == pytest.approx(1.0, abs=0.3)
    assert np.isfinite(data.traits.values).all()


def test_the_simulated_effect_of_sex_is_in_the_trait():
    none = open_source(Simulation("families", n=300, h2=0.0, sex_effect=0.0)).dataset
    two = open_source(Simulation("families", n=300, h2=0.0, sex_effect=2.0)).dataset
    sex = two.covariates.column("sex")
    np.testing.assert_array_equal(sex, none.covariates.column("sex"))
    gap = two.traits.column("trait") - none.traits.column("trait")
    # The same errors of variance 1 in both, so the difference is the effect alone.
    np.testing.assert_allclose(gap, 2.0 * sex, rtol=0, atol=1e-12)


def test_an_upload_is_joined_by_id():
    opened = open_source(upload(covar=COVAR))
    data = opened.dataset
    assert data.ids == ("a", "b", "c", "d")
    assert data.traits.columns == ("height", "age")
    np.testing.assert_array_equal(data.covariates.column("sex"), [0, 1, 0, 1])
    np.testing.assert_array_equal(data.traits.column("age"), [3, np.nan, 4, 5])
    assert opened.about == (
        "4 individuals matched by id. ids: column “id” of pheno.csv (4 of 4 are in kinship.csv). "
        "ids: column “id” of covar.csv (4 of 4 are in kinship.csv)."
    )
    assert opened.true_h2 is None


def test_an_upload_can_be_read_again():
    files = upload()
    assert same(open_source(files), open_source(files))


def test_who_was_left_out_is_told():
    pheno = PHENO + b"e,1,1\nf,1,1\ng,1,1\nh,1,1\n"
    kinship = b"id,a,b,c,d,k\na,1,0,0,0,0\nb,0,1,0,0,0\nc,0,0,1,0,0\nd,0,0,0,1,0\nk,0,0,0,0,1\n"
    covar = b"id,sex\na,1\nb,1\nc,0\nv,0\n"
    about = open_source(upload(pheno, kinship, covar)).about
    assert about == (
        "3 individuals matched by id. Left out, only in the kinship: k (1). Left out, only in "
        "the phenotype file: e, f, g … (4). Left out, only in the covariate file: v (1). "
        "Left out, missing from one file: d (1). ids: column “id” of pheno.csv (4 of 8 are in "
        "kinship.csv). ids: column “id” of covar.csv (3 of 4 are in kinship.csv)."
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pheno": b""}, r"pheno\.csv.*it is empty"),
        ({"kinship": b""}, r"kinship\.csv.*it is empty"),
        ({"pheno": b"id,height\nx,1\ny,2\nz,3\n"}, r"no id is shared; kinship\.csv has “a”"),
        ({"kinship": KINSHIP.replace(b",d\n", b"\n")}, r"kinship\.csv"),
        ({"kinship": KINSHIP.replace(b"d,0,0,0.5,1\n", b"")}, r"kinship\.csv.*square"),
        (
            {"kinship": KINSHIP.replace(b"b,0.5", b"b,0.4")},
            r"K has 0\.5 for “a” with “b”, but 0\.4",
        ),
        ({"pheno": b"\xff\xfe\x00"}, r"pheno\.csv.*UTF-16"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(files, message):
    with pytest.raises(LMMError, match=message):
        open_source(upload(**files))


def test_the_files_may_come_in_any_order_and_under_any_name():
    plain = open_source(upload(covar=COVAR))
    names = {"a.txt": COVAR, "b.txt": KINSHIP, "c.txt": PHENO}
    files = Upload(
        tuple(File.of(name, content) for name, content in names.items()),
        Choices(roles=(("a.txt", "covariates"),)),
    )
    assert same(open_source(files), plain)


def test_what_was_done_with_the_files_is_told():
    text = open_source(replace_choices(upload(), without=("d",))).about
    assert text.startswith("3 individuals matched by id.")
    assert "“d”" in text


def replace_choices(source, **choices):
    return dataclasses.replace(source, choices=Choices(**choices))


def test_files_as_they_are_read_depend_on_roles_readers_and_codes_alone():
    decided = {"same_order": True, "spelling": "zeros", "without": ("a",)}
    plain, other = upload(), replace_choices(upload(), **decided)
    assert plain.as_read is plain
    assert other.as_read.choices == Choices()
    read = {"roles": (("pheno.csv", "covariates"),), "readers": (("a", "b"),), "missing": ("-9",)}
    assert replace_choices(plain, **read, **decided).as_read.choices == Choices(**read)


def test_too_many_individuals_are_refused(monkeypatch):
    monkeypatch.setattr(sources, "MAX_INDIVIDUALS", 3)
    message = r"at most 3 individuals .* these are 4; fit_lmm"
    with pytest.raises(LMMError, match=message):
        open_source(upload())
    with pytest.raises(LMMError, match=message):
        open_source(Simulation("families", n=4))


def test_keys_tell_every_source_apart():
    plain = upload()
    keys = [
        Sample("tiny12").key,
        Sample("mouse_hs300").key,
        Lesson("full_sibs").key,
        Lesson("full_sibs", 2).key,
        Lesson("two_hills").key,
        Simulation().key,
        Simulation(seed=2).key,
        plain.key,
        upload(covar=COVAR).key,
        upload(pheno=PHENO.replace(b"1.5", b"1.6")).key,
        upload(kinship=KINSHIP.replace(b"0.5", b"0.4")).key,
        Upload((File.of("other.csv", PHENO), plain.files[1])).key,
        Upload(plain.files[:1]).key,
        replace_choices(plain, missing=("-9",)).key,
        replace_choices(plain, same_order=True).key,
    ]
    assert len(set(keys)) == len(keys)
    assert upload().key == plain.key


def test_the_samples_cannot_be_changed():
    with pytest.raises(TypeError):
        SAMPLES["mine"] = None
