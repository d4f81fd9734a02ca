"""The register of claims: which test, measurement or reason holds each sentence with a number.

`conventions.yaml` explains numbers that many sentences share, such as 1.92 or the ends 0 and 1 of
h, each by a pattern. The files in `held/` have the other sentences word for word, so that one
that is edited has to be looked at again. A claim is held by

- `test`: the tests that fail if it is not so;
- `value`: a number as it is written, and the expression that gives it;
- `measured`: a benchmark, the day, and on what;
- `because`: why no test can or need hold it: a name, a citation, the way a thing is counted.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.claims import pages, strings
from tests.claims.nodes import exists
from tests.claims.numbers import is_said, numbers
from tests.claims.values import evaluate
from tests.places import ROOT

HERE = Path(__file__).parent
HOLDERS = ("test", "value", "measured", "because")


@dataclass(frozen=True)
class Holder:
    """What holds a claim, or all that follow one convention."""

    tests: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    because: str = ""

    def holds_all(self) -> bool:
        """Whether it answers for all numbers of a sentence, not only for those it names."""
        return bool(self.tests or self.measured or self.because)

    def problems(self) -> Iterator[str]:
        if not (self.holds_all() or self.values):
            yield "nothing holds it; name one of " + ", ".join(HOLDERS)
        for node in self.tests:
            if not exists(node):
                yield f"there is no test {node}"
        for written, expression in self.values.items():
            try:
                found = evaluate(expression)
            except Exception as error:
                yield f"{expression} cannot be worked out: {error!r}"
                continue
            if not is_said(written, found):
                yield f"it says {written}, but {expression} is {found}"
        if self.measured:
            yield from wrongly_measured(self.measured)

    def __str__(self) -> str:
        parts = [*self.tests, *(f"{one} = `{code}`" for one, code in self.values.items())]
        if self.measured:
            parts.append(", ".join(str(one) for one in self.measured.values()))
        return "; ".join([*parts, *filter(None, [self.because])])


@dataclass(frozen=True)
class Convention:
    """A number that means the same wherever it is said: a pattern, and what holds it."""

    pattern: re.Pattern[str]
    holder: Holder


@dataclass(frozen=True)
class Register:
    """The claims by their text, and the conventions."""

    claims: Mapping[str, Holder]
    conventions: tuple[Convention, ...]

    def free(self, text: str) -> list[str]:
        """The numbers of a sentence that no convention explains."""
        spans = [match.span() for one in self.conventions for match in one.pattern.finditer(text)]
        return [
            number.group()
            for number in numbers(text)
            if not any(start <= number.start() and number.end() <= end for start, end in spans)
        ]

    def unheld(self, text: str) -> list[str]:
        """The numbers of a sentence that nothing holds."""
        left = self.free(text)
        holder = self.claims.get(text)
        if holder is None:
            return left
        return [] if holder.holds_all() else [one for one in left if one not in holder.values]

    def tests(self, text: str) -> set[str]:
        """The tests that hold a sentence, its own and those of its conventions."""
        holders = [one.holder for one in self.conventions if one.pattern.search(text)]
        if text in self.claims:
            holders.append(self.claims[text])
        return {node for holder in holders for node in holder.tests}

    def problems(self, said: Iterable[str]) -> list[str]:
        """What is wrong with the register, given all that is said; empty if nothing is."""
        said = set(said)
        found = [
            f"nothing holds {', '.join(left)} in: {text}"
            for text in sorted(said)
            if (left := self.unheld(text))
        ]
        found += [f"nowhere said any more: {text}" for text in self.claims if text not in said]
        for text, holder in self.claims.items():
            found += [f"{problem}: {text}" for problem in holder.problems()]
        for one in self.conventions:
            name = one.pattern.pattern
            found += [f"{problem}: convention {name}" for problem in one.holder.problems()]
            if not any(one.pattern.search(text) for text in said):
                found.append(f"a convention that nobody needs: {name}")
        return found


def wrongly_measured(measured: Mapping[str, Any]) -> Iterator[str]:
    by, day, machine = (measured.get(key) for key in ("by", "date", "on"))
    path = ROOT / f"{str(by).replace('.', '/')}.py"
    if not path.is_file() or path.parent.name != "benchmarks":
        yield f"there is no benchmark {by}"
    if not isinstance(day, datetime.date):
        yield "a measurement needs its date"
    if not machine:
        yield "a measurement says on what it was made"


def holder(entry: Mapping[str, Any]) -> Holder:
    test = entry.get("test", [])
    return Holder(
        tests=tuple([test] if isinstance(test, str) else test),
        values={str(one): code for one, code in entry.get("value", {}).items()},
        measured=entry.get("measured", {}),
        because=entry.get("because", ""),
    )


def read(folder: Path = HERE) -> Register:
    """The register as its files have it.

    Raises:
        ValueError: a sentence is there twice, or a key is unknown.
    """
    claims: dict[str, Holder] = {}
    for path in sorted((folder / "held").glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")) or []:
            if unknown := entry.keys() - {"claims", *HOLDERS}:
                raise ValueError(f"{path.name}: unknown {unknown}")
            for text in entry["claims"]:
                if text in claims:
                    raise ValueError(f"{path.name}: there twice: {text}")
                claims[text] = holder(entry)
    conventions = yaml.safe_load((folder / "conventions.yaml").read_text("utf-8"))
    return Register(
        claims, tuple(Convention(re.compile(one["says"]), holder(one)) for one in conventions)
    )


@cache
def said() -> Mapping[str, tuple[str, ...]]:
    """Every sentence with a number, and the files that say it."""
    found: dict[str, tuple[str, ...]] = {}
    read_by = {
        pages.claims: pages.pages(),
        strings.claims: strings.app_files(),
        strings.script_claims: strings.script_files(),
    }
    for claims, files in read_by.items():
        for path in files:
            for text in claims(path.read_text("utf-8")):
                found[text] = (*found.get(text, ()), path.relative_to(ROOT).as_posix())
    return found
