"""The presets: datasets that each teach one thing, with the question to ask before looking; pure.

A claim is one sentence and is tested. Where it depends on the draw it says "here", and another
seed may show otherwise; all others held for every seed that was tried.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_app.fit.view import View
from lmm_app.lessons import claims, datasets
from lmm_app.lessons.datasets import Made
from lmm_core.simulate.cross import as_count
from lmm_core.verdict import Status


@dataclass(frozen=True, slots=True, eq=False)
class Preset:
    """A dataset that teaches one thing.

    Attributes:
        name: in links; it stays as it is.
        title: a few words for a list.
        claim: what it teaches, one sentence.
        prompt: what to predict before looking, where to look, or what to do.
        expected: the status of the fit by ML and by REML, with the preset's own seed, of the
            first trait with all covariates.
        recipe: makes the dataset.
        check: whether the claim is true of a view of the first trait with all covariates.
        by_chance: whether the claim is about this draw, so that another seed may deny it.
        seed: its own seed.
    """

    name: str
    title: str
    claim: str
    prompt: str
    expected: Mapping[str, Status]
    recipe: Callable[[np.random.Generator], Made]
    check: Callable[[View], bool]
    by_chance: bool = False
    seed: int = 1

    def make(self, seed: int | None = None) -> Made:
        """The dataset of a seed, by default the preset's own; the same seed, the same data.

        Raises:
            LMMError: a seed that is not a whole number, or is negative.
        """
        seed = self.seed if seed is None else seed
        seed = as_count(seed, "seed", "which picks the random numbers", least=0)
        return self.recipe(np.random.default_rng(seed))

    def about(self, seed: int | None = None) -> str:
        """What to say of the dataset of a seed: the claim, and that it may fail if it may."""
        if seed is None or seed == self.seed or not self.by_chance:
            return f"{self.claim} Simulated with seed {self.seed if seed is None else seed}."
        return (
            f"{self.claim} So it is with seed {self.seed}; these data are drawn again, with seed "
            f"{seed}, and chance may have it otherwise."
        )


def _statuses(ml: Status, reml: Status) -> Mapping[str, Status]:
    return MappingProxyType({"ML": ml, "REML": reml})


_INSIDE = _statuses("interior", "interior")

_IN_ORDER = (
    Preset(
        name="full_sibs",
        title="Full-sib families",
        claim="Families of one size give K only two different eigenvalues, so after the rotation "
        "there are only two weights: one for what sets families apart, one for what sets sibs "
        "apart.",
        prompt="Sibs are related by a half, families not at all: in the picture of the weights, "
        "in how many places will the ticks stand, and do contrasts of sibs weigh more?",
        expected=_INSIDE,
        recipe=datasets.full_sibs,
        check=claims.two_weights,
    ),
    Preset(
        name="intercross",
        title="Advanced intercross",
        claim="After ten generations of crossing, mice are related to many different degrees, so "
        "the eigenvalues of K spread out and every direction has a weight of its own.",
        prompt="These mice are related in many degrees, not in two: in the picture of the "
        "weights, will the ticks still stand in two places?",
        expected=_INSIDE,
        recipe=datasets.intercross,
        check=claims.own_weights,
    ),
    Preset(
        name="strong_h",
        title="A strong h",
        claim="Where most of the variance follows kinship and many relatives are measured, the "
        "profile is one narrow hill, and ML and REML agree.",
        prompt="Guess, then count the marks on the curve: how many values of h does Brent's "
        "search look at before it stops on so narrow a hill?",
        expected=_INSIDE,
        recipe=datasets.strong_h,
        check=claims.narrow_and_agreed,
    ),
    Preset(
        name="inbred_strains",
        title="Inbred strains",
        claim="Mice of one inbred strain have the same genes, so any difference between them "
        "rules out h = 1, where the log-likelihood is minus infinity.",
        prompt="Mice of one strain are genetically the same and still differ in this trait: what "
        "must the curve do as h nears 1?",
        expected=_INSIDE,
        recipe=datasets.inbred_strains,
        check=claims.excludes_one,
    ),
    Preset(
        name="boundary_zero",
        title="The estimate is 0",
        claim="When nothing is inherited, about half of all samples put h at exactly 0, as this "
        "one does here: an answer, not a failure.",
        prompt="Nothing is inherited here: will the top of the curve be exactly at 0, or a little "
        "above it?",
        expected=_statuses("lower_boundary", "lower_boundary"),
        recipe=datasets.nothing_inherited,
        check=claims.at_zero,
        by_chance=True,
    ),
    Preset(
        name="boundary_one",
        title="The estimate is 1",
        claim="Sibs who share a home can be more alike than their kinship allows, and then the "
        "curve still rises at its upper end and h is 1.",
        prompt="These sibs share a home besides their genes and are very much alike: drag h to "
        "the right, and where does the curve stop rising?",
        expected=_statuses("upper_boundary", "upper_boundary"),
        recipe=datasets.shared_home,
        check=claims.beyond_one,
    ),
    Preset(
        name="small_sample",
        title="Twelve sibs",
        claim="With twelve sibs, every h from 0 to 1 is within 2 log units of the best here, so "
        "the sample says little about h.",
        prompt="Only twelve sibs are measured: how far will the curve fall from its top to its "
        "ends?",
        expected=_INSIDE,
        recipe=datasets.twelve_sibs,
        check=claims.nearly_flat,
        by_chance=True,
    ),
    Preset(
        name="unrelated",
        title="Unrelated people",
        claim="Among unrelated people K is almost the identity, the covariance hardly changes "
        "with h, and the standard error to expect is more than half of the range from 0 to 1.",
        prompt="Nobody is related to anybody: will the 95% interval of h be narrow, wide, or all "
        "of 0 to 1?",
        expected=_INSIDE,
        recipe=datasets.unrelated_people,
        check=claims.nothing_to_tell,
    ),
    Preset(
        name="one_family",
        title="A single family",
        claim="In a single family all are equally related, so by REML every h is equally good, "
        "while ML answers 0 whatever the trait.",
        prompt="One family has no other to be compared with: what shape must the REML curve have, "
        "and does ML agree?",
        expected=_statuses("lower_boundary", "flat"),
        recipe=datasets.one_family,
        check=claims.flat_but_for_ml,
    ),
    Preset(
        name="structure",
        title="Two populations",
        claim="Two populations that differ for a reason that is not inherited look as if kinship "
        "were at work: without the covariate that tells them apart, h comes out far too high.",
        prompt="The two populations eat differently, and nothing is inherited: take the covariate "
        "out, and will h rise or fall?",
        expected=_statuses("lower_boundary", "lower_boundary"),
        recipe=datasets.two_populations,
        check=claims.inflated_without,
    ),
    Preset(
        name="many_covariates",
        title="Many covariates",
        claim="Covariates that whole families share take up differences between families, and "
        "ML, which does not count the coefficients spent on them, puts h and v below REML's.",
        prompt="Eight covariates describe each family's home: will ML or REML put h lower, and "
        "what happens to the gap when you take the covariates out?",
        expected=_INSIDE,
        recipe=datasets.described_homes,
        check=claims.ml_is_lower,
    ),
    Preset(
        name="outlier",
        title="A lost decimal point",
        claim="One value typed ten times too large hides how alike all the other relatives are: "
        "with it h is close to 0, without it far above.",
        prompt="One value lost its decimal point: choose the trait “checked”, in which it is left "
        "out, and which way does h move?",
        expected=_statuses("lower_boundary", "interior"),
        recipe=datasets.lost_decimal_point,
        check=claims.hidden_by_one,
    ),
    Preset(
        name="two_hills",
        title="Two hills",
        claim="The twins here are far more alike than the sibs lead one to expect, so the profile "
        "has two hills, and a single search over [0, 1] stops on the lower one.",
        prompt="The twins say that h is high, the sibs that it is low: on which hill will a "
        "single search over [0, 1] stop?",
        expected=_INSIDE,
        recipe=datasets.twins_and_sibs,
        check=claims.trapped,
        by_chance=True,
    ),
    Preset(
        name="centred_kinship",
        title="Centred kinship by ML",
        claim="Centred genotypes leave the mean of all individuals no genetic variance, so with "
        "an intercept the likelihood grows without bound as h nears 1, while REML stays finite.",
        prompt="Watch the right edge while you switch between REML and ML: which of the curves "
        "turns upwards as h nears 1?",
        expected=_statuses("unbounded", "interior"),
        recipe=datasets.centred_markers,
        check=claims.unbounded_by_ml,
    ),
    Preset(
        name="half_scale",
        title="The scale of K",
        claim="Coefficients of kinship are half the relationships, so h is higher on their scale, "
        "although the likelihood and β are the same.",
        prompt="Predict h for a K twice as large, then look it up among the other scales of K: is "
        "it half of this one?",
        expected=_INSIDE,
        recipe=datasets.kinship_coefficients,
        check=claims.same_fit_on_double,
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _IN_ORDER})
"""By name, in the order in which they teach."""
