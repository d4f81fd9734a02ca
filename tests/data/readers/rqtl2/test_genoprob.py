"""Genotype probabilities against all paths, one by one, and against R/qtl."""

import itertools
import json

import numpy as np
import pytest

from lmm_core.errors import LMMError
from lmm_data.readers.rqtl2.crosstypes import AUTOSOMES, X_CHROMOSOMES
from lmm_data.readers.rqtl2.genoprob import genotype_probabilities, probability_kinship
from tests.places import REFERENCE

GOLDEN = json.loads((REFERENCE / "rqtl2" / "rqtl_probabilities.json").read_text())
POSITION = [2.0, 9.5, 9.5, 31.0]
CHAINS = {
    **{f"{cross} autosome": chain for cross, chain in AUTOSOMES.items()},
    **{
        f"{cross} X {sex} {direction}": chain
        for cross, chains in X_CHROMOSOMES.items()
        for (sex, direction), chain in chains.items()
    },
}
# What each code tells of the genotype that is seen.
TELLS = {1: {1}, 2: {2}, 3: {3}, 4: {1, 2}, 5: {2, 3}}


def recombination(position):
    """Haldane's, at least 1e-12."""
    return np.maximum(0.5 * (1 - np.exp(-2 * np.diff(position) / 100)), 1e-12)


def chance_to_see(code, true, shown, error_prob):
    """Of a code, if `true` is what a faultless look shows and `shown` all that can be shown."""
    exact = {
        each: 1 - error_prob if each == true else error_prob / (len(shown) - 1) for each in shown
    }
    told = TELLS[code].intersection(shown) if code else shown
    return sum(exact[each] for each in told) if told else 1.0


def by_all_paths(start, step, sees, codes, position, error_prob):
    """P(state at each position | codes) as a sum over every path, shape (k, s)."""
    r, total = recombination(position), np.zeros((len(position), len(start)))
    for path in itertools.product(range(len(start)), repeat=len(position)):
        chance = start[path[0]]
        for k, (before, after) in enumerate(itertools.pairwise(path)):
            chance *= step(before, after, r[k])
        for k, state in enumerate(path):
            chance *= sees(codes[k], state, error_prob)
        for k, state in enumerate(path):
            total[k, state] += chance
    return total / total.sum(axis=1, keepdims=True)


def some_codes(n, top, seed=0):
    return np.random.default_rng(seed).integers(0, top + 1, size=(n, len(POSITION)))


def test_intercross_is_two_gametes_side_by_side():
    # The states here are pairs of haplotypes, A A, A B, B A and B B, and not three genotypes.
    def step(before, after, r):
        changes = bin(before ^ after).count("1")
        return r**changes * (1 - r) ** (2 - changes)

    def sees(code, pair, error_prob):
        return chance_to_see(code, 1 + bin(pair).count("1"), {1, 2, 3}, error_prob)

    codes = some_codes(40, 5)
    made = genotype_probabilities(codes, POSITION, "f2", error_prob=0.03)
    for i, row in enumerate(codes):
        pairs = by_all_paths([0.25] * 4, step, sees, row, POSITION, 0.03)
        slow = np.column_stack([pairs[:, 0], pairs[:, 1] + pairs[:, 2], pairs[:, 3]])
        np.testing.assert_allclose(made.values[:, i], slow, atol=1e-13)


# What remains of recombination after many generations: Haldane & Waddington 1931.
FIXED = {
    "bc": lambda r: r,
    "dh": lambda r: r,
    "haploid": lambda r: r,
    "riself": lambda r: 2 * r / (1 + 2 * r),
    "risib": lambda r: 4 * r / (1 + 6 * r),
}


@pytest.mark.parametrize("cross", FIXED)
def test_two_genotypes_by_all_paths(cross):
    def step(before, after, r):
        return FIXED[cross](r) if before != after else 1 - FIXED[cross](r)

    def sees(code, state, error_prob):
        return chance_to_see(code, 1 + state, {1, 2}, error_prob) if code < 3 else 1.0

    codes = some_codes(30, 5, seed=1)
    made = genotype_probabilities(codes, POSITION, cross, error_prob=0.03)
    for i, row in enumerate(codes):
        slow = by_all_paths([0.5, 0.5], step, sees, row, POSITION, 0.03)
        np.testing.assert_allclose(made.values[:, i], slow, atol=1e-13)


