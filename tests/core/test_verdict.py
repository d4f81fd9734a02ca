"""The sentences that go with a status."""

import pytest

from lmm_core.verdict import explain


def say(status, maxima=(), *, n=20, p=2, reml=True, exact=False, **more):
    return explain(status, maxima=list(maxima), n=n, p=p, reml=reml, exact=exact, **more)


def test_interior():
    assert say("interior", [(0.4567, -12.0)]) == (
        "The restricted log-likelihood is highest at h = 0.457, inside the interval from 0 to 1."
    )
    assert say("interior", [(0.4567, -12.0)], reml=False).startswith(
        "The log-likelihood is highest"
    )


def test_boundaries_are_results():
    assert "highest at h = 0, the lower end: these data do not show that" in say(
        "lower_boundary", [(0.0, -3.0)]
    )
    assert "highest at h = 1, the upper end: relatives are at least as alike" in say(
        "upper_boundary", [(1.0, -3.0)]
    )


def test_other_maxima_are_told_with_how_much_lower_they_are():
    text = say("interior", [(0.9617, -61.5), (0.1196, -61.75), (0.5, -80.0)])
    assert text.endswith("It has 3 local maxima; the next, at h = 0.120, is lower by 0.25.")


@pytest.mark.parametrize(
    ("maxima", "part"),
    [
        ([(0.0, -5.1234)], "The value reported, h = 0, is its highest finite maximum (-5.123)."),
        ([(0.36, -5.0)], "The value reported, h = 0.360, is its highest finite maximum (-5.000)."),
        ([], "It has no other maximum."),
    ],
)
def test_unbounded_says_why_and_what_to_do(maxima, part):
    text = say("unbounded", maxima, reml=False)
    assert "grows without bound as h tends to 1, because some weighted sum of the" in text
    assert part in text
    assert text.endswith("REML has no such trouble.")


def test_reml_is_not_recommended_where_it_is_unbounded_too():
    ml = say("unbounded", [(0.2, 1.0)], reml=False, reml_bounded=False)
    assert ml.endswith("REML does so too: look for duplicated records among related individuals.")
    reml = say("unbounded", [], reml=True, reml_bounded=False)
    assert reml.startswith("The restricted log-likelihood grows without bound")
    assert "REML" not in reml
    assert reml.endswith("Look for duplicated records among related individuals.")


def test_flat_has_three_reasons():
    assert "phenotype is fitted without error" in say("flat", exact=True)
    assert "With 3 individuals and 2 coefficients, 1 residual degree of freedom is left" in say(
        "flat", n=3, p=2
    )
    assert "The log-likelihood is the same for every h" in say("flat", reml=False)


@pytest.mark.parametrize(
    "status", ["interior", "lower_boundary", "upper_boundary", "unbounded", "flat"]
)
@pytest.mark.parametrize("reml", [True, False])
def test_every_status_is_a_sentence_and_none_says_singular(status, reml):
    h = {"lower_boundary": 0.0, "upper_boundary": 1.0}.get(status, 0.5)
    text = say(status, [] if status == "flat" else [(h, -1.0)], reml=reml)
    assert text[0].isupper()
    assert text.endswith(".")
    assert "singular" not in text.lower()
