"""What each word means, in at most 35 words, and in which forms it occurs in a text; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the method.

    Attributes:
        code: in addresses of the page; it stays as it is.
        word: as it heads its entry.
        meaning: plain text of at most 35 words, without Markdown.
        forms: how it is written in a text, each with the first letter small where a sentence may
            begin with it; the capital is found too. The word and its plural, if nothing is said.
    """

    code: str
    word: str
    meaning: str
    forms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.forms:
            object.__setattr__(self, "forms", (self.word, f"{self.word}s"))


# Letters that are words in a sentence and signs in a formula.
SYMBOLS = frozenset({"h", "ĥ", "ℓ"})

# In the order of the method, as one meets them.
GLOSSARY: tuple[Entry, ...] = (
    Entry(
        "trait",
        "trait, phenotype",
        "What was measured on each individual, such as a weight or a cell count: y.",
        ("trait", "traits", "phenotype", "phenotypes"),
    ),
    Entry(
        "kinship",
        "kinship",
        "How much two individuals share by descent. In K: about 1 with oneself, ½ between full "
        "sibs, 0 between strangers. The “kinship coefficient” of textbooks is half of that.",
        ("kinship",),
    ),
    Entry(
        "matrix",
        "relationship matrix, K",
        "The table K, with a row and a column for each individual and the kinship of every pair. "
        "It comes from a pedigree or from markers, and the fit does not change it.",
        (
            "relationship matrix",
            "relationship matrices",
            "kinship matrix",
            "kinship matrices",
        ),
    ),
    Entry(
        "sib",
        "sib",
        "Brother or sister. Full sibs share both parents.",
        ("full sib", "full sibs", "sib", "sibs", "sibling", "siblings"),
    ),
    Entry(
        "covariate",
        "covariate",
        "A known quantity whose effect on the trait is estimated together with everything else, "
        "such as sex or age. Covariates are the columns of X.",
    ),
    Entry(
        "residual",
        "residual",
        "What is left of a value after the fitted covariates are subtracted. Residuals stand in "
        "for the errors, and are a little smaller on average.",
    ),
    Entry(
        "variance",
        "variance",
        "The average squared distance from the mean: how much individuals differ. Its unit is the "
        "square of the trait’s unit.",
    ),
    Entry(
        "covariance",
        "covariance matrix, V",
        "A table that says, for every pair, how much their errors go together. The variances "
        "stand on its diagonal. Here it is v·[hK + (1 − h)I].",
        ("covariance matrix", "covariance matrices", "covariance", "covariances"),
    ),
    Entry(
        "identity",
        "identity matrix, I",
        "A table with 1 on the diagonal and 0 elsewhere: each individual goes with itself alone.",
        ("identity matrix", "identity"),
    ),
    Entry(
        "h",
        "h",
        "How strongly the errors follow kinship, from 0 to 1. If K’s diagonal averages 1, h is "
        "the share of the variance that follows kinship. Its estimate is ĥ.",
        ("h", "ĥ"),
    ),
    Entry(
        "heritability",
        "heritability",
        "The share of a trait’s variance that is due to the additive effects of genes, in one "
        "population and environment. h estimates it if nothing but genes makes relatives alike.",
        ("heritability",),
    ),
    Entry(
        "ordinary",
        "ordinary regression",
        "Least squares: it chooses the coefficients with the smallest sum of squared residuals, "
        "and takes all errors to be independent and equally variable. It is the case h = 0.",
        ("ordinary regression", "ordinary least squares", "least squares"),
    ),
    Entry(
        "gls",
        "generalised least squares",
        "Regression for errors with a known covariance matrix V. It needs the inverse of V, anew "
        "for every h.",
        ("generalised least squares",),
    ),
    Entry(
        "eigenvector",
        "eigenvector",
        "A set of weights, one for each individual. The weighted sums made by the eigenvectors of "
        "K have independent errors, whatever h is.",
    ),
    Entry(
        "eigenvalue",
        "eigenvalue, λ",
        "A number that belongs to an eigenvector of K: the genetic variance of its weighted sum, "
        "in units of σ²_g. Large for family averages, small for differences between sibs.",
        ("eigenvalue", "eigenvalues"),
    ),
    Entry(
        "rotation",
        "rotation",
        "Replacing n values by n weighted sums, one for each eigenvector of K. Nothing is lost, "
        "and the errors become independent. It is done once for all h.",
        (
            "rotation",
            "rotations",
            "rotated observation",
            "rotated observations",
            "rotated data",
        ),
    ),
    Entry(
        "weight",
        "weight",
        "How much a rotated observation counts: 1/(hλ + 1 − h), one over its variance in units of "
        "v. Observations that scatter more count less.",
    ),
    Entry(
        "wls",
        "weighted least squares",
        "Regression in which each squared residual is multiplied by its weight. After the "
        "rotation it gives the same b as generalised least squares, with less work.",
        ("weighted least squares", "weighted regression"),
    ),
    Entry(
        "density",
        "density",
        "The height of a normal curve at a value: high where values are expected, low where they "
        "are not.",
        ("density", "densities"),
    ),
    Entry(
        "likelihood",
        "likelihood",
        "How probable the observed data are under given values of h, β and v; for continuous "
        "data, the product of densities. It serves to compare values of h.",
    ),
    Entry(
        "loglikelihood",
        "log-likelihood, ℓ",
        "The logarithm of the likelihood: a sum with one part from each rotated observation. Only "
        "differences count: within 1.92 of the top lies the 95% profile interval.",
        ("log-likelihood", "log-likelihoods", "ℓ"),
    ),
    Entry(
        "profile",
        "profile",
        "The log-likelihood as a curve over h alone. At each h, β and v are set to the values "
        "that fit best.",
        ("profile log-likelihood", "profile log-likelihoods", "profile", "profiles"),
    ),
    Entry(
        "ml",
        "ML",
        "Maximum likelihood: the values under which the observed data are most probable. It does "
        "not allow for β having been estimated, and divides by n instead of n − p.",
        ("maximum likelihood", "ML"),
    ),
    Entry(
        "reml",
        "REML",
        "Restricted maximum likelihood: maximum likelihood of what the covariates cannot explain. "
        "It divides by n − p. Its log-likelihood must not be compared with ML’s.",
        (
            "restricted maximum likelihood",
            "restricted log-likelihood",
            "restricted likelihood",
            "REML",
        ),
    ),
    Entry(
        "brent",
        "Brent’s method",
        "A search for the highest point of a curve. It tries the top of a parabola through three "
        "known points, and otherwise cuts its bracket by the golden section.",
        ("Brent’s method", "Brent’s search"),
    ),
    Entry(
        "golden",
        "golden section",
        "A cut that keeps 62% of the bracket, placed so that one of the old points can be used "
        "again.",
        (
            "golden section",
            "golden sections",
            "golden-section cut",
            "golden-section cuts",
        ),
    ),
    Entry(
        "interval",
        "confidence interval",
        "A range made so that, over many studies, 95% of such ranges contain the true value. For "
        "h there are two kinds here: profile and exact.",
        (
            "confidence interval",
            "confidence intervals",
            "95% interval",
            "95% intervals",
        ),
    ),
    Entry(
        "profileinterval",
        "profile interval",
        "Every h whose log-likelihood lies within 1.92 of the top. It is quick, and is the band in "
        "the pictures. The 1.92 is a rule for large samples, away from 0 and 1.",
        ("profile interval", "profile intervals", "95% profile interval"),
    ),
    Entry(
        "exactinterval",
        "exact interval",
        "Every true h at which the curve lies no farther below its top than in 95% of samples with "
        "that h. It holds at any n, and near 0 and 1, mostly as the shortest.",
        ("exact interval", "exact intervals", "exact 95% interval"),
    ),
    Entry(
        "tailsinterval",
        "tails interval",
        "Every true h under which an ĥ as low as yours, and one as high, each happen in at least "
        "2.5% of samples. It uses ĥ alone, and is long near 0 and 1.",
        ("tails interval", "95% tails interval"),
    ),
    Entry(
        "se",
        "standard error",
        "How much an estimate would vary from sample to sample, as a standard deviation. After "
        "“±” in this app.",
        ("standard error", "standard errors", "SE"),
    ),
    Entry(
        "pvalue",
        "p-value",
        "How often chance alone would give a result at least as far from “no effect” as this one, "
        "if there were none.",
    ),
    Entry(
        "blup",
        "BLUP",
        "Best linear unbiased prediction: the genetic value predicted for each individual from "
        "all records. It is drawn towards what its relatives show, and towards zero.",
    ),
    Entry(
        "marker",
        "marker",
        "A place in the genome where individuals are known to differ, and whose type was read for "
        "each.",
    ),
    Entry(
        "qtl",
        "QTL",
        "Quantitative trait locus: a place in the genome where variation affects a trait that is "
        "measured as a number.",
    ),
    Entry(
        "lod",
        "LOD",
        "Logarithm, to base 10, of how much more likely the data are with a marker than without, "
        "each at its best fit. LOD 3 means 1,000 times.",
    ),
    Entry(
        "loco",
        "LOCO",
        "Leave one chromosome out: while a marker is tested, kinship is computed from all other "
        "chromosomes, so that the marker does not compete with itself.",
        ("LOCO",),
    ),
    Entry(
        "error",
        "error, e",
        "What the covariates do not account for in one individual’s value: y − Xβ. It is never "
        "seen; the residual stands in for it.",
        ("error", "errors"),
    ),
    Entry(
        "coefficient",
        "coefficient, b",
        "How much the trait changes when a covariate rises by one and all others stay as they "
        "are. The intercept is one too.",
        ("coefficient", "coefficients"),
    ),
    Entry(
        "correlated",
        "correlated",
        "Tending to be high together and low together, or one high where the other is low. The "
        "correlation r goes from −1 to 1.",
        ("correlated", "correlation", "correlations"),
    ),
    Entry(
        "independent",
        "independent",
        "Telling nothing about each other. Errors of relatives are not independent; those of "
        "rotated observations are.",
        ("independent",),
    ),
    Entry(
        "decomposition",
        "decomposition",
        "Writing K as its eigenvectors and eigenvalues: K = UDU′. It needs K alone, and is "
        "done once.",
        ("decomposition", "decompose", "decomposed"),
    ),
    Entry(
        "normal",
        "normal curve",
        "The bell curve: how often values at each distance from the mean occur. Of 100 values "
        "95 lie within 1.96 standard deviations.",
    ),
    Entry(
        "bracket",
        "bracket",
        "Two values of h that enclose the highest point of a hill. A search makes the bracket "
        "smaller until it is small enough.",
    ),
    Entry(
        "sample",
        "sample",
        "The individuals that were measured. Another sample of the same kind would give other "
        "values, and so another estimate.",
    ),
    Entry(
        "distribution",
        "sampling distribution",
        "How often an estimate falls where, over all samples of the same kind: what a class sees "
        "when each student has a sample.",
    ),
    Entry(
        "test",
        "test",
        "A calculation of how often chance alone would give data like these if a statement, "
        "such as h = 0, were true.",
        ("test of h",),
    ),
    Entry(
        "pedigree",
        "pedigree",
        "A record of who the parents of each individual are, from which kinship can be computed.",
    ),
    Entry(
        "mixed",
        "mixed model",
        "A regression whose errors may be correlated in a known pattern, here that of kinship, and "
        "whose size is estimated.",
    ),
)

BY_CODE: Mapping[str, Entry] = MappingProxyType({entry.code: entry for entry in GLOSSARY})


def alphabetical() -> tuple[Entry, ...]:
    """The glossary as a reader looks through it."""
    return tuple(sorted(GLOSSARY, key=lambda entry: entry.word.casefold()))


def chosen(codes: tuple[str, ...]) -> tuple[Entry, ...]:
    """Entries by their codes, in the order that is asked for; KeyError for an unknown one."""
    return tuple(BY_CODE[code] for code in codes)