@pytest.mark.parametrize("cross", ["f2", "bc"])
def test_x_of_daughters_and_sons_by_all_paths(cross):
    shown = {
        (True, False): (1, 2),
        (True, True): (2, 3) if cross == "f2" else (1, 2),
        (False, False): (1, 3),
        (False, True): (1, 3),
    }
    places = {
        (True, False): ("AA", "AB"),
        (True, True): ("BA", "BB") if cross == "f2" else ("AA", "AB"),
        (False, False): ("AY", "BY"),
        (False, True): ("AY", "BY"),
    }
    codes = some_codes(60, 5 if cross == "f2" else 3, seed=2)
    female, reverse = np.arange(60) % 2 == 0, np.arange(60) % 3 == 0
    made = genotype_probabilities(
        codes, POSITION, cross, is_x=True, female=female, reverse=reverse, error_prob=0.03
    )
    for i, row in enumerate(codes):
        kind = (bool(female[i]), bool(reverse[i]))

        def sees(code, state, error_prob, seen=shown[kind]):
            return chance_to_see(code, seen[state], set(seen), error_prob)

        slow = by_all_paths(
            [0.5, 0.5], lambda b, a, r: r if a != b else 1 - r, sees, row, POSITION, 0.03
        )
        at = [made.states.index(state) for state in places[kind]]
        np.testing.assert_allclose(made.values[:, i, at], slow, atol=1e-13)
        assert np.delete(made.values[:, i], at, axis=1).max() == 0


def test_x_of_sib_mated_lines_by_all_paths():
    def towards(reverse):
        # Two thirds of the X come from the founding mother.
        def step(before, after, r):
            leave = (4 if before != reverse else 2) * r / (1 + 4 * r)
            return leave if before != after else 1 - leave

        return step

    codes = some_codes(30, 2, seed=3)
    reverse, female = np.arange(30) % 2 == 0, np.arange(30) % 3 == 0
    made = genotype_probabilities(
        codes, POSITION, "risib", is_x=True, reverse=reverse, female=female
    )
    for i, row in enumerate(codes):
        start = [1 / 3, 2 / 3] if reverse[i] else [2 / 3, 1 / 3]
        slow = by_all_paths(
            start,
            towards(bool(reverse[i])),
            lambda code, state, e: chance_to_see(code, 1 + state, {1, 2}, e),
            row,
            POSITION,
            1e-4,
        )
        np.testing.assert_allclose(made.values[:, i], slow, atol=1e-13)


@pytest.mark.parametrize("name", GOLDEN["crosses"])
def test_agrees_with_rqtl(name):
    golden = GOLDEN["crosses"][name]
    made = genotype_probabilities(
        golden["codes"],
        golden["map"],
        golden["cross_type"],
        is_x=golden["is_x"],
        female=golden["female"],
        reverse=golden["reverse"],
        step_cm=golden["step_cm"],
        error_prob=golden["error_prob"],
    )
    np.testing.assert_allclose(made.position_cm, golden["position_cm"], atol=1e-12)
    values = made.values.transpose(1, 0, 2)
    if golden["is_x"]:
        # R/qtl has two columns for everybody, and BB before AB in daughters of the reverse.
        columns = [np.flatnonzero(each.sum(axis=0)) for each in values]
        for i, (female, reverse) in enumerate(
            zip(golden["female"], golden["reverse"] or [False] * 8, strict=True)
        ):
            if name == "f2_x" and female and reverse:
                columns[i] = columns[i][::-1]
        values = np.array([each[:, at] for each, at in zip(values, columns, strict=True)])
    # The file has twelve decimals.
    np.testing.assert_allclose(values, golden["values"], atol=1e-12)


@pytest.mark.parametrize("name", CHAINS)
def test_chains_are_probabilities_and_stay_where_they_start(name):
    chain = CHAINS[name]
    r = np.array([0.0, 1e-12, 0.1, 0.5])
    steps = chain.steps(r)
    assert (steps >= 0).all()
    np.testing.assert_allclose(steps.sum(axis=2), 1, atol=1e-15)
    np.testing.assert_allclose(np.array(chain.start) @ steps, [chain.start] * r.size, atol=1e-15)
    np.testing.assert_array_equal(steps[0], np.eye(len(chain.states)))
    for code in (0, 4, 5) if not chain.partial else (0,):
        np.testing.assert_array_equal(chain.emission(0.1)[code], 1)


def test_what_is_seen_is_what_there_is_where_markers_agree():
    made = genotype_probabilities([[1] * 4, [2] * 4, [3] * 4], POSITION, "f2", error_prob=1e-6)
    for i in range(3):
        np.testing.assert_allclose(made.values[:, i, i], 1, atol=1e-5)


def test_markers_that_contradict_each_other_at_one_place():
    made = genotype_probabilities([[1, 3]], [5.0, 5.0], "f2", error_prob=1e-300)
    assert np.isfinite(made.values).all()
    np.testing.assert_allclose(made.values.sum(axis=2), 1)


@pytest.mark.parametrize("length", [1, 2000])
def test_long_chromosomes_do_not_fade(length):
    codes = np.random.default_rng(4).integers(0, 4, size=(3, length))
    made = genotype_probabilities(codes, np.arange(length), "f2")
    np.testing.assert_allclose(made.values.sum(axis=2), 1, atol=1e-12)


