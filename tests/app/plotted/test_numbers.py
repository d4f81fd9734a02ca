"""The table under a figure: columns of words and numbers, as the browser has them."""

import numpy as np

from lmm_app.plotted.numbers import Numbers, taken_board
from tests.app_helpers import received


def test_words_stay_words_and_numbers_are_numbers():
    names = np.array(["a", "=1"], dtype=object)
    numbers = Numbers.of("Title", [("name", names), ("n", [3, 4]), ("h", (0.5, np.nan))])
    sent = received(taken_board(numbers, "Alternative text.", titled=True))["plot"]
    assert (sent["title"], sent["head"]) == ("Title", ["name", "n", "h"])
    words, counts, shares = sent["columns"]
    assert words == ["a", "=1"]
    assert counts.tolist() == [3.0, 4.0]
    np.testing.assert_array_equal(shares, [0.5, np.nan])


def test_a_figure_of_nothing_has_an_empty_table():
    numbers = Numbers.of("Title", [("h", ()), ("standard error", ())])
    assert [len(column) for column in numbers.columns] == [0, 0]
