"""Tables typed into the page, and entries that are corrected there, listed and taken back."""

import json
from dataclasses import replace

import pytest

from lmm_app.data.correcting import correction_of
from lmm_app.paper.archive import zipped
from lmm_app.session import keep, uploads
from lmm_app.session.saved import Work, read_work, write_work
from lmm_app.sources.opened import opened_from
from lmm_data.preparation.correcting import corrections_of, corrections_text
from lmm_data.preparation.preparing import prepare
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.recognition import is_corrections
from lmm_data.readers.sorting import sort_files
from tests.app.data.test_page import (
    COVAR,
    FAMILIES,
    PHENO,
    K,
    click,
    data_page,
    dropped,
    everything,
    plain,
    verdict,
)
from tests.app_helpers import drop, run, walk

TYPED = PHENO.decode().replace(",", "\t")
FIRST = PHENO.decode().splitlines()[1].split(",")


def typed(app, text, name=""):
    app.text_area(key="typed_text").set_value(text)
    app.text_input(key="typed_name").set_value(name)
    return click(app, "Add the table")


def test_a_typed_table_is_a_file_like_others():
    app = typed(dropped({"K.csv": K}), TYPED)
    assert "pasted table 1" in everything(app)
    assert "tab-separated text, a header, ids in the first column" in everything(app)
    assert verdict(app)[0] != "Not usable yet"
    # The place is empty again, and the next table has a name of its own.
    assert app.text_area(key="typed_text").value == ""
    assert app.text_input(key="typed_name").placeholder == "pasted table 2"
    app = typed(app, "id,sex\na,1", "my/sexes")
    assert "my sexes" in everything(app)


def outcome_of(text):
    return read_sorted(sort_files({"y.csv": text}))[0]


def test_what_is_typed_over_is_found_in_the_file():
    outcome = outcome_of(b"# spring\nid,weight\nm1,2l.3\nm2,4\n")
    made = correction_of(outcome, 0, 1, " 21.3 ")
    assert made == ("y.csv", 3, 2, "weight of m1", "2l.3", "21.3")
    assert correction_of(outcome, 1, 0, "m3").where == "id"


def test_the_grid_heads_its_columns_with_the_names_of_the_file():
    app = dropped({"K.csv": K, "y.csv": PHENO.replace(b"weight", b"body_weight*", 1)})
    app.toggle(key="edit_y.csv").set_value(True)
    app = run(app)
    columns = [json.loads(one.proto.columns).values() for one in app.dataframe]
    labels = {column.get("label") for one in columns for column in one}
    assert "body_weight*" in labels


def test_corrections_are_listed_kept_and_taken_back():
    app = dropped({"K.csv": K, "y.csv": PHENO})
    fix = correction_of(outcome_of(PHENO), 0, 1, "99.5")
    upload = app.session_state["upload"]
    decided = replace(upload, choices=replace(upload.choices, corrections=(fix,)))
    app.session_state["upload"] = decided
    app = run(app)
    assert f"Line 2, weight of {FIRST[0]}: was “{FIRST[1]}”, is “**99.5**”" in plain(
        everything(app)
    )
    prepared = prepare({file.name: file.content for file in decided.files}, decided.choices)
    opened = opened_from(prepared)
    assert opened.corrected == (fix.words,)
    assert fix.words in opened.about
    saved = read_work(
        "a.lmm.zip", write_work(Work("data", files=decided.files, choices=decided.choices))
    )
    assert saved.choices.corrections == (fix,)
    app = click(app, "Take back")
    assert "Corrected by hand" not in everything(app)
    assert app.session_state["upload"].choices.corrections == ()


def test_of_a_file_that_is_exchanged_nothing_is_corrected():
    fix = correction_of(outcome_of(PHENO), 0, 1, "99.5")
    decided = replace(uploads.Choices(), corrections=(fix, fix._replace(file="b.xlsx/S")))
    assert uploads._uncorrected(decided, {"y.csv"}).corrections == (fix._replace(file="b.xlsx/S"),)
    assert uploads._uncorrected(decided, {"b.xlsx"}).corrections == (fix,)


def test_the_list_of_the_page_is_read_by_the_command_line():
    files = {
        "y.csv": PHENO.replace(b"weight", b"weight, kg", 1).replace(b"id,weight, kg", b'id,"w, kg"')
    }
    outcomes = read_sorted(sort_files(files))
    made = tuple(
        correction_of(outcomes[0], row, column, now)
        for row, column, now in ((0, 1, "12.5"), (3, 1, ""), (5, 0, 'the "new" one'))
    )
    after = read_sorted(sort_files(files, made))
    text = corrections_text(after, made)
    assert text.splitlines()[0] == "file,line,id,column,was,value"
    assert corrections_of("corrections.csv", text.encode(), outcomes) == made
    # By id alone as well, as somebody writes it.
    short = f'id,column,value\n{outcomes[0].ids[0]},"w, kg",12.5\n'
    assert corrections_of("c.csv", short.encode(), outcomes) == made[:1]


LIST = "corrections.csv"


def line_of(row=0, file="y.csv", was=None, value="99.5"):
    """A line of a list for an entry of the weights, by its row."""
    label, entry = PHENO.decode().splitlines()[row + 1].split(",")
    was = entry if was is None else was
    return f"{file},{row + 2},{label},weight,{was},{value}"


