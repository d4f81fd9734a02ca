"""The glossary: short, plain, in one house style, and each form in one entry only."""

import re

import pytest

from lmm_app.glossary.entries import BY_CODE, GLOSSARY, alphabetical, chosen

ALL = pytest.mark.parametrize("entry", GLOSSARY, ids=[entry.code for entry in GLOSSARY])


@ALL
def test_an_entry_has_at_most_35_words(entry):
    assert 5 < len(entry.meaning.split()) <= 35


@ALL
def test_an_entry_is_plain_text_with_typographic_marks(entry):
    assert entry.meaning.endswith(".")
    assert not re.search(r"['\"<>*`$—]|(?<=\W)-|;.*;", entry.meaning)
    assert not re.search(r"\b(simply|just|obviously|of course|contrast|we)\b", entry.meaning)


@ALL
def test_an_entry_is_found_in_a_text_by_its_own_word(entry):
    word = entry.word.split(",")[0]
    assert word in entry.forms or any(form.startswith(word) for form in entry.forms)


def test_the_codes_and_the_forms_are_each_there_once():
    forms = [form.casefold() for entry in GLOSSARY for form in entry.forms]
    assert len(set(forms)) == len(forms) > 60
    assert len(BY_CODE) == len(GLOSSARY) == 49


def test_what_the_method_speaks_of_is_in_it():
    wanted = (
        "kinship, relationship matrix, covariate, residual, variance, covariance matrix, h, "
        "heritability, likelihood, log-likelihood, profile, ML, REML, eigenvector, eigenvalue, "
        "rotation, weight, weighted least squares, Brent’s method, confidence interval, BLUP, LOD, "
        "LOCO, QTL, trait, ordinary regression, generalised least squares, density, "
        "standard error, p-value, golden section, identity matrix, sib, marker, error, "
        "profile interval, exact interval, tails interval, "
        "coefficient, correlated, independent, decomposition, normal curve, bracket, sample, "
        "sampling distribution, "
        "test, pedigree, mixed model"
    )
    assert {entry.word.split(",")[0] for entry in GLOSSARY} == set(wanted.split(", "))


def test_a_reader_looks_words_up_by_the_alphabet_and_a_page_chooses_some():
    words = [entry.word for entry in alphabetical()]
    assert words[:2] == ["BLUP", "bracket"]
    assert [entry.word for entry in chosen(("reml", "h"))] == ["REML", "h"]
    with pytest.raises(KeyError):
        chosen(("haplotype",))
