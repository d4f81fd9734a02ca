"""The paragraph on methods of a paper: what was fitted and how, in the numbers of one fit."""

from typing import TYPE_CHECKING

from lmm_core.errors import count, in_digits, signed
from lmm_core.scales import average_share
from lmm_core.summary import h_words, per_cent, plain
from lmm_core.version import versions
from lmm_data.records import records_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmm_core.certainty.intervals import Interval
    from lmm_core.fit import LMMFit
    from lmm_data.dataset import Problem

SOFTWARE = "Linear mixed models, watched"
YEAR = "2026"
# What each part of the paragraph rests on, as CITATION.cff has it.
REFERENCES = {
    "Brent 1973": "Brent RP. Algorithms for minimization without derivatives. Prentice-Hall, "
    "Englewood Cliffs, New Jersey, 1973.",
    "Broman 2015": "Broman KW. Fitting linear mixed models for QTL mapping. 2015. "
    "https://kbroman.org/blog/2015/11/24/fitting-linear-mixed-models-for-qtl-mapping/",
    "Crainiceanu and Ruppert 2004": "Crainiceanu CM, Ruppert D. Likelihood ratio tests in linear "
    "mixed models with one variance component. Journal of the Royal Statistical Society B "
    "66:165–185, 2004. doi:10.1111/j.1467-9868.2004.00438.x",
    "Kang et al. 2008": "Kang HM, Zaitlen NA, Wade CM, Kirby A, Heckerman D, Daly MJ, Eskin E. "
    "Efficient control of population structure in model organism association mapping. Genetics "
    "178:1709–1723, 2008. doi:10.1534/genetics.107.080101",
    "Lippert et al. 2011": "Lippert C, Listgarten J, Liu Y, Kadie CM, Davidson RI, Heckerman D. "
    "FaST linear mixed models for genome-wide association studies. Nature Methods 8:833–835, "
    "2011. doi:10.1038/nmeth.1681",
}
# So many covariates are named.
NAMED = 8
# A mean diagonal so near to 1 is 1 for the eye.
SAME_SCALE = 0.005


def methods_paragraph(
    problem: "Problem",
    fit: "LMMFit",
    interval: "Interval | None",
    exact: "Interval | None" = None,
    corrected: "Sequence[str]" = (),
) -> str:
    """The paragraph, and below it what it cites; plain text, a line for each paragraph.

    Args:
        problem: what was fitted.
        fit: of any status.
        interval: of h, by the profile; None without an estimate.
        exact: the exact interval of h, where it is shown.
        corrected: what was corrected by hand in the files, a clause for each entry.
    """
    sentences = [
        *_model(problem, fit),
        *_corrected(corrected),
        *_kinship(problem, fit),
        *_search(fit),
        *_found(fit, interval),
        *_intervals(fit, interval, exact),
        _software(),
    ]
    paragraph = " ".join(sentences)
    cited = [text for mark, text in REFERENCES.items() if mark in paragraph]
    own = f"{SOFTWARE}, version {versions()['lmm_core']}, {YEAR}."
    return "\n".join([paragraph, "", "References", *sorted([*cited, own])])


def _model(problem: "Problem", fit: "LMMFit") -> list[str]:
    names = [plain(name) for name in problem.columns[1:]]
    rest, weighted = "I", ""
    if problem.weighted_by:
        rest = "D"
        weighted = f", and D is diagonal with 1/w for the weights w of {plain(problem.weighted_by)}"
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if names[NAMED:] else "")
    covariates = f" and {count(len(names), 'covariate')} ({shown})" if names else ""
    who = records_words(problem.n, problem.individuals)
    sentences = [
        f"The trait {plain(problem.trait)} of {who} was analysed with the linear mixed model "
        f"y = Xβ + e, var(e) = v[hK + (1 − h){rest}], where K is the kinship and h says how "
        f"strongly the errors follow it{weighted}.",
        f"X holds an intercept{covariates}: {count(fit.p, 'coefficient')}.",
    ]
    aliased = [plain(problem.columns[j]) for j in fit.rotated.aliased]
    if aliased:
        sentences.append(
            f"No coefficient was fitted for {', '.join(aliased)}, "
            f"{'a combination' if len(aliased) == 1 else 'combinations'} of other columns."
        )
    if problem.dropped:
        what = "individual" if problem.n == problem.individuals else "record"
        were = "was" if len(problem.dropped) == 1 else "were"
        sentences.append(
            f"{count(len(problem.dropped), what)} with missing values {were} left out."
        )
    return sentences


def _corrected(clauses: "Sequence[str]") -> list[str]:
    if not clauses:
        return []
    what = count(len(clauses), "entry was", "entries were")
    return [f"{what} corrected by hand before the analysis ({'; '.join(map(plain, clauses))})."]


def _kinship(problem: "Problem", fit: "LMMFit") -> list[str]:
    kappa = fit.eigen.mean_diagonal
    times = " times that of D" if problem.weighted_by else ""
    sentences = [
        "K was used on the scale on which it was given; its diagonal averages "
        f"{_amount(kappa)}{times} over those analysed."
    ]
    if fit.maxima and abs(kappa - 1.0) > SAME_SCALE:
        sentences.append(
            "So h is not itself a share of the variance. Percentages are the average "
            f"individual’s share, hκ/(hκ + 1 − h) with κ = {_amount(kappa)}."
        )
    if problem.of is not None:
        sentences.append("Records of one individual share its row and column of K.")
    if fit.rotated.n_null:
        are = "is" if fit.rotated.n_null == 1 else "are"
        sentences.append(f"{fit.rotated.n_null:,} of its {fit.n:,} eigenvalues {are} 0.")
    if fit.eigen.note:
        sentences.append(f"{fit.eigen.note[0].upper()}{fit.eigen.note[1:]}.")
    name = "restricted maximum likelihood (REML)" if fit.reml else "maximum likelihood (ML)"
    if fit.maxima:
        sentences.append(f"h and v were estimated by {name}, b by generalised least squares.")
    else:
        sentences.append(f"The method was {name}.")
    return sentences


