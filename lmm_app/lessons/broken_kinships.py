"""Kinships that are broken on purpose: edited, rounded, cut, or of somebody else; pure data."""

import numpy as np

from lmm_app.lessons.broken_entry import Broken
from lmm_app.lessons.broken_files import (
    Made,
    dataset,
    intercross,
    rewritten,
    sib_genotypes,
    sib_ids,
    with_kinship,
)
from lmm_core import centered_kinship, standardized_kinship
from lmm_core.arrays import Floats
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families, simulate_phenotype, unrelated
from lmm_data.checks.inverse import inverted
from lmm_data.dataset import Dataset
from lmm_data.written import dataset_files


def edited(rng: np.random.Generator) -> Made:
    """One entry typed over, and not the other of the pair."""
    data = intercross(rng)
    K = np.array(data.kinship)
    K[40, 12] += 0.4
    return with_kinship(data, K)


def single(rng: np.random.Generator) -> Made:
    """One half of the matrix computed with fewer digits than the other."""
    data = intercross(rng)
    K = np.array(data.kinship)
    return with_kinship(data, np.triu(K) + np.tril(np.round(K, 5), -1))


def hole(rng: np.random.Generator) -> Made:
    """The row of one individual lost."""
    data = intercross(rng)
    K = np.array(data.kinship)
    K[30, 31:] = K[31:, 30] = np.nan
    return with_kinship(data, K)


def rounded(rng: np.random.Generator) -> Made:
    """Fewer markers than individuals, and three decimals."""
    data, K = _few_markers(rng)
    return with_kinship(data, np.round(K, 3))


def few_markers(rng: np.random.Generator) -> Made:
    """Fewer markers than individuals."""
    data, _ = _few_markers(rng)
    return Made(data, dataset_files(data))


def centred_rounded(rng: np.random.Generator) -> Made:
    """Centred genotypes, and four decimals."""
    cross = advanced_intercross(120, 10, 30, spacing_cm=2.0, rng=rng)
    K = centered_kinship(cross.genotypes)
    K = K / np.diagonal(K).mean()
    data = dataset(cross.ids, K, 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y)
    return with_kinship(data, np.round(K, 4))


def floored(rng: np.random.Generator) -> Made:
    """Estimates below 0 replaced by 0."""
    G, family = sib_genotypes(rng, unrelated(60, 1500, rng=rng).genotypes)
    K = standardized_kinship(G)
    data = dataset(sib_ids(family), K, 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y)
    return with_kinship(data, np.maximum(data.kinship, 0.0))


def identity(rng: np.random.Generator) -> Made:
    """Ones on the diagonal and nothing else."""
    data = intercross(rng)
    return with_kinship(data, np.eye(data.n))


def one_family(rng: np.random.Generator) -> Made:
    """The same entry for every pair."""
    data = intercross(rng)
    return with_kinship(data, 0.5 + 0.5 * np.eye(data.n))


def another_scale(rng: np.random.Generator) -> Made:
    """Divided by the number of markers in one program, and not in another."""
    data = intercross(rng)
    return with_kinship(data, 0.2 * data.kinship)


def odd_diagonal(rng: np.random.Generator) -> Made:
    """One individual far more related to itself than all others are."""
    data = intercross(rng)
    K = np.array(data.kinship)
    K[80, 80] *= 2.0
    return with_kinship(data, K)


def of_others(rng: np.random.Generator) -> Made:
    """The ids of the phenotypes written over those of a kinship in another order."""
    families = full_sib_families(30, 4)
    y = 20.0 + 3.0 * simulate_phenotype(families.K, 0.6, rng=rng).y
    data = dataset(families.ids, families.K, y)
    moved = rng.permutation(data.n)
    K = data.kinship[np.ix_(moved, moved)]
    litters = {"litter": (families.family + 1).tolist()}
    covar = rewritten(data, "covar.csv", data.ids, litters)["covar.csv"]
    return Made(data, {**with_kinship(data, K).files, "covar.csv": covar})


