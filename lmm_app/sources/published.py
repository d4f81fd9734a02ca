"""The datasets on the shelf of published answers, opened as samples are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

from lmm_app.sources.opened import MAX_INDIVIDUALS, ON_THE_SHELF, Opened, SampleEntry, groups_in
from lmm_core.arrays import Brief
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.preparing import prepare
from lmm_data.published.entries import Entry, Model, shelf


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shelved(Brief):
    """A dataset of the shelf: the first model that is fitted to it, and how it is opened."""

    model: Model
    sample: SampleEntry


@cache
def shelved() -> Mapping[str, Shelved]:
    """Each dataset that a shared server takes, by its name in links.

    `published-lambs` is the first of an entry, `published-lambs-2` the second. Models that differ
    in the trait or the method alone are of one dataset.
    """
    found: dict[str, Shelved] = {}
    for entry in shelf():
        known: list[Model] = []
        for model in entry.models:
            if not _fits(model) or any(same_data(model, other) for other in known):
                continue
            known.append(model)
            more = len(known) > 1
            sample = SampleEntry(
                f"{entry.title}, {model.title}" if more else entry.title,
                partial(_open, entry, model),
            )
            name = f"{ON_THE_SHELF}{entry.code}" + (f"-{len(known)}" if more else "")
            found[name] = Shelved(model, sample)
    return found


def name_of(model: Model) -> str | None:
    """The name in links of a model's dataset, None if it cannot be opened here."""
    return next((name for name, one in shelved().items() if same_data(one.model, model)), None)


def same_data(one: Model, other: Model) -> bool:
    """Whether two models are of the same files, with the same columns as covariates."""
    return (one.files, one.use, one.factors) == (other.files, other.use, other.factors)


def _fits(model: Model) -> bool:
    rows = [content.count(b"\n") for content in model.files.values()]
    return bool(rows) and max(rows) <= MAX_INDIVIDUALS


def _open(entry: Entry, model: Model) -> Opened:
    choices = Choices(from_phenotypes=model.use, factors=model.factors)
    prepared = prepare(dict(model.files), choices)
    return Opened(
        prepared.require_dataset(),
        f"{entry.source}. {entry.teaches}",
        groups=groups_in(prepared),
    )
