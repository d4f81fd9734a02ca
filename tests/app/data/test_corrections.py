"""Tables typed into the page, and entries that are corrected there, listed and taken back."""

from dataclasses import replace

from lmm_app.data.correcting import correction_of
from lmm_app.session import uploads
from lmm_app.session.saved import Work, read_work, write_work
from lmm_app.sources.opened import opened_from
from lmm_data.preparation.correcting import corrections_of, corrections_text
from lmm_data.preparation.preparing import prepare
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files
from tests.app.data.test_page import PHENO, K, click, dropped, everything, plain, verdict
from tests.app_helpers import run

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
