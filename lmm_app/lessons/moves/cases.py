"""The five cases: what is asked of each, and what is said of each answer; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lmm_app.lessons.moves.frames import Frame, Moves
from lmm_app.lessons.steps import OUTCOMES, Guess, Outcome, said

# A change of h smaller than this is none for the eye.
SAME = 0.005
OPTIONS: Mapping[str, str] = MappingProxyType(
    {"rises": "it rises", "falls": "it falls", "stays": "it stays"}
)
TITLE = "What moves h?"
LEAD = (
    "h is a share: the variance that goes with kinship, over all of it. Whatever changes either, "
    "changes h, and the animals need not change at all. Five cases with the gryphons, simulated "
    "birds of prey with a pedigree."
)
# Here of animals, not of the method.
NOT_MEANT = ("weight",)
# What the residual is drawn beside, by case; the gryphons' genes are in all of them.
RESIDUAL, GENETIC = "residual", "goes with kinship"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One change of the model, and what it does to h.

    Attributes:
        name: in links; it stays as it is.
        title: the change in a few words.
        idea: what is changed, in plain sentences; Markdown.
        prompt: the question.
        hints: by the code of an answer, why it is wrong.
        core: the answer in a sentence, with its numbers, from the frames before and after.
        formula: the same for a statistician.
        code: lines of the package that do it; they run after the names in its first line are there.
        hand: what the slider changes.
        unit: of the variances.
        second: what the second variance is of; "" without one.
        after: the frame that is asked about, the last by default.
    """

    name: str
    title: str
    idea: str
    prompt: str
    hints: Mapping[str, str]
    core: Callable[[Moves, Frame, Frame], str]
    formula: str
    code: str
    hand: str
    unit: str = "kg²"
    second: str = ""
    after: int = -1

    def frames(self, moves: Moves) -> tuple[Frame, ...]:
        """Its models, the first as it was."""
        return moves.frames[self.name]

    def place(self, moves: Moves) -> int:
        """The frame that is asked about."""
        return self.after % len(self.frames(moves))

    def ends(self, moves: Moves) -> tuple[Frame, Frame]:
        """The model as it was, and the one that is asked about."""
        frames = self.frames(moves)
        return frames[0], frames[self.after]

    def right(self, moves: Moves) -> str:
        """The code of the right answer."""
        before, after = self.ends(moves)
        if abs(after.h2 - before.h2) < SAME:
            return "stays"
        return "rises" if after.h2 > before.h2 else "falls"

    def outcome(self, moves: Moves, guess: Guess) -> Outcome:
        """Whether a guess is right."""
        return OUTCOMES[None if guess is None else guess == self.right(moves)]

    def answer(self, moves: Moves) -> str:
        """The answer in a sentence."""
        return self.core(moves, *self.ends(moves))

    def feedback(self, moves: Moves, guess: Guess) -> str:
        """What is said of a guess, or of none."""
        return said(self.outcome(moves, guess), self.hints.get(str(guess), ""), self.answer(moves))


def sentence(case: Case, frame: Frame) -> str:
    """The variances of a frame, as they add up, and h."""
    parts = [(frame.genetic, GENETIC), (frame.second, case.second), (frame.residual, RESIDUAL)]
    sums = " + ".join(f"{size:.2f} ({words})" for size, words in parts if words)
    total = f"{frame.total:.2f}"
    share = f"{frame.genetic:.2f}/{total} = {frame.h2:.2f}"
    return f"{frame.words[0].upper()}{frame.words[1:]}: {sums} = {total} {case.unit}; h = {share}."


def _way(before: Frame, after: Frame) -> str:
    return f"from {before.h2:.2f} to {after.h2:.2f}"


