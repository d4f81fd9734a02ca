"""With how many seeds the answer of each lesson is another one.

    python -m benchmarks.lessons [seeds]

For each lesson, seeds 1 to 100: the dataset is drawn, fitted by ML and by REML, and the lesson's
own check says whether its answer is true of it. Prints the table in docs/lessons.md.
"""

import sys
import time

from lmm_app.fit.view import build_view
from lmm_app.lessons.preset import TRIED, Preset
from lmm_app.lessons.presets import PRESETS
from lmm_core import decompose


def denied(preset: Preset, seeds: range) -> list[int]:
    """The seeds with which the answer of a lesson is not true."""
    found = []
    for seed in seeds:
        data = preset.make(seed).dataset
        problem = data.problem(data.traits.columns[0], data.covariates.columns)
        if not preset.check(build_view(problem, decompose(problem.K))):
            found.append(seed)
    return found


def main(seeds: int = TRIED) -> None:
    print(f"| lesson | another answer, of {seeds} seeds | with the seeds |\n|---|---|---|")
    for preset in PRESETS.values():
        start = time.perf_counter()
        found = denied(preset, range(1, seeds + 1))
        listed = ", ".join(map(str, found)) or "–"
        print(f"| {preset.title} | {len(found)} | {listed} |", flush=True)
        print(f"{preset.name}: {time.perf_counter() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
