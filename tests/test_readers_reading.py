import pytest

from lmm_core.errors import DataError
from lmm_core.readers.reading import TextTable, missing_met, suspicions
from lmm_core.tables import Table


@pytest.mark.parametrize(
    "column",
    [["-9", "-8.5", "-9.5", "-10"], ["1", "2"], ["F", "M"], ["-9", "-9"], ["NA", "x", "1"]],
)
def test_no_suspicion_without_a_reason(column):
    assert suspicions(TextTable("t", None, ("x",), (tuple(column),))) == ()


def test_a_text_table_is_checked_at_the_door():
    with pytest.raises(
        DataError, match="t: each column must have its own name: 'x' more than once"
    ):
        TextTable("t", None, ("x", "x"), (("1",), ("2",)))
    with pytest.raises(DataError, match="t: each row must have its own id: 'a' more than once"):
        TextTable("t", ("a", "a"), ("x",), (("1", "2"),))
    for columns, made in ((("x",), (("1", "2"), ("1",))), (("x", "y"), (("1",), ("1", "2")))):
        with pytest.raises(DataError, match=r"t: . columns must be as many tuples of entries"):
            TextTable("t", None, columns, made)
    table = TextTable("t", ("a", "b"), ("x",), (("1", "NA"),))
    assert table.with_ids(["c", "d"]).numbers().ids == ("c", "d")
    assert missing_met(table) == (("NA", 1),)
    assert isinstance(table.numbers([]), Table)
