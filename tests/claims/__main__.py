"""`python -m tests.claims`: what is wrong with the register; `--table`, `--new`: what is in it."""

import sys

import yaml

from tests.claims import register
from tests.claims.controls import controls


def table() -> str:
    """Every claim, where it is said, what holds it, and the mistakes that it was tried with."""
    book = register.read()
    lines = ["| claim | said in | held by | fails if |", "|---|---|---|---|"]
    for text, files in register.said().items():
        holders = [one.holder for one in book.conventions if one.pattern.search(text)]
        if text in book.claims:
            holders.append(book.claims[text])
        tests = book.tests(text)
        mistakes = [one.says for one in controls() if one.test.partition("[")[0] in tests]
        cells = (text, ", ".join(files), "; ".join(map(str, holders)), "; ".join(mistakes))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def new() -> str:
    """The claims that nothing holds yet, as entries to be filled in."""
    book = register.read()
    left = [text for text in register.said() if book.unheld(text)]
    return yaml.safe_dump([{"claims": left}], allow_unicode=True, width=10**6)


if __name__ == "__main__":
    if "--table" in sys.argv:
        print(table())
    elif "--new" in sys.argv:
        print(new())
    else:
        problems = register.read().problems(register.said())
        print("\n".join(problems) or f"{len(register.said())} claims, each held")
        sys.exit(bool(problems))
