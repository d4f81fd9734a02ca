"""What one person has: tables of some individuals in some order, and the model that is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from tests.dialects.ids import named, respelled
from tests.dialects.study import Study

Cell: TypeAlias = float | str | None
Expect: TypeAlias = Literal["fit", "either", "stop"]
Arrays: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]

SEXES = (("M", "F"), ("male", "female"), ("m", "w"), ("TRUE", "FALSE"), ("ram", "ewe"))
BATCHES = (("A", "B", "C"), ("b1", "b2", "b3"), ("Januar", "März", "April"), ("lo", "mid", "hi"))
TRAITS = {
    "small": ("weight", "y", "BMD.1", "body weight (g)", "Gewicht", "aod"),
    "signed": ("score", "log_dose", "z", "resid"),
    "large": ("milk", "lait", "yield_kg", "Milch", "count"),
    "other": ("length", "Länge", "tail", "trait2"),
    "third": ("width", "trait3", "fat"),
}


@dataclass
class Sheet:
    """A table in memory.

    Attributes:
        rows: which individual each row is.
        columns: the cells by the name of the column, None where missing.
    """

    rows: list[int]
    columns: dict[str, list[Cell]]


@dataclass
class Draft:
    """A case while it is made; see `case.Case` for what becomes of it.

    Attributes:
        labels, other_labels: ids of the individuals, and as the phenotypes spell them.
        family_labels: what is written for FID.
        positions: whether a file has no ids, so that all must have the same rows.
        expect: "fit" if a person could read the files without asking, "either" if one would
            ask, "stop" if no number is right.
        used: columns of the phenotypes that are covariates of the model.
        relatives: individuals in the kinship, in its order; `K` is theirs.
    """

    rng: np.random.Generator
    study: Study
    labels: list[str] = field(default_factory=list)
    other_labels: list[str] = field(default_factory=list)
    family_labels: list[str] = field(default_factory=list)
    kind: str = "words"
    positions: bool = False
    shuffled: bool = False
    features: list[str] = field(default_factory=list)
    expect: Expect = "fit"
    files: dict[str, bytes] = field(default_factory=dict)
    named: list[tuple[str, str]] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    trait: str = ""
    used: list[str] = field(default_factory=list)
    pheno: Sheet = field(default_factory=lambda: Sheet([], {}))
    covar: Sheet | None = None
    relatives: list[int] = field(default_factory=list)
    K: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))

    def pick(self, feature: str, odds: Mapping[str, float]) -> str:
        """One of several ways by their odds, written down as a feature; "" is not."""
        ways, weights = list(odds), np.array(list(odds.values()), dtype=float)
        way = ways[int(self.rng.choice(len(ways), p=weights / weights.sum()))]
        if way:
            self.features.append(f"{feature}: {way}")
        return way

    def chance(self, probability: float, feature: str = "", expect: Expect = "fit") -> bool:
        """Whether something happens; if so it is written down, with what it makes of the case."""
        happens = bool(self.rng.random() < probability)
        if happens and feature:
            self.mark(feature, expect)
        return happens

    def mark(self, feature: str, expect: Expect = "fit") -> None:
        self.features.append(feature)
        order: tuple[Expect, ...] = ("fit", "either", "stop")
        self.expect = max(self.expect, expect, key=order.index)

    def choose(self, ways: Sequence[str]) -> str:
        """One of several ways that are not worth writing down."""
        return ways[int(self.rng.integers(len(ways)))]

    def choose_set(self, ways: Sequence[Sequence[str]]) -> Sequence[str]:
        return ways[int(self.rng.integers(len(ways)))]

    def people(self, kinds: Mapping[str, float], positions: float = 0.0) -> None:
        """Name the individuals, and decide whether files are joined by the order of rows."""
        self.kind = self.pick("ids", kinds)
        self.labels = named(self.kind, self.study.n, self.rng)
        self.other_labels = self.labels
        self.family_labels = [f"F{k}" for k in self.study.family]
        self.positions = self.chance(positions)
        if self.positions:
            if self.chance(0.6, "no ids in a file, --same-order"):
                self.arguments.append("--same-order")
            else:
                self.mark("no ids in a file", "stop")
        elif self.chance(0.04):
            other = respelled(self.labels, self.kind, self.rng)
            if other:
                self.mark("ids spelled otherwise in the phenotypes", "either")
                self.other_labels = other
        self.shuffled = not self.positions and self.chance(0.7, "order: shuffled")

    def rows(self, drop: float = 0.5) -> list[int]:
        """The individuals of one file: some left out, in an order of its own."""
        who = list(range(self.study.n))
        if self.positions:
            return who
        if self.chance(drop, "" if "subset" in self.features else "subset"):
            absent = set(self.rng.choice(self.study.n, int(self.rng.integers(1, 4)), replace=False))
            who = [k for k in who if k not in absent]
        return [int(k) for k in self.rng.permutation(who)] if self.shuffled else who

    def measure(self, kinds: Sequence[str], missing: float = 0.45, repeats: float = 0.0) -> None:
        """The phenotypes: the trait that is fitted, and others beside it."""
        rows = self.rows()
        if not self.positions and self.chance(repeats, "several rows of one id"):
            again = self.rng.choice(rows, int(self.rng.integers(3, 9)))
            rows = rows + [int(k) for k in again]
        self.pheno = Sheet(rows, {})
        for place, kind in enumerate(kinds):
            name = self.choose(TRAITS[kind])
            if name in self.pheno.columns:
                name = f"{name}_{place}"
            values = self.study.traits[kind][rows]
            self.pheno.columns[name] = [float(value) for value in values]
            seen: set[int] = set()
            for row, who in enumerate(rows):
                if who in seen:
                    step = float(np.round(0.9 * np.std(values) * self.rng.normal(), 1))
                    self.pheno.columns[name][row] = round(float(values[row]) + step, 3)
                seen.add(who)
            if self.chance(missing, "" if "missing values" in self.features else "missing values"):
                self.blank(self.pheno, name)
        self.trait = next(iter(self.pheno.columns))

    def blank(self, sheet: Sheet, name: str) -> None:
        """Take a few values away."""
        for row in self.rng.choice(len(sheet.rows), int(self.rng.integers(1, 5)), replace=False):
            sheet.columns[name][int(row)] = None

    def covariate(self, name: str, rows: Sequence[int]) -> list[Cell]:
        """A covariate of some individuals: numbers, or words for a category."""
        if name in self.study.numbers:
            return [float(value) for value in self.study.numbers[name][rows]]
        words = SEXES if name == "sex" else BATCHES
        levels = words[int(self.rng.integers(len(words)))]
        return [levels[k] for k in self.study.words[name][rows]]

    def relate(self, kind: str) -> None:
        """The kinship of some individuals: "pedigree", "realised", or "counts" of genotypes."""
        self.relatives = self.rows()
        if kind == "counts":
            centred = self.study.counts[self.relatives].astype(float)
            centred -= centred.mean(axis=0)
            varies = np.ptp(centred, axis=0) > 0
            self.K = centred[:, varies] @ centred[:, varies].T / varies.sum()
        else:
            K = self.study.pedigree if kind == "pedigree" else self.study.realised
            self.K = K[np.ix_(self.relatives, self.relatives)]

    def ids(self, rows: Sequence[int]) -> list[str]:
        return [self.labels[k] for k in rows]

    def other_ids(self, rows: Sequence[int]) -> list[str]:
        """The ids as the phenotypes have them."""
        return [self.other_labels[k] for k in rows]

    def families(self, rows: Sequence[int]) -> list[str]:
        return [self.family_labels[k] for k in rows]

    def give(self, role: str, name: str, content: bytes, **beside: bytes) -> None:
        """A file that is named in the command; those beside it, by their ending, are not."""
        self.files[name] = content
        self.named.append((role, name))
        self.files |= {f"{name.partition('.')[0]}.{end}": data for end, data in beside.items()}

    def arrays(self) -> Arrays:
        """y, X and K of the fit that is meant: who has everything, a row for each record."""
        place = {who: k for k, who in enumerate(self.relatives)}
        there = {who: k for k, who in enumerate(self.covar.rows)} if self.covar else {}
        y, cells, who = [], [], []
        for row, one in enumerate(self.pheno.rows):
            value = self.pheno.columns[self.trait][row]
            beside: list[Cell] = [self.pheno.columns[name][row] for name in self.used]
            if self.covar:
                if one not in there:
                    continue
                beside += [column[there[one]] for column in self.covar.columns.values()]
            if value is None or one not in place or None in beside:
                continue
            y.append(float(value))
            cells.append(beside)
            who.append(place[one])
        X = [np.ones(len(y))]
        for column in zip(*cells, strict=True):
            if any(isinstance(cell, str) for cell in column):
                levels = sorted({str(cell) for cell in column})[1:]
                X += [np.array([cell == level for cell in column], float) for level in levels]
            else:
                X.append(np.array(column, dtype=float))
        return np.array(y), np.column_stack(X), self.K[np.ix_(who, who)]
