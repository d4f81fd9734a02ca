"""`python -m tests.dialects`: what came of all dialects, by who wrote them and by feature."""

import sys
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.dialects.judge import Judged, judge, judge_all, made
from tests.dialects.plan import TOTAL, WRITERS, numbers_of

_EXAMPLES = 3
_COLUMNS = ("cases", "right", "stopped, as one may", "stopped needlessly", "wrong")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser("python -m tests.dialects", description=__doc__)
    parser.add_argument("--writer", choices=WRITERS, help="only what this program wrote")
    parser.add_argument("--feature", help="only cases with this in a feature")
    parser.add_argument("--examples", type=int, default=_EXAMPLES, help="of each kind")
    parser.add_argument(
        "--dump", nargs=2, metavar=("NUMBER", "FOLDER"), help="write one case's files, and judge it"
    )
    options = parser.parse_args(arguments)
    if options.dump:
        return _dump(int(options.dump[0]), Path(options.dump[1]))
    writers = [writer for writer in WRITERS if options.writer in (None, writer)]
    numbers = [number for writer in writers for number in numbers_of(writer)]
    start = time.perf_counter()
    judged = [
        one
        for one in judge_all(numbers)
        if not options.feature or any(options.feature in f for f in one.case.features)
    ]
    print(report(judged, options.examples))
    print(f"{time.perf_counter() - start:.0f} s")
    return int(any(one.verdict == "wrong" for one in judged))


def report(judged: Sequence[Judged], examples: int = _EXAMPLES) -> str:
    """Tables of the verdicts by writer and by feature, and the first examples of what failed."""
    clear = [one for one in judged if one.case.expect == "fit"]
    read = sum(one.verdict == "right" for one in clear)
    parts = [
        _table("who wrote it", judged, lambda one: [one.case.writer]),
        _table("feature", judged, lambda one: one.case.features),
        f"right, of those that a person could read without asking: {read} of {len(clear)}, "
        f"{read / max(len(clear), 1):.1%}",
        _listed("wrong", [one for one in judged if one.verdict == "wrong"], examples),
        _listed("stopped needlessly", [one for one in judged if one.needless], examples),
    ]
    return "\n\n".join(parts)


def _table(title: str, judged: Sequence[Judged], keys: Callable[[Judged], Iterable[str]]) -> str:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        column = one.verdict
        if column == "stopped":
            column = "stopped needlessly" if one.needless else "stopped, as one may"
        for key in [*keys(one), "all"]:
            counts[key].update(("cases", column))
    counts["all"] = counts.pop("all", Counter())
    width = max(map(len, [title, *counts]))
    lines = [f"{title:<{width}}  " + "  ".join(_COLUMNS)]
    for key, count in counts.items():
        cells = (f"{count[column]:>{len(column)}}" for column in _COLUMNS)
        lines.append(f"{key:<{width}}  " + "  ".join(cells))
    return "\n".join(lines)


def _listed(title: str, judged: Sequence[Judged], examples: int) -> str:
    """By writer: the first cases, with their numbers."""
    by_writer: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_writer[one.case.writer].append(one)
    lines = [f"{title}: {len(judged)}"]
    for writer, found in by_writer.items():
        lines.append(f"  {writer}, {len(found)}")
        for one in found[:examples]:
            lines.append(f"    {one.case.number}: fit {' '.join(one.case.arguments)}")
            lines.append(f"      {'; '.join(one.case.features)}")
            lines.append(f"      {one.said[:300]}")
    return "\n".join(lines)


def _dump(number: int, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        print(f"{folder} must be empty: it is not; name another", file=sys.stderr)
        return 2
    judged = judge(made(number), folder)
    one = judged.case
    print(f"case {number} of {TOTAL}, {one.writer}, expected: {one.expect}")
    print("; ".join(one.features))
    print(f"cd {folder} && lmm fit {' '.join(one.arguments)}")
    print(f"{judged.verdict}: {judged.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