def _search(fit: "LMMFit") -> list[str]:
    from lmm_core.grid import profile_grid

    if fit.rotated.exact or (fit.reml and fit.n - fit.p <= 1):
        return []
    sweep = len(profile_grid(fit.rotated))
    of = "" if fit.eigen.weights is None else "Multiplied by √w, K from both sides, "
    sentences = [
        f"{of}K was decomposed once, and y and X were rotated by its eigenvectors. Each h then "
        "takes one weighted least squares regression (Kang et al. 2008; Lippert et al. 2011; "
        "Broman 2015).",
        f"The profile log-likelihood was first computed at {sweep} values of h, both ends among "
        "them, evenly spaced in log odds between.",
    ]
    if fit.maxima:
        tries = sum(step.procedure != "boundary" for step in fit.trace)
        hills = len(fit.maxima)
        where = "its one hill" if hills == 1 else f"each of its {hills} hills"
        on = "" if hills == 1 else " on the highest"
        if fit.status == "unbounded":
            where = "its one finite hill" if hills == 1 else f"each of its {hills} finite hills"
        sentences.append(
            f"Brent’s method (Brent 1973; tolerance {in_digits(fit.xtol, 6)}) then climbed "
            f"{where}, with {tries} values{on}. What it found was refined on the slope of the "
            "curve and compared with both ends."
        )
    return sentences


def _found(fit: "LMMFit", interval: "Interval | None") -> list[str]:
    curve = "restricted log-likelihood" if fit.reml else "log-likelihood"
    if fit.status == "flat":
        return [fit.message]
    endless = (
        f"The {curve} rises without end as h nears 1, because some weighted sum of the individuals "
        "has no genetic variance in K and the covariates fit it exactly."
    )
    if not fit.maxima:
        return [endless, "It has no other maximum, so there is no estimate of h."]
    assert interval is not None
    level = f"{in_digits(100 * interval.level, 6)}%"
    shares = [
        per_cent(average_share(h, fit.eigen.mean_diagonal))
        for h in (fit.h2, interval.lower, interval.upper)
    ]
    estimate = "ĥ"
    start = []
    if fit.status == "unbounded":
        start, estimate = [endless, "Reported is its highest finite hill."], "h"
    if fit.status in ("lower_boundary", "upper_boundary"):
        end = "h = 0, the lower end" if fit.h2 == 0.0 else "h = 1, the upper end"
        start = [f"The {curve} is highest at {end}."]
    sentences = [
        *start,
        f"{estimate} = {h_words(fit.h2)} ({level} profile interval {h_words(interval.lower)} to "
        f"{h_words(interval.upper)}): {shares[0]} of the average individual’s variance follows "
        f"kinship ({shares[1]} to {shares[2]}).",
    ]
    if (interval.lower, interval.upper) == (0.0, 1.0):
        sentences.append("So these data are compatible with every h.")
    sentences.append(
        f"v̂ = {_amount(fit.sigma2)}, and the {curve} is {signed(f'{fit.loglik:,.2f}')}."
    )
    if len(fit.maxima) > 1:
        second = fit.maxima[1]
        sentences.append(
            f"The next hill is at h = {h_words(second.h2)}, {fit.loglik - second.loglik:.2f} lower."
        )
    return sentences


def _intervals(fit: "LMMFit", interval: "Interval | None", exact: "Interval | None") -> list[str]:
    if interval is None:
        return []
    from scipy.special import chdtri

    drop = 0.5 * float(chdtri(1, 1.0 - interval.level))
    goes = "goes from the first to the last" if len(fit.maxima) > 1 else "holds every"
    sentences = [
        f"The profile interval {goes} h whose log-likelihood is within {drop:.2f} of the top, half "
        f"of the {in_digits(100 * interval.level, 6)}% quantile of χ² with one degree of freedom."
    ]
    if exact is not None:
        from lmm_core.certainty.tail_test import DRAWS

        error = f", ± {in_digits(exact.error, 1)} by simulation" if exact.error else ""
        sentences.append(
            f"The exact interval is {h_words(exact.lower)} to {h_words(exact.upper)}{error}. It "
            f"{goes} true h at which the log-likelihood lies no farther below its top than in "
            f"{in_digits(100 * exact.level, 6)}% of {DRAWS:,} samples simulated with that h (after "
            "Crainiceanu and Ruppert 2004)."
        )
    return sentences


def _software() -> str:
    made = versions()
    return (
        f"All was computed by “{SOFTWARE}”, version {made['lmm_core']}, with NumPy "
        f"{made['numpy']}, SciPy {made['scipy']} and Python {made['python']}."
    )


def _amount(value: float) -> str:
    """A number with four digits, and with a power of ten where it is very large or small."""
    digits, _, power = f"{value:.4g}".partition("e")
    raised = str(int(power or 0)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits} × 10{raised}" if power else digits
