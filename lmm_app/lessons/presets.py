"""The lessons: datasets that each teach one thing, with a question and its answer; pure.

A claim has the numbers of the lesson's own seed, and a test computes every one of them. `fails`
says with how many other seeds the answer would be another: docs/lessons.md.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lmm_app.lessons import claims, datasets
from lmm_app.lessons.preset import Preset
from lmm_core.verdict import Status


def _statuses(ml: Status, reml: Status) -> Mapping[str, Status]:
    return MappingProxyType({"ML": ml, "REML": reml})


def _words(**words: str) -> Mapping[str, str]:
    return MappingProxyType(words)


_IN_ORDER = (
    Preset(
        name="full_sibs",
        title="Full-sib families",
        prompt="These are 200 sibs in 40 families of five. After the rotation, how many different "
        "weights are there at h = 0.5?",
        options=_words(two="2", five="5", all="200"),
        right="two",
        hints=_words(
            five="Five is the size of a family. But the differences within a family are all alike.",
            all="There are 200 weighted sums, but many of them have the same weight.",
        ),
        claim="Two. K has two different eigenvalues: 3 for 40 family sums, 0.5 for 160 differences "
        "between sibs. At h = 0.5 their weights are 0.50 and 1.33.",
        recipe=datasets.full_sibs,
        check=claims.two_weights,
    ),
    Preset(
        name="intercross",
        title="Advanced intercross",
        prompt="These 200 mice are related in many degrees. How many different weights are there "
        "now at h = 0.5?",
        options=_words(two="2", twenty="about 20", all="200"),
        right="all",
        hints=_words(
            two="Two weights need families of one size that are not related to each other.",
            twenty="No two pairs of these mice share quite as much of their genome.",
        ),
        claim="All 200: no two eigenvalues are the same, so each rotated observation has its own "
        "weight. They run from 1.95 down to 0.09.",
        recipe=datasets.intercross,
        check=claims.own_weights,
    ),
    Preset(
        name="strong_h",
        title="A strong h",
        prompt="These 300 mice are related, and the trait was simulated with h = 0.8. What will "
        "the curve look like?",
        options=_words(narrow="one narrow hill", broad="one broad hill", two="two hills"),
        right="narrow",
        hints=_words(
            broad="A broad hill means that many values of h fit almost equally well. It takes few "
            "relatives to make one.",
            two="Two hills need relatives who contradict each other.",
        ),
        claim="One narrow hill: ĥ = 0.77 (0.65 to 0.86). ML and REML differ by less than 0.001.",
        recipe=datasets.strong_h,
        check=claims.narrow_and_agreed,
        fails=4,
    ),
    Preset(
        name="inbred_strains",
        title="Inbred strains",
        prompt="Mice of one strain have the same genes and still differ in this trait. Can h be 1?",
        options=_words(
            no="no",
            strong="yes, if strains differ far more than mice of one strain",
            ml="yes, but only by ML",
        ),
        right="no",
        hints=_words(
            strong="However much the strains differ, at h = 1 mice of one strain must be equal.",
            ml="ML and REML agree on this.",
        ),
        claim="No. At h = 1 mice of one strain would have to be equal, so the log-likelihood falls "
        "to minus infinity there.",
        recipe=datasets.inbred_strains,
        check=claims.excludes_one,
    ),
    Preset(
        name="boundary_zero",
        title="The estimate is 0",
        prompt="Nothing is inherited here: the true h is 0. In how many such samples is ĥ exactly "
        "0?",
        options=_words(never="in none", half="in about half", all="in all"),
        right="half",
        hints=_words(
            never="ĥ cannot go below 0. Every sample that leans that way gives exactly 0.",
            all="By chance, relatives may also be a little more alike than strangers.",
        ),
        claim="In about half, and in this sample too. It is an answer, not a failure. Values "
        "up to 0.08 remain possible.",
        expected=_statuses("lower_boundary", "lower_boundary"),
        recipe=datasets.nothing_inherited,
        check=claims.at_zero,
        fails=45,
        by_seed="Of the seeds 1 to 100, 55 give exactly 0.",
    ),
    Preset(
        name="boundary_one",
        title="The estimate is 1",
        prompt="At h = 1 kinship gives sibs a correlation of 0.5. Here the curve still rises at h "
        "= 1. How alike must these sibs be?",
        options=_words(
            less="their correlation is below 0.5",
            same="it is exactly 0.5",
            more="it is above 0.5",
        ),
        right="more",
        hints=_words(
            less="Then an h below 1 would fit better.",
            same="Then the curve would have its top close to h = 1, and end level.",
        ),
        claim="Above 0.5: the correlation is 0.78. These sibs also share a home, and the model "
        "gives all of it to kinship: ĥ = 1 (0.95 to 1).",
        expected=_statuses("upper_boundary", "upper_boundary"),
        recipe=datasets.shared_home,
        check=claims.beyond_one,
    ),
    Preset(
        name="small_sample",
        title="Twelve sibs",
        prompt="Only twelve individuals were measured, in three families of four sibs. How far "
        "does the curve fall from its top to its lowest point?",
        options=_words(little="by less than 1.92", much="by more than 1.92"),
        right="little",
        hints=_words(
            much="A curve falls far where the data say much, and twelve values say little."
        ),
        claim="By less: 0.60. So every h from 0 to 1 lies in the 95% interval.",
        recipe=datasets.twelve_sibs,
        check=claims.nearly_flat,
        fails=30,
    ),
    Preset(
        name="unrelated",
        title="Unrelated people",
        prompt="Nobody here is related to anybody. What will the 95% interval of h be?",
        options=_words(narrow="narrow", wide="wide, but not everything", all="all of 0 to 1"),
        right="all",
        hints=_words(
            narrow="With no relatives to compare, nothing shows how much follows kinship.",
            wide="These people have nothing that would rule out even one h.",
        ),
        claim="All of 0 to 1. K is almost the identity matrix, so V hardly changes with h. "
        "Without the limits 0 and 1, the standard error of ĥ would be about 0.9, whatever the "
        "true h.",
        recipe=datasets.unrelated_people,
        check=claims.nothing_to_tell,
        fails=12,
    ),
    Preset(
        name="one_family",
        title="A single family",
        prompt="This is one family, and there is no other to compare it with. What shape has the "
        "REML curve?",
        options=_words(hill="one hill", rising="rising to one end", flat="flat"),
        right="flat",
        hints=_words(
            hill="A hill needs close and distant relatives to compare.",
            rising="To prefer an end, REML would have to see a difference between relatives.",
        ),
        claim="Flat: all are equally related, so every h fits equally well. ML answers 0, and "
        "would do so for any trait.",
        expected=_statuses("lower_boundary", "flat"),
        recipe=datasets.one_family,
        check=claims.flat_but_for_ml,
    ),
    Preset(
        name="structure",
        title="Two populations",
        prompt="Two populations eat differently, and nothing is inherited. Take the covariate "
        "“population” out of the model. What does h do?",
        options=_words(rises="it rises", falls="it falls", stays="it stays"),
        right="rises",
        hints=_words(
            falls="The difference between the populations does not go away. Something must take "
            "it up.",
            stays="Members of one population share both food and ancestors.",
        ),
        claim="It rises, from 0 (up to 0.33 remains possible) to 0.46 (0.24 to 0.76). A difference "
        "that is not inherited looks like kinship.",
        expected=_statuses("lower_boundary", "lower_boundary"),
        recipe=datasets.two_populations,
        check=claims.inflated_without,
    ),
    Preset(
        name="many_covariates",
        title="Many covariates",
        prompt="Eight covariates describe each family’s home, and none has an effect. Which puts h "
        "lower?",
        options=_words(ml="ML", reml="REML", same="neither: they agree"),
        right="ml",
        hints=_words(
            reml="REML allows for the coefficients that were fitted.",
            same="They agree when few coefficients are fitted. Here there are nine for 20 "
            "families.",
        ),
        claim="ML: 0.05 (0 to 0.38), against 0.31 (0 to 0.88) by REML. Without the eight they "
        "almost agree: 0.32 (0.05 to 0.74) and 0.35 (0.06 to 0.78). The covariates took up what "
        "families share, and ML does not allow for it.",
        recipe=datasets.described_homes,
        check=claims.ml_is_lower,
        fails=2,
    ),
    Preset(
        name="outlier",
        title="A lost decimal point",
        prompt="One value was typed ten times too large. The trait “checked” leaves it out. What "
        "does ĥ do when you choose “checked”?",
        options=_words(rises="it rises", falls="it falls", stays="it stays"),
        right="rises",
        hints=_words(
            falls="The wrong value makes one individual unlike its relatives.",
            stays="One wrong value among 120 can be most of the variance.",
        ),
        claim="It rises, from 0.01 (0 to 0.36) to 0.52 (0.16 to 0.93). One wrong value hid how "
        "alike all the other relatives are.",
        expected=_statuses("lower_boundary", "interior"),
        recipe=datasets.lost_decimal_point,
        check=claims.hidden_by_one,
    ),
    Preset(
        name="two_hills",
        title="Two hills",
        prompt="Twins say that h is high, sibs that it is low. Where does a single search over "
        "[0, 1] stop?",
        options=_words(
            lower="on the lower of two hills",
            higher="on the higher of two hills",
            between="between two hills",
        ),
        right="lower",
        hints=_words(
            higher="A search sees a few values only, and climbs the first hill that they show.",
            between="A search climbs, so it ends on some hill.",
        ),
        claim="On the lower of two hills, at h = 0.35. The other, at 0.99, is higher, but only by "
        "0.73. The profile interval, 0.01 to 0.996, spans both.",
        recipe=datasets.twins_and_sibs,
        check=claims.trapped,
        fails=87,
    ),
    Preset(
        name="centred_kinship",
        title="Centred kinship by ML",
        prompt="The rows of this K sum to zero. Switch from REML to ML and watch the right edge. "
        "Which curve turns upward?",
        options=_words(ml="ML’s alone", reml="REML’s alone", both="both", none="neither"),
        right="ml",
        hints=_words(
            reml="REML removes the mean first, and with it what ML stumbles over.",
            both="REML removes the mean first, and with it what ML stumbles over.",
            none="The intercept fits one weighted sum exactly, and at h = 1 its variance is 0.",
        ),
        claim="ML’s: it rises without end. This K gives the mean of all mice no genetic variance, "
        "and the intercept fits the mean exactly. REML has its top at 0.38 (0.13 to 0.67).",
        expected=_statuses("unbounded", "interior"),
        recipe=datasets.centred_markers,
        check=claims.unbounded_by_ml,
    ),
    Preset(
        name="half_scale",
        title="The scale of K",
        prompt="This K holds kinship coefficients, half of the usual. Multiply it by 2. What does "
        "h do?",
        options=_words(
            half="it becomes half as large",
            smaller="it becomes smaller, but not by half",
            same="it stays the same",
        ),
        right="smaller",
        hints=_words(
            half="σ²_g becomes half as large, but v changes with it, and h is σ²_g/v.",
            same="The share of the variance stays the same. h is the share only if K’s diagonal "
            "averages 1.",
        ),
        claim="It becomes smaller, from 0.29 (0 to 0.62) to 0.17 (0 to 0.45), but not by half. The "
        "likelihood, β and the share of the variance, 17%, stay the same.",
        recipe=datasets.kinship_coefficients,
        check=claims.same_fit_on_double,
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _IN_ORDER})
"""By name, in the order in which they teach."""
