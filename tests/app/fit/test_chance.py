"""p in sentences."""

import pytest

from lmm_app.fit.chance import p_between, p_words


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.0971, 0.1512, "p lies between 0.097 and 0.15"),
        (0.8871, 0.8912, "p = 0.89"),
        (1e-9, 2e-4, "p < 0.001"),
        (1e-9, 0.0213, "p goes from below 0.001 to 0.021"),
    ],
)
def test_a_range_of_p_has_two_ends_only_where_they_differ(low, high, said):
    assert p_between(low, high) == said


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.179, "p = 0.18"), (0.00173, "p = 0.002"), (0.0312, "p = 0.031"), (0.0004, "p < 0.001")],
)
def test_p_has_two_digits_and_at_most_three_decimals(p, said):
    assert p_words(p) == said
