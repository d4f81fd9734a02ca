"""The shelf: each dataset with its source, its models, and the numbers as they are printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from lmm_core.arrays import Brief
from lmm_data.published.layouts import small_least_squares, unrelated
from lmm_data.samples import sample_folder

HALF_A_UNIT = "half a unit of the last digit printed"


@dataclass(frozen=True, slots=True)
class Published:
    """A number as somebody printed it.

    Attributes:
        name: what it is.
        printed: its digits, as they stand there.
        ours: which of our numbers it is, a key of `answers.QUANTITIES`.
        of: what that is of: an individual, columns of X with their coefficients, a level.
        within: how far ours may lie from it, and why no closer.
        why: the reason.
    """

    name: str
    printed: str
    ours: str
    of: Any = None
    within: float = 0.0
    why: str = HALF_A_UNIT

    @property
    def value(self) -> float:
        """The number."""
        return float(self.printed)

    @property
    def decimals(self) -> int:
        """How many of them are printed."""
        return len(self.printed.partition(".")[2])

    def shown(self, value: float) -> str:
        """A number of ours with as many decimals as theirs, and a true minus sign."""
        # A zero has no sign.
        return f"{round(value, self.decimals) + 0.0:.{self.decimals}f}".replace("-", "−")

    def agrees(self, value: float) -> bool:
        """Whether ours is as close as it is to be."""
        return abs(value - self.value) <= self.tolerance

    @property
    def tolerance(self) -> float:
        """How far ours may lie from it: half a unit of its last digit, unless it says otherwise."""
        # The half itself may be rounded either way.
        return self.within or 0.5000001 * 10.0**-self.decimals


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model(Brief):
    """What was fitted, and what came out.

    Attributes:
        title: what tells it from the other models of the same data; "" if there is one.
        files: the data, by the names of the files; none for a table without data.
        numbers: as printed.
        trait: a column of the phenotypes.
        use: covariates, columns of any file.
        factors: those that are categories although they are written in numbers.
        weights: the column of weights; "" for none.
        reml: by which method.
        known: variances that are given and not estimated, sigma2_g and sigma2_e.
        second: what a second kinship is of: "individuals", or a column whose values are alike or
            not; "" for one kinship.
        rho: the first kinship's part of the mixture of both, as `fit_two_kinships` finds it.
    """

    title: str
    files: Mapping[str, bytes]
    numbers: tuple[Published, ...]
    trait: str = ""
    use: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    weights: str = ""
    reml: bool = True
    known: Mapping[str, float] = field(default_factory=dict)
    second: str = ""
    rho: float = 1.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Entry(Brief):
    """A dataset, or a table of a paper.

    Attributes:
        code: the name of its file on the shelf.
        title: what it is called.
        source: where data and numbers stand.
        teaches: what is to be seen in it, in a sentence.
        models: each with its numbers.
    """

    code: str
    title: str
    source: str
    teaches: str
    models: tuple[Model, ...]


@cache
def shelf() -> tuple[Entry, ...]:
    """Everything on the shelf, by title."""
    import yaml

    # libyaml, where PyYAML was built with it, reads the same in a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    folder = files("lmm_data") / "published"
    texts = {
        path.name.removesuffix(".yaml"): path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.name.endswith(".yaml")
    }
    entries = (_entry(code, yaml.load(text, loader)) for code, text in texts.items())
    return tuple(sorted(entries, key=lambda entry: entry.title))


def _entry(code: str, written: dict[str, Any]) -> Entry:
    shared = {name: written.pop(name) for name in _DATA if name in written}
    models = tuple(_model({**shared, **model}) for model in written.pop("models"))
    return Entry(code, models=models, **written)


# What says where the data of a model are, of it alone or of all models of an entry.
_DATA = ("files", "samples", "unrelated", "small_least_squares")


def _model(written: dict[str, Any]) -> Model:
    held = {name: written.pop(name, None) for name in _DATA}
    data = {name: text.encode() for name, text in (held["files"] or {}).items()}
    for sample in held["samples"] or ():
        path = sample_folder() / sample
        data[path.name] = path.read_bytes()
    if held["small_least_squares"]:
        data["pheno.csv"] = small_least_squares(**held["small_least_squares"])
        held["unrelated"] = "pheno.csv"
    if held["unrelated"]:
        data["kinship.csv"] = unrelated(data[held["unrelated"]])
    return Model(
        title=written.pop("title", ""),
        files=data,
        numbers=tuple(Published(**number) for number in written.pop("numbers")),
        use=tuple(written.pop("use", ())),
        factors=tuple(written.pop("factors", ())),
        **written,
    )
