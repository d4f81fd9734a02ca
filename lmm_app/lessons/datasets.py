"""The datasets of the presets: one recipe each, from a random generator to data; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core import centered_kinship, standardized_kinship
from lmm_core.arrays import Floats
from lmm_core.scales import h2_on_scale, kinship_scale_factor
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import (
    full_sib_families,
    simulate_phenotype,
    subpopulations,
    unrelated,
)
from lmm_data.dataset import Dataset, align
from lmm_data.tables import Table


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A dataset and, where the model that made it has one, its true h."""

    dataset: Dataset
    true_h2: float | None


def full_sibs(rng: np.random.Generator) -> Made:
    """Families of one size, and an effect of sex."""
    families = full_sib_families(40, 5)
    sex = _sex(rng, len(families.ids))
    y = _trait(rng, families.K, 0.5, sex)
    return _made("40 families of five sibs", families.ids, families.K, y, {"sex": sex}, 0.5)


def intercross(rng: np.random.Generator) -> Made:
    """An advanced intercross, with kinship from its markers."""
    return _intercross(rng, n=200, h2=0.5)


def strong_h(rng: np.random.Generator) -> Made:
    """A larger intercross, and a trait that is mostly inherited."""
    return _intercross(rng, n=300, h2=0.8)


def inbred_strains(rng: np.random.Generator) -> Made:
    """Mice of unrelated inbred strains: K is 1 within a strain and 0 between strains."""
    strains, mice = 30, 5
    strain = np.repeat(np.arange(strains), mice)
    K = (strain[:, np.newaxis] == strain).astype(np.float64)
    ids = tuple(f"strain{s + 1}-{m + 1}" for s in range(strains) for m in range(mice))
    y = _trait(rng, K, 0.6)
    return _made(f"{strains} inbred strains, five mice of each", ids, K, y, {}, 0.6)


def nothing_inherited(rng: np.random.Generator) -> Made:
    """Families of sibs that are no more alike than anybody."""
    families = full_sib_families(40, 5)
    y = _trait(rng, families.K, 0.0)
    return _made("40 families of five sibs", families.ids, families.K, y, {}, 0.0)


def shared_home(rng: np.random.Generator) -> Made:
    """Sibs with a correlation of 0.8, where kinship alone allows no more than 0.5."""
    families = full_sib_families(40, 5)
    home = rng.standard_normal(40)[families.family]
    own = rng.standard_normal(len(families.ids))
    y = 20.0 + np.sqrt(0.8) * home + np.sqrt(0.2) * own
    return _made("40 families of five sibs in one home", families.ids, families.K, y, {}, None)


def twelve_sibs(rng: np.random.Generator) -> Made:
    """Three small families."""
    families = full_sib_families(3, 4)
    y = _trait(rng, families.K, 0.5)
    return _made("12 sibs of three families", families.ids, families.K, y, {}, 0.5)


def unrelated_people(rng: np.random.Generator) -> Made:
    """Unrelated people, with kinship from many markers."""
    people = unrelated(150, markers=10_000, rng=rng)
    K = _scaled(standardized_kinship(people.genotypes, people.frequency))
    y = _trait(rng, K, 0.5)
    return _made("150 unrelated people", people.ids, K, y, {}, 0.5)


def one_family(rng: np.random.Generator) -> Made:
    """Sibs of a single family, all equally related."""
    family = full_sib_families(1, 20)
    y = _trait(rng, family.K, 0.5)
    return _made("20 sibs of one family", family.ids, family.K, y, {}, 0.5)


def two_populations(rng: np.random.Generator) -> Made:
    """Two populations on different diets; nothing else makes anyone alike."""
    people = subpopulations([100, 100], markers=1000, fst=0.1, rng=rng)
    K = _scaled(standardized_kinship(people.genotypes, people.frequency))
    population = people.population.astype(np.float64)
    y = _trait(rng, K, 0.0) + 1.5 * population
    return _made("two populations", people.ids, K, y, {"population": population}, 0.0)


