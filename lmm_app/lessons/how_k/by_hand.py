"""“By hand”: two mice and four markers; pure."""

from lmm_app.lessons.how_k.table import PAIR, products
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_core.errors import in_digits

OPTIONS = {"sum": "1.5", "mean": "0.375", "alike": "0.75", "counts": "1.75"}
HINTS = {
    "sum": "That is the sum of the products, and K is their mean.",
    "alike": "A and B have the same genotype at three of four markers. But to share a rare one "
    "says more than to share a common one, and that is what the products count.",
    "counts": "That is the mean product of the counts. The mean of each marker comes off first.",
}


def _core(scene: Scene, guess: Guess) -> str:
    each = products(PAIR)
    listed = ", ".join(in_digits(one) for one in each[:-1])
    mean = in_digits(each.mean())
    return (
        f"{mean}. The products are {listed} and {in_digits(each[-1])}. They add up to "
        f"{in_digits(each.sum())}, and a quarter of that is {mean}. All pairs together are K. "
        "Change a genotype, and the mean of its marker moves too, so that entries of other mice "
        "follow."
    )


BY_HAND = Step(
    name="how_k_hand",
    title="By hand",
    idea=lambda scene: (
        "Eight mice were typed at four markers. A genotype is how many copies of one allele a "
        "mouse has: 0, 1 or 2.\n\n"
        "What do two mice share? First take the mean of each marker off: each mouse is then above "
        "it, or below. Multiply the two numbers at each marker: on the same side the product is "
        "positive, on different sides negative. **The mean of the products is their entry of K.**"
        "\n\n"
        "Do it for A and B: fill in the four products, then K."
    ),
    formula=lambda scene: (
        "K = ZZ′/m with z = x − x̄: x are the counts, x̄ the mean of their marker, m the number of "
        "markers. So K_ij = Σ z_ik z_jk/m, the covariance of two rows of genotypes. Every row of K "
        "sums to 0. This is GEMMA’s centred relatedness. Standardised genotypes are z/s, with s "
        "the standard deviation of the marker (divisor n); then the mean diagonal is 1."
    ),
    question=Question(
        prompt=lambda scene: "What is K of A and B?",
        options=OPTIONS,
        judge=lambda scene, guess: guess == "mean",
        core=_core,
        hint=lambda scene, guess: HINTS[str(guess)],
    ),
    code="""import numpy as np
from lmm_core import centered_kinship

G = np.array([[0, 1, 2, 2], [0, 1, 1, 2], [0, 0, 0, 2], [1, 1, 2, 1],
              [2, 1, 2, 1], [2, 0, 1, 1], [2, 0, 0, 1], [1, 0, 0, 2]])
print(centered_kinship(G)[0, 1])  # the same as by hand""",
)


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    each = products(PAIR)
    added = " + ".join(in_digits(one) for one in each)
    return f"({added})/{each.size} = {in_digits(each.mean())}. Change a genotype, and K follows."
