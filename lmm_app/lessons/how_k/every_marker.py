"""“All markers”: what the number of markers does, and what standardising does; pure."""

from lmm_app.lessons.how_k.markers import ASKED, FEW, Running
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Question, Step
from lmm_app.lessons.tour.wording import two

HINTS = {
    "hundred": "That is how many more markers there are. The error of a mean falls more slowly.",
    "same": "Neighbours on a chromosome do say nearly the same. But these are taken at random "
    "from all chromosomes.",
}


def sentence(running: Running, place: int) -> str:
    """What becomes of a pair from few markers to all."""
    pair = running.pairs[place]
    first, last = (two(float(pair.centred[k])) for k in (0, -1))
    return (
        f"{pair.words[0].upper()}{pair.words[1:]}: K = {first} by the first {FEW} markers and "
        f"{last} by all {running.total:,}; standardised, {two(float(pair.standardised[-1]))}."
    )


EVERY = Step(
    name="how_k_markers",
    title="All markers",
    idea=lambda scene: (
        "Four markers are few: another four would give another K. With more of them the mean "
        "settles, as means do.\n\n"
        "These are real mice, and their markers come in a random order. Choose a pair, and follow "
        "its entry from the first four markers to all.\n\n"
        "The dashed line divides each marker by its standard deviation first. So a marker with a "
        "rare allele counts as much as any other. **It ends elsewhere: that is another K, and no "
        "error.**"
    ),
    formula=lambda scene: (
        "The mean of m products drawn from M has variance s²/m · (1 − m/M) · M/(M − 1). Centred "
        "K = ZZ′/m weights a marker by its variance, near 2f(1 − f), here divided by the mean of "
        "all variances. Standardised, each has variance 1, so that each rare allele counts for "
        "more. They are GEMMA’s -gk 1 and -gk 2. Which one fits better depends on whether rare "
        "alleles have larger effects."
    ),
    question=Question(
        prompt=lambda scene: (
            f"Take {ASKED} markers in place of {FEW}. How much nearer to K of all markers does an "
            "entry come, as a rule?"
        ),
        options={"hundred": "100 times", "ten": "about 10 times", "same": "no nearer"},
        judge=lambda scene, guess: guess == "ten",
        core=lambda scene, guess: (
            "About 10 times. The error of a mean falls with the square root of how many are "
            "averaged, and the root of 100 is 10. A single entry may be luckier than that, or "
            "less lucky. Four markers say little about a pair, and thousands say much."
        ),
        hint=lambda scene, guess: HINTS[str(guess)],
    ),
    code="""# G: copies of an allele, individuals by markers
from lmm_core import centered_kinship, standardized_kinship

K = centered_kinship(G)
print(K[0, 1] / K.diagonal().mean(), standardized_kinship(G)[0, 1])""",
)


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    return "About 10 times: the error of a mean falls with the square root of their number."