def damaged(rng: np.random.Generator) -> Made:
    """One entry with an exponent that is no number's."""
    data = intercross(rng)
    K = np.array(data.kinship)
    K[7, 3] = K[3, 7] = 4.0e207
    return with_kinship(data, K)


def empty(rng: np.random.Generator) -> Made:
    """A matrix that was never filled in."""
    data = intercross(rng)
    return with_kinship(data, np.zeros((data.n, data.n)))


def inverse(rng: np.random.Generator) -> Made:
    """The inverse of genomic relationships among families, as breeders keep it."""
    parents = rng.binomial(2, 0.4, (60, 500)).astype(np.int8)
    G, family = sib_genotypes(rng, parents)
    K: Floats = 0.95 * standardized_kinship(G, 0.4) + 0.05 * np.eye(len(G))
    data = dataset(sib_ids(family), K, 20.0 + 3.0 * simulate_phenotype(K, 0.7, rng=rng).y)
    return with_kinship(data, inverted(K))


def strains(rng: np.random.Generator) -> Made:
    """Inbred strains, several mice of each."""
    strain = np.repeat(np.arange(30), 4)
    K = 1.0 * (strain[:, np.newaxis] == strain)
    y = 20.0 + 3.0 * simulate_phenotype(K, 0.5, rng=rng).y
    ids = [f"BXD{1 + k}_{j}" for k in range(30) for j in range(1, 5)]
    data = dataset(ids, K, y)
    return Made(data, dataset_files(data))


def founders(rng: np.random.Generator) -> Made:
    """Families, and some who belong to none."""
    families = full_sib_families(40, [4] * 28 + [1] * 12)
    y = 20.0 + 3.0 * simulate_phenotype(families.K, 0.6, rng=rng).y
    data = dataset(families.ids, families.K, y)
    return Made(data, dataset_files(data))


def _few_markers(rng: np.random.Generator) -> tuple[Dataset, Floats]:
    cross = advanced_intercross(120, 10, 30, spacing_cm=25.0, rng=rng)
    G = cross.genotypes.astype(np.float64)[:, :80] - 1.0
    K: Floats = G @ G.T / 37.0
    return dataset(cross.ids, K, 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=rng).y), K


