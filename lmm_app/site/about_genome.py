"""The lessons about a genome, here of the simulated cross: a page of its own for each."""

from lmm_app.cards import kept
from lmm_app.genome.sources import CrossSettings
from lmm_app.glossary.marks import marked
from lmm_app.lessons.asked import Asked, M
from lmm_app.lessons.components.fits import Typed
from lmm_app.lessons.components.words import COMPONENTS
from lmm_app.lessons.peak.words import PEAK
from lmm_app.lessons.steps import Guess, Outcome
from lmm_app.live.components import components_board
from lmm_app.live.components import start_of as first_of
from lmm_app.live.peak import peak_board, start_of
from lmm_app.paper.blocks import Placed
from lmm_app.session import studies
from lmm_app.site import about_open, frame
from lmm_app.site.question import question


def pages() -> dict[str, str]:
    """Their pages by the names of their files."""
    study = studies.cross(CrossSettings())
    peak = kept.peak(study, lambda share: None, every=True)
    scans: list[Placed] = [
        (name, peak_board(peak, revealed=seen), start_of(peak))
        for name, seen in (("before", False), ("after", True))
    ]
    typed = Typed(study.key, study.y, study.X, studies.eigen_of(study), study.counts)
    found = kept.components(typed, lambda share: None)
    counts: list[Placed] = [
        (name, components_board(found, revealed=seen), first_of(revealed=seen))
        for name, seen in (("before", False), ("after", True))
    ]
    along = "LOD along a chromosome, by three scans"
    sums = "What rotated observations add to the sum, the profile, and the inflation of a scan"
    return {
        frame.file_of(PEAK.name): _page(PEAK, peak, scans, along, study.about),
        frame.file_of(COMPONENTS.name): _page(COMPONENTS, found, counts, sums, study.about),
    }


def _page(asked: Asked[M], of: M, boards: list[Placed], alt: str, note: str) -> str:
    seen = set[str]()

    def said(guess: Guess) -> tuple[Outcome, str]:
        return asked.outcome(of, guess), asked.feedback(of, guess)

    idea, prompt = asked.idea(of), f"**Predict.** {asked.prompt(of)}"
    for words in (idea, prompt, asked.core(of)):
        marked(words, seen)
    form = question(asked.name, prompt, asked.options, asked.right(of), said)
    return about_open.page(
        asked.title, idea, form, boards, alt, (note, asked.formula(of), asked.code), seen
    )