CASES: Mapping[str, Case] = MappingProxyType(
    {
        case.name: case
        for case in (
            Case(
                name="sex",
                title="Sex in",
                idea="854 gryphons were weighed at birth. The two sexes differ by 2.2 kg, which "
                "has nothing to do with who is related to whom. So far the model does not know "
                "the sex. Now it becomes a covariate, and the variance that it explains leaves "
                "the picture.",
                prompt="Put sex into the model. What does h do?",
                hints=MappingProxyType(
                    {
                        "falls": "The genetic variance does fall, but h is a share, and the rest "
                        "falls further.",
                        "stays": "It would if both parts of the variance shrank alike.",
                    }
                ),
                core=lambda moves, before, after: (
                    f"It rises, {_way(before, after)}, although the variance that goes with "
                    f"kinship falls ({before.genetic:.2f} to {after.genetic:.2f}): the residual "
                    f"variance falls more ({before.residual:.2f} to {after.residual:.2f})."
                ),
                formula="h = σ²_g/(σ²_g + σ²_e), given the covariates in X. A covariate takes its "
                "variance out of both parts: what all individuals draw by chance, as their sex, "
                "was residual for the most part. So h with covariates and h without answer two "
                "questions, and a paper says which.",
                code="""# y: birth weight, sex: 0 or 1, K: A of the pedigree
import numpy as np
from lmm_core import decompose, fit_lmm

eigen = decompose(K)
for X in (None, np.column_stack([np.ones(len(y)), sex])):
    fit = fit_lmm(y, X, eigen)
    print(fit.h2, fit.sigma2_g, fit.sigma2_e)""",
                hand="whether sex is in the model",
            ),
            Case(
                name="mother",
                title="Mother in",
                idea="Young of one mother share half of her genes, and also her milk and her nest. "
                "Kinship alone is given both. A second kinship tells them apart: 1 for two young "
                "of the same mother, 0 for others. Young of one father by "
                "several mothers are alike by genes alone, and they decide.",
                prompt="Sex is in the model. Now put the mother in, as a second source of "
                "likeness. What does h do?",
                hints=MappingProxyType(
                    {
                        "rises": "Something that looked like genes now has a name of its own.",
                        "stays": "It would if mothers gave nothing but their genes.",
                    }
                ),
                core=lambda moves, before, after: (
                    f"It falls, {_way(before, after)}: of what looked like genes "
                    f"({before.genetic:.2f}) a part is the mothers’, who have a variance of their "
                    f"own, {after.second:.2f}, and {after.genetic:.2f} is left."
                ),
                formula="var(e) = σ²_g A + σ²_m M + σ²_e I, where M is 1 for two of the same "
                "mother. For any ρ the mixture K(ρ) = ρA + (1 − ρ)M is one kinship, so the fit is "
                "the one you know, and a search over ρ is put around it. h is now "
                "σ²_g/(σ²_g + σ²_m + σ²_e). On Explore, with the sample of gryphons, “Two "
                "kinships” draws the likelihood over both shares.",
                code="""# y: birth weight, X: intercept and sex, K: A, mother: of each
import numpy as np
from lmm_core.two_kinships import fit_two_kinships

M = np.equal.outer(mother, mother).astype(float)
both = fit_two_kinships(y, X, K, M)
print(both.sigma2)  # of A, of mothers, and the residual""",
                hand="whether mothers are in the model",
                second="of mothers",
            ),
            Case(
                name="scale",
                title="Another scale of K",
                idea="Some programs write K as coefficients of kinship, 1 with oneself; others as "
                "half of that, or on a scale of their own. The gryphons, their weights and their "
                "pedigree stay as they are. All that changes is a factor in front of K.",
                prompt="Multiply K by 2. What does h do?",
                hints=MappingProxyType(
                    {
                        "rises": "The variance that goes with K is σ²_g times K: if K is larger, "
                        "σ²_g has to be smaller.",
                        "stays": "The fit stays, and so does each animal’s share. But h is a "
                        "number on the scale of K.",
                    }
                ),
                core=lambda moves, before, after: (
                    f"It falls, {_way(before, after)}, and nothing else happens: σ²_g is halved "
                    "as K is doubled, the likelihood stays, and the average gryphon’s share stays "
                    f"{before.h2:.0%}."
                ),
                formula="σ²_g K = (σ²_g/c)(cK). On cK the same fit has h′ = h/(h + c(1 − h)). The "
                "share of the average individual is hκ/(hκ + 1 − h) with κ, the mean of K’s "
                "diagonal, and it is the same on every scale; with κ = 1 it is h itself.",
                code="""# y: birth weight, X: intercept and sex, K: A of the pedigree
from lmm_core import fit_lmm
from lmm_core.scales import average_share

for c in (1, 2):
    fit = fit_lmm(y, X, c * K)
    print(fit.h2, fit.loglik, average_share(fit.h2, fit.eigen.mean_diagonal))""",
                hand="what K is multiplied by",
            ),
            Case(
                name="design",
                title="Another design",
                idea="469 females have the date of their first egg in several years, 1,607 dates "
                "in all. A single date has much luck in it: the weather of one spring. One could "
                "also take the mean of five springs of each female as her trait. The females and "
                "their genes are the same.",
                prompt="Take the mean of five dates of each female as the trait. What does its h "
                "do?",
                hints=MappingProxyType(
                    {
                        "falls": "A mean has less luck in it, and the genes have no less to say.",
                        "stays": "It would if the residual variance were as large in a mean.",
                    }
                ),
                core=lambda moves, before, after: (
                    f"It rises, {_way(before, after)}: in a mean of five the residual variance is "
                    f"a fifth ({before.residual:.2f} to {after.residual:.2f}), while the genes’ "
                    f"{before.genetic:.2f} and the {before.second:.2f} that are a female’s own "
                    "stay."
                ),
                formula="Of the mean of k records h_k = σ²_g/(σ²_g + σ²_p + σ²_e/k), with the "
                "permanent environment σ²_p, which no averaging removes: as k grows, h_k goes to "
                "σ²_g/(σ²_g + σ²_p). This is computed from the variances of single dates, with "
                "age in the model. An h of means is not one of plants, mice or dates.",
                code="""# y: lay dates, X: ages, K: A of the females, of: whose each date is
import numpy as np
from lmm_core.two_kinships import fit_two_kinships

both = fit_two_kinships(y, X, K, np.eye(len(K)), of=of)
genes, own, residual = both.sigma2
for k in (1, 5):
    print(genes / (genes + own + residual / k))""",
                hand="how many dates are averaged",
                unit="days²",
                second="a female’s own",
                after=4,
            ),
            Case(
                name="cohorts",
                title="Two cohorts pooled",
                idea="The older half of the gryphons was weighed on one pair of scales. Suppose "
                "that the younger half was weighed on another, which shows 5 kg too much, and "
                "that nobody says so: both lists go into one file.",
                prompt="Pool both halves, with the wrong scales. What does h do?",
                hints=MappingProxyType(
                    {
                        "falls": "The scales add variance, but it is not spread at random: "
                        "relatives are often of one cohort.",
                        "stays": "It would if the two halves were unrelated mixtures of everybody.",
                    }
                ),
                core=lambda moves, before, after: (
                    f"It rises, {_way(before, after)}: relatives tend to be of one cohort, so the "
                    "wrong scales look like kinship; with the cohort as a covariate h is "
                    f"{moves.told_apart[0]:.2f}, however wrong the scales are."
                ),
                formula="A difference δ between the cohorts adds δ²/4 to the variance of y, along "
                "one direction that K explains well. A covariate for the cohort removes that "
                "direction from y and from the likelihood: REML with it does not depend on δ at "
                "all. Pool cohorts only with their means in the model.",
                code="""# y: birth weight, X: intercept and sex, K: A, late: 0 or 1
import numpy as np
from lmm_core import decompose, fit_lmm

eigen = decompose(K)
pooled = fit_lmm(y + 5 * late, X, eigen)
apart = fit_lmm(y + 5 * late, np.column_stack([X, late]), eigen)
print(pooled.h2, apart.h2)""",
                hand="by how much the second scales are wrong",
                after=10,
            ),
        )
    }
)
