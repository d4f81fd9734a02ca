"""The numbers of a scan to keep, and a program that makes them again."""

import numpy as np

from lmm_app.genome.sources import COMMON, INTERCEPT, MICE, RARE, SPACING_CM, CrossSettings
from lmm_app.genome.study import Study
from lmm_app.scan.scans import LEVEL, PERMUTATION_SEED, TITLES, Scans
from lmm_core.errors import in_digits
from lmm_data.written import csv_text

# Where the h of a marker lies, in words.
WHERE = {
    "null": "fixed",
    "interior": "between 0 and 1",
    "lower_boundary": "at 0",
    "upper_boundary": "at 1",
    "unbounded": "rises without end",
    "flat": "no estimate",
}
SMALLEST = 1e-300
COLUMNS = ("beta", "se_beta", "h2", "f", "p_wald", "neg_log10_p", "status")


def table(scans: Scans) -> str:
    """Every marker and its tests by every scan, with all digits: what is drawn."""
    study = scans.study
    header = ["marker", "chromosome", f"position ({study.unit})", "mean", "missing", "kind"]
    header += [f"{name}_{column}" for name in scans.by for column in (*COLUMNS, "lod")]
    tests = scans.by["ls"].tests
    columns = [
        study.markers,
        study.chromosome.tolist(),
        study.position.tolist(),
        tests.mean.tolist(),
        tests.n_missing.tolist(),
        tests.kind.tolist(),
    ]
    for scanned in scans.by.values():
        columns += [getattr(scanned.tests, column).tolist() for column in COLUMNS]
        columns.append(scanned.lod.tolist())
    return csv_text(header, zip(*columns, strict=True))


def marker_rows(scans: Scans, place: int) -> list[dict[str, object]]:
    """The numbers of a marker, one row for each scan."""
    rows: list[dict[str, object]] = []
    for name, scanned in scans.by.items():
        tests, status = scanned.tests, str(scanned.tests.status[place])
        rows.append(
            {
                "scan": TITLES[name],
                "β": float(tests.beta[place]),
                "SE": float(tests.se_beta[place]),
                "p": _p(float(tests.p_wald[place])),
                "−log₁₀ p": float(tests.neg_log10_p[place]),
                "LOD": float(scanned.lod[place]),
                "h": float(tests.h2[place]),
                # Of a marker that is not tested, why it is not.
                "where h is": {"": str(tests.kind[place]), **WHERE}.get(status, status),
                "genome-wide p": _p(float(scanned.threshold.genome_wide_p(tests.f[place]))),
            }
        )
    return rows


def _p(value: float) -> str:
    """A p-value to two digits, a dash for none; no float64 holds one below its smallest."""
    if np.isnan(value):
        return "–"
    return in_digits(value, 2) if value >= SMALLEST else "< 10⁻³⁰⁰"


def file_name(study: Study) -> str:
    """What to call the table."""
    plain = "".join(c if c.isalnum() else "-" for c in f"{study.name} {study.trait}")
    return f"scan-{plain}.csv"


def script(scans: Scans, settings: CrossSettings | None) -> str:
    """A program that prints the highest markers of the page again, by `lmm_core` alone."""
    study = scans.study
    if settings is not None:
        data = _CROSS.format(
            settings=settings, spacing=SPACING_CM, common=COMMON, intercept=INTERCEPT
        )
    elif study.trait in MICE and study.key == f"mice:{study.trait}":
        data = _MICE.format(column=MICE[study.trait], rare=RARE)
    else:
        data = _FILES.format(trait=study.trait, unit=study.unit)
    kinship = "centered_kinship" if study.kind == "centered" else "standardized_kinship"
    made = "problem.K" if study.kinship is not None else f"{kinship}(G)"
    loco = _LOCO.format(kind=study.kind, held=scans.held, seed=PERMUTATION_SEED)
    return (
        _HEAD
        + data
        + _SCANS.format(
            made=made,
            kind=study.kind,
            held=scans.held,
            permutations=study.permutations,
            level=LEVEL,
            seed=PERMUTATION_SEED,
        )
        + (loco if "loco" in scans.by else "")
        + _TAIL
    )


