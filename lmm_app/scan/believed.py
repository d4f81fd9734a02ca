"""Which peaks are believed: the question, who is right, and what it teaches; computed."""

from collections.abc import Collection, Sequence

from lmm_app.genome.study import NEAR, Study
from lmm_app.lessons.steps import Outcome, said
from lmm_app.scan.peaks import LETTERS, Peak, Tally
from lmm_app.scan.scans import Name

# In place of letters: none of the peaks is believed.
NOBODY = "0"
IN_A_SENTENCE: dict[Name, str] = {
    "ls": "ordinary regression",
    "lmm": "the mixed model",
    "loco": "LOCO",
}


def offered(found: Tally) -> dict[str, Peak]:
    """The highest peaks by letter, in the order of the genome."""
    highest = sorted(found.peaks[: len(LETTERS)], key=lambda peak: peak.place)
    return dict(zip(LETTERS, highest, strict=False))


def label(study: Study, peaks: dict[str, Peak], letter: str, *, short: bool = False) -> str:
    """What is ticked: a peak, `short` by its letter alone, or that none is believed."""
    if letter == NOBODY:
        return "no, I would not" if len(peaks) == 1 else "none of them"
    return letter if short else f"{letter} · {study.where(peaks[letter].place)}"


def question(peaks: dict[str, Peak], total: int) -> str:
    """What to predict; `total` peaks there are."""
    if not peaks:
        return (
            "Ordinary regression finds no peak above its threshold. See what the other scans find "
            "in the same data."
        )
    start = "Suppose this least-squares scan were all you had."
    if len(peaks) == 1:
        return f"{start} Would you believe the peak?"
    if total > len(peaks):
        return (
            f"{start} It has {total} peaks, and the {len(peaks)} highest have a letter. Which of "
            "these would you believe? Tick them, then reveal."
        )
    return f"{start} Which peaks would you believe? Tick them, then reveal."


def outcome(
    peaks: dict[str, Peak], believed: Collection[str], study: Study, judge: Tally | None
) -> Outcome:
    """Whether the guess was right: exactly the peaks that are to be believed."""
    if not believed or not peaks:
        return "none"
    letters = set(believed) - {NOBODY}
    return "right" if letters == credible(peaks, study, judge) else "wrong"


def credible(peaks: dict[str, Peak], study: Study, judge: Tally | None) -> set[str]:
    """Letters of the peaks near a QTL; without a truth, those that `judge` confirms."""
    if study.true_qtl is not None:
        return {letter for letter, peak in peaks.items() if peak.qtl is not None}
    if judge is None:
        return set()
    return {letter for letter, peak in peaks.items() if confirmed(peak, judge, study)}


def confirmed(peak: Peak, other: Tally, study: Study) -> bool:
    """Whether another scan has a peak near by."""
    places = [one.place for one in other.peaks]
    return bool((study.distances(peak.place, places) <= NEAR).any())


def best_of(tallies: dict[Name, Tally]) -> Name:
    """The scan that knows most of relatives: LOCO where it was done."""
    return "loco" if "loco" in tallies else "lmm"


def feedback(
    peaks: dict[str, Peak],
    believed: Sequence[str],
    study: Study,
    tallies: dict[Name, Tally],
    *,
    short: bool = False,
) -> str:
    """What became of the guess, part by part unless `short`, and what it teaches."""
    judge = best_of(tallies)
    good = credible(peaks, study, tallies[judge])
    known = study.true_qtl is not None
    standard = "near a QTL" if known else f"confirmed by {IN_A_SENTENCE[judge]}"
    if short or not peaks:
        parts = []
    elif believed:
        letters = set(believed) - {NOBODY}
        right, wrong = sorted(letters & good), sorted(letters - good)
        spared, lost = sorted(set(peaks) - good - letters), sorted(good - letters)
        parts = [
            f"{_list(right)} {_are(right)} {standard}." if right else "",
            f"{_list(wrong)} {_are(wrong)} not{'' if right else f' {standard}'}." if wrong else "",
            f"You were right to doubt {_list(spared)}." if spared else "",
            f"You doubted {_list(lost)}, which {_are(lost)} {standard}." if lost else "",
        ]
    else:
        parts = [f"{_counted(good, len(peaks))} {standard}."]
    verdict = outcome(peaks, believed, study, tallies[judge])
    return said(verdict, "", " ".join(filter(None, [*parts, teaching(tallies, study)])))


def teaching(tallies: dict[Name, Tally], study: Study) -> str:
    """What the scans together teach, by what they found."""
    ls, best = tallies["ls"], best_of(tallies)
    other, name = tallies[best], IN_A_SENTENCE[best]
    if study.true_qtl is None:
        return (
            f"Ordinary regression has {peaks_words(len(ls.peaks))}, {name} "
            f"{len(other.peaks) or 'none'}. Which are true is not known."
        )
    if not ls.peaks:
        found = peaks_words(len(other.peaks)) if other.peaks else "none either"
        return f"Ordinary regression has no peak, and {name} has {found}."
    if not ls.false:
        which = "the only" if len(ls.peaks) == 1 else "every"
        return f"Here {which} peak of ordinary regression is near a QTL."
    if len(other.false) < len(ls.false):
        return (
            "Relatives share many genes at once. So a marker looks as if it did what the rest of "
            f"the genome does: {peaks_words(len(ls.false), 'false ')} by ordinary regression, "
            f"{len(other.false) or 'none'} by {name}."
        )
    return (
        f"Ordinary regression has {peaks_words(len(ls.false), 'false ')} here and {name} "
        f"{len(other.false)}: no scan is right in every sample."
    )


def peaks_words(count: int, kind: str = "") -> str:
    """So many peaks of a kind."""
    return f"{count:,} {kind}peak{'' if count == 1 else 's'}"


def _counted(good: Collection[str], whole: int) -> str:
    """How many of the peaks that have a letter are something, up to the verb."""
    if whole == 1:
        return f"The peak is{'' if good else ' not'}"
    return f"{len(good) or 'None'} of the {whole} peaks {_are(good)}"


def _are(letters: Collection[str]) -> str:
    return "is" if len(letters) == 1 else "are"


def _list(letters: Sequence[str]) -> str:
    return letters[0] if len(letters) == 1 else f"{', '.join(letters[:-1])} and {letters[-1]}"
