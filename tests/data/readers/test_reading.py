import pytest

from lmm_core.errors import DataError
from lmm_data.readers.reading import TextTable, missing_met, suspicions
from lmm_data.tables import Table


@pytest.mark.parametrize(
    "column",
    [["-9", "-8.5", "-9.5", "-10"], ["1", "2"], ["F", "M"], ["-9", "-9"], ["NA", "x", "1"]],
)
def test_no_suspicion_without_a_reason(column):
    assert suspicions(TextTable("t", None, ("x",), (tuple(column),))) == ()


def test_a_suspicion_in_many_columns_is_said_once():
    names = tuple(f"g{k}" for k in range(200))
    (note,) = suspicions(TextTable("t", None, names, (("-9", "1", "2"),) * 200))
    assert note.startswith("−9 stands once in “g0” and no other value is negative: ")
    assert note.endswith("say so; likewise in many more columns")
    (note,) = suspicions(TextTable("t", None, names[:6], (("-9", "1", "2"),) * 6))
    assert note.endswith("say so; likewise “g1”, “g2”, “g3” and 2 more")


def test_a_text_table_is_checked_at_the_door():
    with pytest.raises(
        DataError, match="t: each column must have its own name: “x” is given 2 times"
    ):
        TextTable("t", None, ("x", "x"), (("1",), ("2",)))
    assert TextTable("t", ("a", "a"), ("x",), (("1", "2"),)).repeats
    assert not TextTable("t", ("a", "b"), ("x",), (("1", "2"),)).repeats
    for columns, made in ((("x",), (("1", "2"), ("1",))), (("x", "y"), (("1",), ("1", "2")))):
        with pytest.raises(DataError, match=r"t: . columns must be as many tuples of entries"):
            TextTable("t", None, columns, made)
    table = TextTable("t", ("a", "b"), ("x",), (("1", "NA"),))
    assert table.with_ids(["c", "d"]).numbers().ids == ("c", "d")
    assert missing_met(table) == (("NA", 1),)
    assert isinstance(table.numbers([]), Table)
