"""Labels and ids that are broken on purpose: repeated, lost, of other studies; pure data."""

import numpy as np

from lmm_app.lessons.broken_entry import Broken
from lmm_app.lessons.broken_files import (
    Made,
    dataset,
    intercross,
    rewritten,
    sib_genotypes,
    sib_ids,
)
from lmm_core import standardized_kinship
from lmm_core.simulate.families import full_sib_families, simulate_phenotype, subpopulations
from lmm_data.written import dataset_files


def twice(rng: np.random.Generator) -> Made:
    """The last rows pasted once more."""
    data = intercross(rng)
    ids = [*data.ids, *data.ids[-8:]]
    y = data.traits.column("weight").tolist()
    return Made(data, rewritten(data, "pheno.csv", ids, {"weight": [*y, *y[-8:]]}))


def another_id(rng: np.random.Generator) -> Made:
    """One id typed as that of a neighbour."""
    data = intercross(rng)
    ids = list(data.ids)
    ids[71] = ids[70]
    y = data.traits.column("weight").tolist()
    return Made(data, rewritten(data, "pheno.csv", ids, {"weight": y}))


def repeated(rng: np.random.Generator) -> Made:
    """One individual in the covariates once more, of the other sex."""
    data = intercross(rng)
    sex = data.covariates.column("sex").tolist()
    ids = [*data.ids, data.ids[50]]
    return Made(data, rewritten(data, "covar.csv", ids, {"sex": [*sex, 1.0 - sex[50]]}))


def other_length(rng: np.random.Generator) -> Made:
    """A kinship of numbers alone, without the last rows."""
    data = intercross(rng)
    rows = ["\t".join(map(repr, row[:-3])) for row in data.kinship.tolist()[:-3]]
    files = dataset_files(data)
    del files["kinship.csv"]
    return Made(data, {**files, "result.cXX.txt": ("\n".join(rows) + "\n").encode()})


def left_out(rng: np.random.Generator) -> Made:
    """Some ids of the phenotypes with the name of another study."""
    data = intercross(rng)
    ids = [f"P{k}" if k % 5 == 0 else label for k, label in enumerate(data.ids)]
    y = data.traits.column("weight").tolist()
    return Made(data, rewritten(data, "pheno.csv", ids, {"weight": y}))


def glued(rng: np.random.Generator) -> Made:
    """Cohorts of different populations in one file, each with a mean of its own."""
    people = subpopulations([30, 30], markers=1000, fst=0.2, rng=rng)
    G, family = sib_genotypes(rng, people.genotypes)
    K = standardized_kinship(G)
    within = simulate_phenotype(full_sib_families(30, 4).K, 0.4, rng=rng).y
    ids, later = sib_ids(family), family >= 15
    data = dataset(ids, K, 170.0 + 8.0 * within)
    return Made(data, dataset_files(dataset(ids, K, 170.0 + 8.0 * (within + 5.0 * later))))


SHELF = (
    Broken(
        name="twice",
        title="Rows pasted once more",
        lesson="A row that is there again with all its digits is no new measurement, and would "
        "pass for a perfectly repeated one.",
        codes=("ids_copied",),
        recipe=twice,
        remedy="Keep one row of each.",
    ),
    Broken(
        name="another_id",
        title="An id typed for another",
        lesson="Somebody has several rows and a neighbour has none: the row of the one is taken "
        "for a record of the other.",
        codes=("ids_records",),
        notes=("ids_left_out",),
        recipe=another_id,
        remedy="Correct the id in the file.",
    ),
    Broken(
        name="repeated",
        title="An id that has several sexes",
        lesson="Where a file has one row for each individual, an id that comes again leaves open "
        "which row is meant.",
        codes=("ids_repeated",),
        verdict="not usable",
        recipe=repeated,
        remedy="Keep the row that is right, or give the other its own id.",
    ),
    Broken(
        name="other_length",
        title="No ids, and rows that are lacking",
        lesson="Without ids rows can only be joined by their order, and with other lengths not "
        "even so.",
        codes=("ids_absent",),
        verdict="not usable",
        recipe=other_length,
        remedy="Put the ids into the first column of each file.",
    ),
    Broken(
        name="left_out",
        title="Ids of another study",
        lesson="Who is not in every file is left out of the fit; many of them are a reason to "
        "compare how ids are written.",
        codes=("ids_left_out",),
        recipe=left_out,
        remedy="Write the same ids in every file, or be content with those that match.",
    ),
    Broken(
        name="glued",
        title="Cohorts glued together",
        lesson="Cohorts of different populations with means of their own: the kinship tells them "
        "apart, and the model takes the difference for genes.",
        codes=("cohorts_glued",),
        recipe=glued,
        remedy="Put the cohort into the model as a covariate, or fit each by itself.",
    ),
)
"""Those whose labels or ids are broken."""
