"""How people name individuals."""

import numpy as np

_PREFIXES = ("an", "M", "mouse_", "BXD", "HG0", "s", "cow-", "line", "ID_", "NA1")
_ACCENTS = ("Åsa", "Möwe", "été", "Fräulein", "niño")


def named(kind: str, n: int, rng: np.random.Generator) -> list[str]:
    """Different ids for n individuals.

    Args:
        kind: "words", "counting" (1 … n in order), "permuted" (1 … n in no order), "integers",
            "padded" (007), "exponents" (10E1), "scientific" (1e+05), "dates", "signs", "spaces",
            "accents", "cases" (a1 beside A1), or "hashes" (#1).
    """
    if kind == "counting":
        return [str(k + 1) for k in range(n)]
    if kind == "permuted":
        return [str(k + 1) for k in rng.permutation(n)]
    numbers = rng.choice(899, n, replace=False) + 100
    if kind == "integers":
        return [str(k) for k in numbers]
    if kind == "padded":
        return [f"{k:03d}" for k in rng.choice(199, n, replace=False) + 1]
    if kind == "exponents":
        letters = "EE" if rng.random() < 0.5 else "ENS"
        return [f"{10 + k // 5}{letters[k % len(letters)]}{k % 5 + 1}" for k in range(n)]
    if kind == "scientific":
        # R writes a number in the shorter of two ways.
        return [f"{k + 1}e+05" if k < 9 else str(100000 + int(m)) for k, m in enumerate(numbers)]
    if kind == "dates":
        return [f"2024-{k % 12 + 1:02d}-{k // 12 + 1:02d}" for k in range(n)]
    if kind == "signs":
        return [f"B6.{k // 10}-{k % 10}/x" for k in numbers]
    if kind == "spaces":
        return [f"line {k}" for k in numbers]
    if kind == "accents":
        return [f"{_ACCENTS[k % len(_ACCENTS)]}{k}" for k in numbers]
    if kind == "cases":
        return [f"{'aA'[k % 2]}{k // 2 + 1}" for k in range(n)]
    if kind == "hashes":
        return [f"#{k + 1}" if k < 3 else f"an{k:02d}" for k in range(n)]
    prefix = _PREFIXES[int(rng.integers(len(_PREFIXES)))]
    return [f"{prefix}{k:03d}" for k in numbers]


def respelled(labels: list[str], kind: str, rng: np.random.Generator) -> list[str] | None:
    """The same individuals as another file might spell them, or None if some would stay alike."""
    if kind == "words":
        ways = [
            str.upper,
            str.lower,
            lambda label: f"{label} x".removesuffix("x").replace("_", "-"),
        ]
        way = ways[int(rng.integers(len(ways)))]
        other = [way(label).strip() for label in labels]
    elif kind == "padded":
        other = [label.lstrip("0") for label in labels]
    elif kind in ("integers", "permuted"):
        way = int(rng.integers(2))
        other = [f"{label}.0" if way else f"X{label}" for label in labels]
    else:
        return None
    return other if not set(other) & set(labels) and len(set(other)) == len(other) else None