SHELF = (
    Broken(
        name="edited",
        title="An entry typed over",
        lesson="The kinship of a pair is one number; where the halves of the matrix differ, one "
        "of them was changed.",
        codes=("kinship_asymmetric",),
        verdict="not usable",
        recipe=edited,
        remedy="Only the file as it was before can tell which entry is right.",
    ),
    Broken(
        name="single",
        title="Halves of other digits",
        lesson="Halves of a matrix that differ by rounding are averaged; the last digits are "
        "not known.",
        codes=("kinship_uneven",),
        recipe=single,
        remedy="Nothing needs doing; write all digits to be rid of it.",
    ),
    Broken(
        name="hole",
        title="A kinship with a hole",
        lesson="What somebody shares with others is not known, and no number stands for that.",
        codes=("kinship_missing",),
        verdict="not usable",
        recipe=hole,
        remedy="Leave the individual out of the kinship, or compute its row again.",
    ),
    Broken(
        name="inverse",
        title="An inverse",
        lesson="Programs for breeding values write the inverse of the relationships. Fitted as "
        "if it were the relationships, it hides the heritability.",
        codes=("kinship_inverse",),
        repair="invert_kinship",
        recipe=inverse,
    ),
    Broken(
        name="rounded",
        title="Rounded until below zero",
        lesson="With fewer markers than individuals some eigenvalues are zero, and rounding the "
        "entries moves them below it.",
        codes=("kinship_clipped",),
        recipe=rounded,
        remedy="Nothing needs doing; write all digits to be rid of it.",
    ),
    Broken(
        name="few_markers",
        title="Fewer markers than individuals",
        lesson="Some sums of individuals then have no genetic variance at all, so that some "
        "of it must be residual.",
        codes=(),
        notes=("kinship_low_rank",),
        verdict="fit for use",
        recipe=few_markers,
        remedy="Nothing is wrong with the files: more markers would tell individuals apart.",
    ),
    Broken(
        name="centred_rounded",
        title="Centred, then rounded",
        lesson="The rows of a centred kinship sum to zero but for the digits that were cut off, "
        "and those alone draw ML to the end.",
        codes=("kinship_centred_rounded",),
        recipe=centred_rounded,
        remedy="Fit by REML, which does not see the lost digits.",
    ),
    Broken(
        name="floored",
        title="Negative entries set to zero",
        lesson="An estimate below zero says that a pair is less related than most; with those cut "
        "off, h is of another matrix.",
        codes=("kinship_floored",),
        recipe=floored,
        remedy="Have the program write its estimates as they are, or compute them from markers.",
    ),
    Broken(
        name="identity",
        title="Nobody related to anybody",
        lesson="With nothing off the diagonal, genetic and residual variance are the same thing.",
        codes=("kinship_identity",),
        verdict="not usable",
        recipe=identity,
        remedy="Use a kinship from markers or a pedigree.",
    ),
    Broken(
        name="one_family",
        title="All equally related",
        lesson="Where every pair has the same kinship, the intercept takes all of it, and nothing "
        "is left that tells h.",
        codes=("kinship_equal",),
        verdict="not usable",
        recipe=one_family,
        remedy="Add individuals of other families, or use a kinship from markers.",
    ),
    Broken(
        name="damaged",
        title="An entry beyond any scale",
        lesson="A number beyond any scale is damage: no relationship is like it, and its square "
        "cannot be held.",
        codes=("kinship_huge",),
        verdict="not usable",
        recipe=damaged,
        remedy="Take the file as it was before, or compute the kinship again.",
    ),
    Broken(
        name="empty",
        title="A kinship of zeros",
        lesson="Where every entry is zero, not even oneself is related to oneself: the program "
        "that wrote it stopped before.",
        codes=("kinship_zero",),
        verdict="not usable",
        recipe=empty,
        remedy="Compute the kinship again, and look at what the program says.",
    ),
    Broken(
        name="scale",
        title="A kinship on a scale of its own",
        lesson="h is the weight of the kinship as it is scaled: on another scale it is another "
        "number for the same variance.",
        codes=(),
        notes=("kinship_scale",),
        verdict="fit for use",
        recipe=another_scale,
        remedy="Divide the matrix by its mean diagonal before h is compared.",
    ),
    Broken(
        name="diagonal",
        title="One diagonal far from the others",
        lesson="A poor or mixed sample seems more related to itself than anybody is, and would "
        "have more genetic variance.",
        codes=("kinship_diagonal",),
        recipe=odd_diagonal,
        remedy="Look at its genotypes; leave a failed sample out.",
    ),
    Broken(
        name="others",
        title="A kinship of others in the same order",
        lesson="Right ids over wrong rows: litter mates are no relatives by this kinship, and h is "
        "of chance alone.",
        codes=("kinship_of_others",),
        recipe=of_others,
        remedy="Compare the order of the ids with the file that the kinship was made of.",
    ),
    Broken(
        name="strains",
        title="Inbred strains, several of each",
        lesson="Where clones are the design they are no mistake: h is then the share between "
        "strains.",
        codes=(),
        notes=("kinship_replicates", "kinship_low_rank"),
        verdict="fit for use",
        recipe=strains,
        remedy="Nothing is wrong with the files.",
    ),
    Broken(
        name="founders",
        title="Families, and some who have none",
        lesson="Who is related to nobody helps with the mean and the total variance, and says "
        "nothing about h.",
        codes=(),
        notes=("kinship_families", "kinship_alone"),
        verdict="fit for use",
        recipe=founders,
        remedy="Nothing is wrong with the files, if they are of one study.",
    ),
)
"""Those whose kinship is broken."""
