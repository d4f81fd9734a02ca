"""Which peaks are believed: who is right, and what is said of it by what the scans found."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.genome.sources import CrossSettings, simulate_study
from lmm_app.scan import believed
from lmm_app.scan.peaks import LETTERS, Peak, Tally


@pytest.fixture(scope="module")
def study():
    return simulate_study(CrossSettings(n=60, generations=4, pairs=8, qtl=3))


@pytest.fixture(scope="module")
def real(study):
    return replace(study, true_qtl=None, true_h2=None)


def peaks(*qtl):
    """Peaks A, B and so on, on markers 40 cM apart, near these QTL."""
    return {
        letter: Peak(20 * k, near)
        for k, (letter, near) in enumerate(zip("ABCD", qtl, strict=False))
    }


def tallies(ls, other, name="loco"):
    def of(found):
        return Tally(tuple(found), (), ())

    return {"ls": of(ls), "lmm": of(()), name: of(other)}


def test_the_letters_go_along_the_genome_and_are_those_of_the_highest(study):
    many = Tally(tuple(Peak(50 - k, None) for k in range(14)), (), ())
    offered = believed.offered(many)
    assert list(offered) == list(LETTERS)
    assert [peak.place for peak in offered.values()] == sorted(50 - k for k in range(10))
    for letter, peak in offered.items():
        assert believed.label(study, offered, letter) == (
            f"{letter} · chr {study.chromosome[peak.place]}, {study.position[peak.place]:.1f} cM"
        )
    assert believed.label(study, offered, believed.NOBODY) == "none of them"
    assert believed.label(study, peaks(None), believed.NOBODY) == "no, I would not"


@pytest.mark.parametrize(
    ("ticked", "outcome", "said"),
    [
        ("A", "right", "Correct. A is near a QTL. You were right to doubt B."),
        ("B", "wrong", "Not quite. B is not near a QTL. You doubted A, which is near a QTL."),
        ("AB", "wrong", "Not quite. A is near a QTL. B is not."),
        ("0", "wrong", "Not quite. You were right to doubt B. You doubted A, which is near a QTL."),
        ("", "none", "1 of the 2 peaks is near a QTL."),
    ],
)
def test_feedback_has_a_part_for_every_peak(study, ticked, outcome, said):
    offered = peaks(7, None)
    found = tallies(offered.values(), [])
    assert believed.outcome(offered, ticked, study, None) == outcome
    assert believed.feedback(offered, list(ticked), study, found).startswith(f"{said} ")
    # Where the picture fills the screen, its marks say what became of each peak.
    short = believed.feedback(offered, list(ticked), study, found, short=True)
    start = {"right": "Correct. ", "wrong": "Not quite. ", "none": ""}[outcome]
    assert short == f"{start}{believed.teaching(found, study)}"


def test_several_peaks_are_named_together(study):
    offered = peaks(7, 8, None, None)
    found = tallies(offered.values(), [])
    said = believed.feedback(offered, ["A", "B", "C", "D"], study, found)
    assert said.startswith("Not quite. A and B are near a QTL. C and D are not. ")
    said = believed.feedback(offered, ["0"], study, found)
    assert "You were right to doubt C and D. You doubted A and B, which are near a QTL." in said
    alone = peaks(None)
    said = believed.feedback(alone, [], study, tallies(alone.values(), []))
    assert said.startswith("The peak is not near a QTL. ")
    assert believed.outcome(alone, "0", study, None) == "right"
    none = peaks(None, None)
    said = believed.feedback(none, [], study, tallies(none.values(), []))
    assert said.startswith("None of the 2 peaks are near a QTL. ")


def of(*qtl):
    return list(peaks(*qtl).values())


@pytest.mark.parametrize(
    ("ls", "other", "said"),
    [
        (
            of(7, None, None),
            of(7),
            "Relatives share many genes at once. So a marker looks as if it did what the rest of "
            "the genome does: 2 false peaks by ordinary regression, none by LOCO.",
        ),
        (of(7, None, None), of(7, None), "2 false peaks by ordinary regression, 1 by LOCO."),
        (of(7, 8), of(None), "Here every peak of ordinary regression is near a QTL."),
        (of(7), of(None), "Here the only peak of ordinary regression is near a QTL."),
        (
            of(None),
            of(None),
            "Ordinary regression has 1 false peak here and LOCO 1: no scan is right in every "
            "sample.",
        ),
        (
            of(None),
            of(None, None),
            "Ordinary regression has 1 false peak here and LOCO 2: no scan is",
        ),
        ([], of(7, 8), "Ordinary regression has no peak, and LOCO has 2 peaks."),
        ([], [], "Ordinary regression has no peak, and LOCO has none either."),
    ],
)
def test_what_the_scans_teach_depends_on_what_they_found(study, ls, other, said):
    taught = believed.teaching(tallies(ls, other), study)
    assert taught.endswith(said) or taught.startswith(said)
    # Only where ordinary regression has more of them does it blame relatives.
    more = sum(p.qtl is None for p in ls) > sum(p.qtl is None for p in other)
    assert ("Relatives share" in taught) == (more and bool(ls))


def test_without_a_truth_the_mixed_model_judges(real):
    offered = peaks(None, None)
    first = offered["A"]
    # 8 cM from A, which is near, and far from B.
    beside = tallies(offered.values(), [Peak(first.place + 4, None)])
    assert believed.credible(offered, real, beside["loco"]) == {"A"}
    assert believed.credible(offered, real, Tally((), (), ())) == set()
    assert believed.outcome(offered, "A", real, beside["loco"]) == "right"
    said = believed.feedback(offered, ["A"], real, beside)
    assert said == (
        "Correct. A is confirmed by LOCO. You were right to doubt B. Ordinary regression has 2 "
        "peaks, LOCO 1. Which are true is not known."
    )
    two = {name: one for name, one in beside.items() if name != "loco"}
    said = believed.feedback(offered, ["A"], real, two)
    assert said.startswith("Not quite. A is not confirmed by the mixed model.")
    unknown = "Ordinary regression has 2 peaks, the mixed model none. Which are true is not known."
    assert said.endswith(unknown)


def test_no_peak_and_one_peak_have_questions_of_their_own(study):
    assert believed.question({}, 0).startswith(
        "Ordinary regression finds no peak above its threshold."
    )
    assert believed.question(peaks(None), 1).endswith("Would you believe the peak?")
    said = believed.question(peaks(None, None), 49)
    assert "It has 49 peaks, and the 2 highest have a letter." in said
    said = believed.question(peaks(None, None), 2)
    assert said.endswith("Which peaks would you believe? Tick them, then reveal.")
    found = tallies([], [])
    assert believed.outcome({}, [], study, None) == "none"
    assert believed.feedback({}, [], study, found).startswith("Ordinary regression has no peak")


def test_a_peak_on_another_chromosome_confirms_nothing(study):
    far = Peak(int(np.flatnonzero(study.chromosome == "5")[0]), None)
    assert not believed.confirmed(far, Tally((Peak(0, None),), (), ()), study)
