"""Our numbers for those of the shelf, each computed once for everyone."""

from lmm_app.session.keep import RESULTS
from lmm_core.progress import Progress
from lmm_data.published.answers import answer
from lmm_data.published.entries import Entry


def answers(entry: Entry, progress: Progress) -> tuple[tuple[float, ...], ...]:
    """Ours for each number of each model of an entry."""
    return RESULTS.get(("published", entry.code), lambda: _answers(entry, progress))


def _answers(entry: Entry, progress: Progress) -> tuple[tuple[float, ...], ...]:
    count, done = sum(len(model.numbers) for model in entry.models), 0
    found = []
    for model in entry.models:
        ours = []
        for number in model.numbers:
            progress(done / count)
            ours.append(answer(model, number))
            done += 1
        found.append(tuple(ours))
    return tuple(found)