def listing(*lines):
    return "\n".join(["file,line,id,column,was,value", *lines]).encode()


def weights(app):
    return keep.prepared(app.session_state["upload"], lambda share: None).dataset.traits.column(
        "weight"
    )


@pytest.mark.parametrize("first", [("K.csv", "y.csv", LIST), (LIST, "y.csv", "K.csv")])
def test_a_list_among_the_files_is_taken_back(first):
    given = {"K.csv": K, "y.csv": PHENO, LIST: listing(line_of(0), line_of(2, value="7"))}
    app = dropped({name: given[name] for name in first})
    assert not app.error
    assert not app.warning
    (said,) = app.success
    assert plain(said.value) == (
        "corrections.csv: 2 entries of y.csv corrected as it lists. Each is below, with its file, "
        "and can be taken back."
    )
    assert weights(app)[[0, 2]].tolist() == [99.5, 7.0]
    assert [file.name for file in app.session_state["upload"].files] == [
        name for name in first if name != LIST
    ]
    # Other runs, and other pages, change nothing of it.
    app = walk(walk(run(app), ""), "data")
    assert weights(app)[[0, 2]].tolist() == [99.5, 7.0]
    assert f"was “{FIRST[1]}”, is “**99.5**”" in plain(everything(app))
    # The same list again does no harm, and a single entry goes back alone.
    app = drop(app, {LIST: given[LIST]})
    assert not app.warning
    assert weights(app)[[0, 2]].tolist() == [99.5, 7.0]
    app = click(app, "Take back")
    assert weights(app)[0] == float(FIRST[1])
    assert weights(app)[2] == 7.0


def test_a_list_that_comes_later_takes_nothing_else_away():
    app = dropped({"K.csv": K, "y.csv": PHENO})
    decided = replace(app.session_state["upload"].choices, without=(FAMILIES.ids[5],))
    app.session_state["upload"] = replace(app.session_state["upload"], choices=decided)
    app = drop(run(app), {LIST: listing(line_of(1, value="8"))})
    assert app.session_state["upload"].choices.without == (FAMILIES.ids[5],)
    assert weights(app)[1] == 8.0
    # It holds against what was typed before, and says so.
    app = drop(app, {LIST: b"id,column,value\n%s,weight,9\n" % FAMILIES.ids[1].encode()})
    assert "1 of them had been corrected to something else" in app.success[0].value
    assert weights(app)[1] == 9.0
    # Another file says nothing of it any more, and the correction stays.
    app = drop(app, {"x.csv": COVAR})
    assert not app.success
    assert weights(app)[1] == 9.0
    # A file in the place of the corrected one is as it was given.
    app = drop(app, {"y.csv": PHENO})
    assert weights(app)[1] == float(PHENO.decode().splitlines()[2].split(",")[1])


@pytest.mark.parametrize(
    ("lines", "words", "value"),
    [
        (
            [line_of(0), line_of(1, file="z.csv"), line_of(2, file="z.csv")],
            "Not corrected: corrections.csv, line 3: the file that is corrected, “z.csv”, must be "
            "there: there are “K.csv”, “y.csv”; give it too, by that name, and the corrections "
            "again; so 1 more line.",
            99.5,
        ),
        ([line_of(0, was="77")], f"weight of {FIRST[0]} was “77” and is “{FIRST[1]}”", None),
        (
            [line_of(0).replace("weight", "height")],
            "there is no line “2” with one column “hei",
            None,
        ),
        (
            [line_of(0), line_of(0, value="3")],
            f"one value: weight of {FIRST[0]} is “99.5” in a line above and “3”",
            99.5,
        ),
        ([], "it has no lines below a header", None),
        (
            [line_of(k, was=f"x{k}") for k in range(6)],
            "Not corrected for other reasons: 2 more lines.",
            None,
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(lines, words, value):
    app = dropped({"K.csv": K, "y.csv": PHENO, LIST: listing(*lines)})
    assert words in "\n".join(plain(one.value) for one in app.warning)
    assert bool(app.success) == (value is not None)
    assert weights(app)[0] == (value or float(FIRST[1]))
    assert not app.error


def test_a_list_alone_leaves_all_as_it_is():
    app = data_page()
    before = verdict(app)
    app = drop(app, {LIST: listing(line_of(0))})
    assert "it lists corrections of other files, and none is loaded" in app.warning[0].value
    assert not app.error
    assert verdict(app) == before
    assert "upload" not in app.session_state


def test_a_list_beside_saved_work_is_taken_with_it():
    app = dropped({"K.csv": K, "y.csv": PHENO})
    files = app.session_state["upload"].files
    work = write_work(Work("data", (("data", "upload"),), files=files))
    app = run(drop(data_page(), {"a.lmm.zip": work, LIST: listing(line_of(0))}))
    assert app.session_state["upload"].choices.corrections[0].now == "99.5"


def test_a_list_is_no_table_wherever_it_stands():
    for files in ({LIST: listing(line_of(0))}, {"all.zip": zipped({LIST: listing(line_of(0))})}):
        outcomes = prepare({"K.csv": K, **files}).outcomes
        assert "a list of corrections of other files; give it by itself" in outcomes[-1].error
    assert not is_corrections("y.csv", PHENO)
    # What has other columns too is data.
    assert not is_corrections("y.csv", b"id,column,value,sex\na,weight,1,m\nb,weight,2,f\n")
