"""The gallery of broken datasets: what is wrong, how it shows, and what heals it; pure data."""

from collections.abc import Mapping
from types import MappingProxyType

from lmm_app.lessons import (
    broken_covariates,
    broken_files,
    broken_genotypes,
    broken_kinships,
    broken_labels,
    broken_traits,
)
from lmm_app.lessons.broken_entry import Broken

_TRAITS = (
    Broken(
        name="minus_nine",
        title="−9 for a missing value",
        lesson="A −9 that means missing is a value far below all others to the model, and takes "
        "over the mean, the variance and h.",
        codes=("phenotype_code",),
        recipe=broken_files.minus_nine,
        repair="missing",
    ),
    Broken(
        name="skewed",
        title="A trait with a long tail",
        lesson="A few large values weigh more than all others; on the logarithm each counts alike.",
        codes=(),
        notes=("phenotype_skewed",),
        verdict="fit for use",
        recipe=broken_files.skewed,
        repair="transform",
        trait="log(insulin)",
    ),
    Broken(
        name="batches",
        title="Two batches, one after the other",
        lesson="A mean that changes from some row of the file on is of a day or a plate: noise to "
        "the model, or genes where relatives stand together.",
        codes=("phenotype_batch",),
        recipe=broken_files.batches,
        remedy="The batches are not in the files: write each row’s into a column, and use it as a "
        "covariate.",
    ),
    Broken(
        name="corrected",
        title="Corrected for sex before",
        lesson="A trait from which the effect of sex was taken before, and sex in the model again: "
        "its coefficient of 0 is no result.",
        codes=("phenotype_corrected",),
        recipe=broken_files.corrected,
        remedy="No click brings back what was taken off: fit the values as they were measured, "
        "with sex in the model.",
    ),
)
_KINSHIPS = (
    Broken(
        name="indefinite",
        title="A kinship that is no covariance",
        lesson="A kinship whose entries were each computed from other markers has negative "
        "eigenvalues: some weighted sum of individuals would have a negative variance.",
        codes=("kinship_indefinite",),
        verdict="not usable",
        recipe=broken_files.indefinite,
        remedy="No click can restore what the entries were: compute the kinship again, from "
        "markers that all have.",
    ),
    Broken(
        name="clones",
        title="One sample typed twice",
        lesson="Two individuals with the same genotypes are twins or one sample under two names, "
        "and if they differ in sex, they are no twins.",
        codes=("kinship_clones", "labels_clones_differ"),
        recipe=broken_files.clones,
        repair="without",
    ),
    Broken(
        name="half_scale",
        title="Kinship on half the scale",
        lesson="Kinship coefficients are half of relationships, and h on their scale is another "
        "number than everybody else’s.",
        codes=("kinship_half_scale",),
        recipe=broken_files.half_scale,
        repair="double_kinship",
    ),
    Broken(
        name="unrelated",
        title="Hardly anybody related",
        lesson="Where K is nearly the identity, genetic and residual variance look alike, and "
        "hardly any h can be ruled out.",
        codes=(),
        notes=("power_low",),
        verdict="fit for use",
        recipe=broken_files.nobody_related,
        remedy="Nothing is wrong with the files: only more individuals, or closer relatives, can "
        "tell h.",
    ),
    Broken(
        name="centred_ml",
        title="Centred kinship, and ML",
        lesson="A centred kinship gives the mean of all no genetic variance, so that with an "
        "intercept the likelihood by ML rises without end as h nears 1.",
        codes=("kinship_ml_unbounded",),
        recipe=broken_files.centred,
        remedy="Nothing is wrong with the files: fit by REML, which first removes the mean.",
        reml=False,
    ),
)
_LABELS = (
    Broken(
        name="swap",
        title="Two labels swapped",
        lesson="An individual unlike its own relatives and like another’s, and the other "
        "likewise: their labels may be swapped.",
        codes=("labels_swap",),
        recipe=broken_files.swapped,
        remedy="The data say that the two may be swapped, not that they are: only the record can "
        "tell, and exchanging them because they then fit better would raise h by itself.",
    ),
    Broken(
        name="shift",
        title="Values one row too high",
        lesson="One cell deleted and all below it moved up: every value stands by another’s id, "
        "relatives look less alike, and ĥ tends to be too low.",
        codes=("labels_shift",),
        recipe=broken_files.shifted,
        remedy="The lost value is in the record alone: put the cell back there, and read the file "
        "again.",
    ),
    Broken(
        name="zeros",
        title="Leading zeros lost",
        lesson="A spreadsheet takes the id 007 for the number 7: no id matches, and a join by "
        "position would hide it.",
        codes=("ids_unmatched",),
        verdict="not usable",
        recipe=broken_files.without_zeros,
        repair="respell",
    ),
    Broken(
        name="family_ids",
        title="FID_IID in one file, IID in the other",
        lesson="Some programs join family and individual into one id: the same individuals under "
        "two spellings.",
        codes=("ids_unmatched",),
        verdict="not usable",
        recipe=broken_files.with_families,
        repair="respell",
    ),
    Broken(
        name="no_ids",
        title="A kinship without ids",
        lesson="A matrix of numbers alone does not say whose rows they are: only you can say that "
        "they come in the order of the phenotypes.",
        codes=("ids_by_position",),
        recipe=broken_files.no_ids,
        repair="same_order",
    ),
)
_COVARIATES = (
    Broken(
        name="bad_cell",
        title="One cell that is no number",
        lesson="One cell of a covariate cannot be read, so the fit stops. Without that column the "
        "model would answer another question.",
        codes=("covariate_entries",),
        recipe=broken_files.bad_cell,
        repair="missing",
    ),
)
GROUPS: Mapping[str, tuple[Broken, ...]] = MappingProxyType(
    {
        "Traits": (*_TRAITS, *broken_traits.SHELF),
        "Covariates": (*_COVARIATES, *broken_covariates.SHELF),
        "Kinship": (*_KINSHIPS, *broken_kinships.SHELF),
        "Genotypes": broken_genotypes.SHELF,
        "Labels and ids": (*_LABELS, *broken_labels.SHELF),
    }
)
"""The gallery by what is broken, in order."""
BROKEN: Mapping[str, Broken] = MappingProxyType(
    {broken.name: broken for group in GROUPS.values() for broken in group}
)
"""The same by name."""