_HEAD = """\
import numpy as np

from lmm_core import centered_kinship, decompose, scan_markers, standardized_kinship
from lmm_core.genotypes import minor_allele_frequency
from lmm_core.scan import loco_threshold, permutation_threshold, scan_loco
"""

_CROSS = """\
from lmm_core.scales import kinship_scale_factor
from lmm_core.simulate import advanced_intercross, simulate_phenotype

rng = np.random.default_rng({settings.seed})
cross = advanced_intercross(
    {settings.n}, {settings.generations}, {settings.pairs}, spacing_cm={spacing}, rng=rng
)
G, chromosome = cross.genotypes.astype(float), cross.chromosome.astype(str)
names = cross.markers

# QTL at common markers, each on a chromosome of its own.
common = rng.permutation(np.flatnonzero(minor_allele_frequency(G) >= {common}))
first = np.unique(cross.chromosome[common], return_index=True)[1]
qtl = np.sort(common[np.sort(first)[:{settings.qtl}]])
effects = {settings.effect} * rng.choice([-1.0, 1.0], qtl.size)
A = cross.relationship()
X = np.ones((cross.n, 1))
y = simulate_phenotype(
    kinship_scale_factor(A, "gower") * A, {settings.h2},
    X=X, beta=[{intercept}], qtl=G[:, qtl], qtl_effects=effects, rng=rng,
).y
"""

_MICE = """\
from lmm_data.samples import read_mice

genotypes, phenotypes = read_mice()
y = phenotypes.values[:, {column}]
measured = ~np.isnan(y)
y, G = y[measured], genotypes.dosages()[measured]
common = np.flatnonzero(minor_allele_frequency(G) >= {rare})
along = np.array([int(c) for c in genotypes.chromosome])[common]
kept = common[np.lexsort((genotypes.position_cm[common], along))]
G, chromosome = G[:, kept], np.array(genotypes.chromosome)[kept]
names = [genotypes.markers[j] for j in kept]
X = np.ones((y.size, 1))
"""

_FILES = """\
from pathlib import Path

from lmm_data.preparation.preparing import prepare

# The files that were dropped, with what was decided about them by default.
files = {{path.name: path.read_bytes() for path in Path("files").iterdir()}}
prepared = prepare(files)
data = prepared.dataset
problem = data.problem({trait!r}, data.covariates.columns)
(genotypes,) = [
    outcome.reading.genotypes
    for outcome in prepared.outcomes
    if prepared.roles.get(outcome.group.name) == "genotypes"
]
y, X, G = problem.y, problem.X, genotypes.dosages(problem.ids)
chromosome, names = np.array([c or "?" for c in genotypes.chromosome]), genotypes.markers
"""

_SCANS = """
eigen = decompose({made})
scans = {{
    "ls": scan_markers(G, y, X, eigen, h2=0.0),
    "lmm": scan_markers(G, y, X, eigen, h2={held!r}),
}}
settings = {{"permutations": {permutations}, "alphas": ({level},)}}
cuts = {{
    name: permutation_threshold(
        G, y, X, eigen, rng=np.random.default_rng({seed}), h2=h2, **settings
    )
    for name, h2 in (("ls", 0.0), ("lmm", "null"))
}}
"""

_LOCO = """\
scans["loco"] = scan_loco(G, y, X, chromosome, kind={kind!r}, h2={held!r})
cuts["loco"] = loco_threshold(
    G, y, X, chromosome, rng=np.random.default_rng({seed}), kind={kind!r}, **settings
)
"""

_TAIL = """
for name, scan in scans.items():
    height = scan.neg_log10_p
    top = int(np.nanargmax(height))
    print(name, names[top], chromosome[top], height[top], cuts[name].neg_log10_p[0].value)
"""
