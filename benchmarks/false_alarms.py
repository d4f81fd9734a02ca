"""How often clean data draw a warning, by code, over datasets of many kinds.

    python -m benchmarks.false_alarms [datasets [shard/shards [file]]]

Each dataset is checked as `lmm check` checks it. What was found is kept in a file, a line each, so
that a run that was stopped goes on where it was, and shards may run side by side; the table is of
all that the file holds. 10,000 datasets take about an hour and a half of one core.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.clean import KINDS, make_clean
from lmm_data.checks import check_dataset

DATASETS = 10_000
FILE = "false_alarms.jsonl"
# What is allowed: with any one warning, and with any.
ONE, ANY = 0.01, 0.04


def found_in(seed: int) -> dict[str, object]:
    """What is found in the dataset of a seed: the codes of warnings and of notes."""
    clean = make_clean(seed)
    start = time.perf_counter()
    report = check_dataset(
        clean.phenotypes,
        clean.kinship,
        clean.covariates,
        genotypes=clean.genotypes,
        use=clean.use,
        max_seconds=np.inf,
        max_bytes=np.inf,
    )
    codes: dict[str, list[str]] = {"warning": [], "note": []}
    for finding in report.findings:
        severity = "note" if finding.severity == "note" else "warning"
        codes[severity].append(finding.code)
    return {
        "seed": seed,
        "kind": clean.kind,
        "n": clean.kinship.n,
        "skewed": clean.skewed,
        "seconds": round(time.perf_counter() - start, 2),
        "warnings": sorted(set(codes["warning"])),
        "notes": sorted(set(codes["note"])),
    }


def kept(file: Path) -> dict[int, dict[str, object]]:
    """What a file holds, by seed; a line that was cut off is left out."""
    found: dict[int, dict[str, object]] = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        try:
            one = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[one["seed"]] = one
    return found


def summary(found: dict[int, dict[str, object]]) -> str:
    """The table: by code and by kind of dataset, the share of datasets with a warning."""
    total = len(found)
    lines = [f"{total:,} clean datasets.\n", "| warning | datasets | share |", "|---|---|---|"]
    codes = Counter(code for one in found.values() for code in _codes(one))
    lines += [
        f"| {code} | {times:,} | {times / total:.2%} |" for code, times in codes.most_common()
    ]
    some = sum(bool(_codes(one)) for one in found.values())
    lines += [f"| any | {some:,} | {some / total:.2%} |", "", "| kind | datasets | any warning |"]
    lines.append("|---|---|---|")
    for kind in KINDS:
        rows = [one for one in found.values() if one["kind"] == kind]
        if rows:
            lines.append(
                f"| {kind} | {len(rows):,} | {np.mean([bool(_codes(r)) for r in rows]):.1%} |"
            )
    skewed = [one for one in found.values() if one["skewed"]]
    if skewed:
        noted = np.mean(["phenotype_skewed" in str(one["notes"]) for one in skewed])
        warned = np.mean([bool(_codes(one)) for one in skewed])
        lines.append(
            f"\nSkewed traits in {len(skewed):,}: {noted:.0%} have the note on it, {warned:.1%} "
            "any warning."
        )
    worst = max(codes.values(), default=0) / total
    held = worst <= ONE and some <= ANY * total
    lines.append(
        f"\nAt most {ONE:.0%} with any one and {ANY:.0%} with any: {'yes' if held else 'no'}."
    )
    return "\n".join(lines)


def _codes(one: dict[str, object]) -> list[str]:
    warnings = one["warnings"]
    assert isinstance(warnings, list)
    return warnings


def main() -> None:
    datasets = int(sys.argv[1]) if len(sys.argv) > 1 else DATASETS
    shard, shards = map(int, (sys.argv[2] if len(sys.argv) > 2 else "0/1").split("/"))
    file = Path(sys.argv[3] if len(sys.argv) > 3 else FILE)
    done = kept(file)
    with file.open("a") as out:
        for seed in range(shard, datasets, shards):
            if seed not in done:
                out.write(f"{json.dumps(found_in(seed))}\n")
                out.flush()
    print(summary(kept(file)))


if __name__ == "__main__":
    main()
