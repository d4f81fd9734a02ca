"""The page of published answers: what somebody printed beside what comes out here."""

from lmm_data.published.answers import answer
from lmm_data.published.entries import Entry, Model, Published, shelf


def row(model: Model, number: Published) -> str:
    """A line of the table: what it is, theirs, ours, and why they may differ."""
    theirs, ours = number.printed.replace("-", "−"), number.shown(answer(model, number))
    return f"| {number.name} | {theirs} | {ours} | {number.why if ours != theirs else ''} |"


def section(entry: Entry) -> str:
    """A dataset: where it is from, what it teaches, and its numbers."""
    parts = [f"## {entry.title}", entry.teaches, f"*{entry.source}*"]
    for model in entry.models:
        lines = [row(model, number) for number in model.numbers]
        parts += [f"**{model.title}**"] if model.title else []
        parts.append("\n".join(["| | printed | here | |", "|---|---:|---:|---|", *lines]))
    return "\n\n".join(parts)


def page() -> str:
    """All of the shelf, and how many numbers there are on it."""
    numbers = sum(len(model.numbers) for entry in shelf() for model in entry.models)
    head = f"{numbers} numbers of {len(shelf())} sources, each with as many decimals as there."
    return "\n\n".join([head, *map(section, shelf())])
