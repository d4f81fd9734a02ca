"""`python -m tests.claims`: what is wrong with the register; `--table`, `--new`: what is in it."""

import sys

import yaml

from tests.claims import register
from tests.claims.table import table


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