def test_pseudomarkers_lie_on_a_grid_from_the_first_marker():
    position = np.array([3.0, 4.005, 4.5, 6.0, 7.3])
    made = genotype_probabilities(np.zeros((2, 5), dtype=int), position, "bc", step_cm=1.0)
    # That at 4 is within 0.01 cM of a marker, those at 3 and 6 are on one.
    np.testing.assert_allclose(made.position_cm, [3, 4.005, 4.5, 5, 6, 7, 7.3])
    np.testing.assert_allclose(made.position_cm[made.markers], position)
    ends = genotype_probabilities([[0, 0]], [0.1, 0.4], "bc", step_cm=0.1).position_cm
    np.testing.assert_allclose(ends, [0.1, 0.2, 0.3, 0.4])
    alone = genotype_probabilities([[1]], [50.0], "bc", step_cm=1.0)
    np.testing.assert_array_equal(alone.position_cm, [50])


def intercross(codes, *, is_x=False, female=None, reverse=None):
    return genotype_probabilities(
        codes, POSITION, "f2", is_x=is_x, female=female, reverse=reverse, step_cm=3.0
    )


def test_kinship_is_the_chance_that_two_alleles_are_the_same():
    codes = some_codes(7, 5, seed=5)
    first, second = intercross(codes), intercross(codes[:, ::-1])
    K = probability_kinship(iter([first, second]))
    slow = np.zeros((7, 7))
    for made in (first, second):
        for at in made.values:
            a = at[:, 0] + at[:, 1] / 2
            slow += np.outer(a, a) + np.outer(1 - a, 1 - a)
    np.testing.assert_allclose(K, slow / (len(first.values) + len(second.values)), atol=1e-14)
    np.testing.assert_array_equal(K, K.T)
    assert np.linalg.eigvalsh(K).min() > -1e-12
    assert K.max() <= 1


def test_kinship_of_a_backcross_compares_genotypes():
    made = genotype_probabilities(some_codes(5, 2), POSITION, "bc")
    K = probability_kinship([made])
    np.testing.assert_allclose(K, np.mean([at @ at.T for at in made.values], axis=0))
    on_x = genotype_probabilities(
        [[1] * 4, [1] * 4, [3] * 4], POSITION, "bc", is_x=True, female=[True, False, False]
    )
    assert on_x.states == ("AA", "AB", "AY", "BY")
    # A daughter's and a son's are never the same genotype.
    np.testing.assert_allclose(probability_kinship([on_x])[0], [1, 0, 0], atol=1e-3)


def test_kinship_does_not_depend_on_which_strain_is_a():
    codes = some_codes(30, 5, seed=6)
    swapped = np.array([0, 3, 2, 1, 5, 4])[codes]
    female, reverse = np.arange(30) % 2 == 0, np.arange(30) % 3 == 0
    there = [intercross(codes), intercross(codes, is_x=True, female=female, reverse=reverse)]
    back = [intercross(swapped), intercross(swapped, is_x=True, female=female, reverse=~reverse)]
    np.testing.assert_allclose(probability_kinship(there), probability_kinship(back), atol=1e-14)


def test_arrays_are_read_only():
    made = intercross(some_codes(2, 3))
    for values in (made.values, made.position_cm, made.markers, made.classes):
        assert not values.flags.writeable


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cross_type": "do"}, r"of the cross “do” cannot be inferred: choose from f2, bc, dh,"),
        ({"codes": [1, 2]}, r"individuals by markers, .* their shape is \(2,\), .* \(2,\)"),
        ({"codes": [[1, 2, 3]]}, r"their shape is \(1, 3\), that of the positions \(2,\)"),
        ({"codes": [[1, 6]]}, r"whole numbers from 0 to 5: 0 is missing"),
        ({"codes": [[1.0, 2.0]]}, r"whole numbers from 0 to 5"),
        ({"position_cm": [2.0, 1.0]}, r"positions must be finite and ascending: sort"),
        ({"position_cm": [2.0, np.nan]}, r"positions must be finite and ascending"),
        ({"position_cm": [0.0, 1e8]}, r"in centimorgans: the chromosome spans 10⁸, and 10,000"),
        ({"error_prob": 0.0}, r"error_prob must be above 0 and at most 0\.5: found 0\.0"),
        ({"step_cm": -1.0}, r"step_cm must be 0, .* or more than 0\.01: found -1\.0"),
        ({"is_x": True}, r"the X chromosome of the cross f2 needs female for each individual"),
        ({"is_x": True, "female": [True]}, r"the cross f2 needs reverse for each individual"),
        (
            {"is_x": True, "female": [True], "reverse": [True, False]},
            r"reverse must have one value for each of the 1 individuals: its shape is \(2,\)",
        ),
    ],
)
def test_refuses(change, message):
    given = {"codes": [[1, 2]], "position_cm": [0.0, 10.0], "cross_type": "f2"}
    with pytest.raises(LMMError, match=message):
        genotype_probabilities(**{**given, **change})


def test_kinship_needs_a_chromosome():
    with pytest.raises(LMMError, match="at least one chromosome with markers"):
        probability_kinship([])