def described_homes(rng: np.random.Generator) -> Made:
    """Families, and eight covariates without effect that all sibs of a family share."""
    families = full_sib_families(20, 6)
    homes = rng.standard_normal((20, 8))[families.family]
    y = _trait(rng, families.K, 0.5)
    covariates = {f"home{k + 1}": column for k, column in enumerate(homes.T)}
    return _made("20 families of six sibs", families.ids, families.K, y, covariates, 0.5)


def lost_decimal_point(rng: np.random.Generator) -> Made:
    """Families, and one value ten times too large; `checked` has it missing."""
    families = full_sib_families(30, 4)
    checked = _trait(rng, families.K, 0.7)
    wrong = int(rng.integers(checked.size))
    typed = checked.copy()
    typed[wrong] *= 10.0
    checked[wrong] = np.nan
    traits = {"typed": typed, "checked": checked}
    return _made("30 families of four sibs", families.ids, families.K, traits, {}, 0.7)


def twins_and_sibs(rng: np.random.Generator) -> Made:
    """Identical twins who are much more alike than the additive model lets their sibs be."""
    families = full_sib_families(20, 4)
    n, pairs = len(families.ids), 4
    K = np.zeros((n + 2 * pairs, n + 2 * pairs))
    K[:n, :n] = families.K
    K[n:, n:] = np.kron(np.eye(pairs), np.ones((2, 2)))
    sibs = _trait(rng, families.K, 0.2)
    twins = 20.0 + np.repeat(rng.standard_normal(pairs), 2) + 0.2 * rng.standard_normal(2 * pairs)
    ids = (*families.ids, *(f"twin{t + 1}{who}" for t in range(pairs) for who in "ab"))
    return _made("twins and sibs", ids, K, np.concatenate([sibs, twins]), {}, None)


def centred_markers(rng: np.random.Generator) -> Made:
    """An intercross whose kinship is from centred genotypes, so that its rows sum to zero."""
    cross = advanced_intercross(120, generations=10, pairs=20, spacing_cm=5.0, rng=rng)
    K = _scaled(centered_kinship(cross.genotypes))
    return _made("an intercross, centred", cross.ids, K, _trait(rng, K, 0.5), {}, 0.5)


def kinship_coefficients(rng: np.random.Generator) -> Made:
    """Families with coefficients of kinship, which are half the relationships."""
    families = full_sib_families(40, 5)
    h2 = h2_on_scale(0.4, 0.5)
    K = 0.5 * families.K
    y = _trait(rng, K, h2)
    return _made("40 families of five sibs", families.ids, K, y, {}, h2)


def _intercross(rng: np.random.Generator, n: int, h2: float) -> Made:
    cross = advanced_intercross(n, generations=10, pairs=30, spacing_cm=2.0, rng=rng)
    K = _scaled(standardized_kinship(cross.genotypes, 0.5))
    sex = _sex(rng, n)
    y = _trait(rng, K, h2, sex)
    return _made(f"{n} mice of an advanced intercross", cross.ids, K, y, {"sex": sex}, h2)


def _scaled(K: Floats) -> Floats:
    """K with a mean diagonal of 1, on which h is the average individual's share of the variance."""
    return K * kinship_scale_factor(K, "mean_diagonal")


def _sex(rng: np.random.Generator, n: int) -> Floats:
    return rng.integers(0, 2, n).astype(np.float64)


def _trait(rng: np.random.Generator, K: ArrayLike, h2: float, sex: Floats | None = None) -> Floats:
    """A trait about 20, with variance 1 where K has 1 on its diagonal."""
    y = 20.0 + simulate_phenotype(K, h2, rng=rng).y
    return y if sex is None else y + 0.5 * sex


def _made(
    name: str,
    ids: tuple[str, ...],
    K: Floats,
    traits: Floats | Mapping[str, Floats],
    covariates: Mapping[str, Floats],
    true_h2: float | None,
) -> Made:
    """The dataset of these arrays; a trait alone is called `trait`."""
    columns = traits if isinstance(traits, Mapping) else {"trait": traits}
    covariate_table = (
        Table("covariates", ids, tuple(covariates), np.column_stack(list(covariates.values())))
        if covariates
        else None
    )
    dataset = align(
        name,
        Table("phenotype", ids, tuple(columns), np.column_stack(list(columns.values()))),
        Table("kinship", ids, ids, K),
        covariate_table,
    )
    return Made(dataset, true_h2)
