"""Published answers: every entry has its card, its numbers beside ours, and a way to open it."""

from dataclasses import replace

import pytest

from lmm_app.published.page import printed_table
from lmm_app.session import keep, links
from lmm_app.sources.opened import MAX_INDIVIDUALS, SAMPLES, Sample, open_source
from lmm_app.sources.published import name_of, same_data, shelved
from lmm_core import LMMError
from lmm_data.published.answers import answer, open_model
from lmm_data.published.entries import shelf
from tests.app_helpers import run
from tests.links import everything, open_page, query

ENTRIES = {entry.code: entry for entry in shelf()}


def numbers_of(entry):
    return sum(len(model.numbers) for model in entry.models)


def tables(app):
    return [element.value for element in app.html if 'class="printed"' in element.value]


def test_every_entry_has_a_card_and_no_number_is_computed_before_it_is_asked_for():
    app = open_page("published", {})
    assert sorted(head.value for head in app.header) == sorted(e.title for e in shelf())
    written = everything(app)
    for entry in shelf():
        assert entry.source in written
        button = app.button(key=f"published_{entry.code}_turn")
        assert button.label == f"{numbers_of(entry)} numbers beside ours"
        assert (name_of(entry.models[0]) is None) == (not entry.models[0].files)
    assert not tables(app)


def test_their_numbers_stand_beside_ours_and_go_again():
    app = open_page("published", {})
    app.button(key="published_rails_turn").click()
    run(app)
    shown = tables(app)
    assert len(shown) == len(ENTRIES["rails"].models)
    for model, table in zip(ENTRIES["rails"].models, shown, strict=True):
        for number in model.numbers:
            assert f"<td>{number.printed.replace('-', '−')}</td>" in table
            assert f"<td>{number.shown(answer(model, number))}</td>" in table
        assert table.count("✓") == len(model.numbers)
        assert "✗" not in table
    app.button(key="published_rails_turn").click()
    run(app)
    assert not tables(app)


def test_a_number_that_differs_is_marked():
    entry = ENTRIES["rails"]
    model = entry.models[0]
    ours = [answer(model, number) for number in model.numbers]
    ours[0] += 2.0 * model.numbers[0].tolerance
    table = printed_table(entry, model, ours)
    assert table.count("✗") == table.count('aria-label="differs"') == 1
    reasons = replace(model.numbers[1], why="<cut there>", within=1.0)
    other = replace(model, numbers=(model.numbers[0], reasons, *model.numbers[2:]))
    assert "cut there" not in printed_table(entry, other, ours)
    ours[1] += 0.5
    assert "&lt;cut there&gt;" in printed_table(entry, other, ours)


@pytest.mark.parametrize("name", shelved())
def test_a_dataset_of_the_shelf_opens_as_a_sample_does_with_the_fit_of_its_model(name):
    model = shelved()[name].model
    opened = open_source(Sample(name))
    assert opened.dataset.n <= MAX_INDIVIDUALS
    assert opened.true_h2 is None
    assert opened.about.endswith(".")
    view = keep.fitted(opened.dataset.problem(model.trait, opened.dataset.terms.covariates))
    theirs = open_model(model)
    assert view.problem.columns == theirs.problem.columns
    assert view.fit("REML" if model.reml else "ML").h2 == pytest.approx(theirs.fit.h2, abs=1e-9)
    assert links.name_of(Sample(name)) == shelved()[name].sample.title


def test_names_on_the_shelf_are_no_names_of_samples():
    assert not set(shelved()) & set(SAMPLES)
    lambs = ENTRIES["lambs"].models
    assert same_data(*lambs)
    assert name_of(lambs[1]) == "published-lambs"
    with pytest.raises(LMMError, match="no sample “published-lambs-9”"):
        open_source(Sample("published-lambs-9"))


def test_open_takes_it_to_the_workbench_and_the_list_of_samples_names_it():
    app = open_page("published", {})
    app.button(key="open_published-rails").click()
    run(app)
    assert query(app)["sample"] == "published-rails"
    app = open_page("", {"sample": "published-rails"})
    assert app.radio(key="sample").options[-1] == "Rails"
    assert app.radio(key="sample").value == "published-rails"
    assert "Pinheiro & Bates" in everything(app)
    assert not app.exception
    # Elsewhere the list is as it was.
    assert len(open_page("", {}).radio(key="sample").options) == len(SAMPLES)
