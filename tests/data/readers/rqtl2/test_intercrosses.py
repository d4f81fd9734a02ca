"""Advanced intercrosses of two and three strains, against all haplotypes counted one by one."""

from itertools import permutations

import numpy as np
import pytest

from lmm_data.readers.rqtl2.cross import read_rqtl2
from lmm_data.readers.rqtl2.founderprob import founder_probabilities
from lmm_data.readers.rqtl2.founders import chain_of, paired, used_of
from lmm_data.readers.rqtl2.genoprob import genotype_probabilities
from tests.rqtl2_files import control, outbred

R = np.array([1e-12, 0.01, 0.13, 0.4, 0.5])


def counted(r, generations, pairs, on_x):
    """Haplotypes of two places, of females and of males, from all matings of large populations.

    Args:
        pairs: the crosses that the F1 come from, mother first.
        on_x: whether males have one haplotype, their mothers'.
    """
    founders = 1 + max(map(max, pairs))
    females = np.zeros((founders,) * 4)
    males = np.zeros((founders,) * 4)
    for mother, father in pairs:
        females[mother, mother, father, father] += 1 / len(pairs)
        males[mother, mother, father, father] += 1 / len(pairs)

    def gamete(both):
        whole = both.sum(axis=(2, 3)) + both.sum(axis=(0, 1))
        mixed = np.einsum("abcd->ad", both) + np.einsum("abcd->cb", both)
        return (1 - r) / 2 * whole + r / 2 * mixed

    for _ in range(2, generations + 1):
        mothers = gamete(females)
        # On the X a father gives his one haplotype, his mother's, to daughters alone.
        fathers = males.sum(axis=(2, 3)) if on_x else gamete(males)
        females = males = np.einsum("ab,cd->abcd", mothers, fathers)
    one = (females.sum(axis=(2, 3)) + females.sum(axis=(0, 1))) / 2
    return one, (males.sum(axis=(2, 3)) if on_x else one)


def expected(r, generations, pairs, on_x, female):
    both = counted(r, generations, pairs, on_x)[0 if female else 1]
    start = both.sum(axis=1)
    return start, both / start[:, np.newaxis]


@pytest.mark.parametrize("female", [True, False])
@pytest.mark.parametrize("generations", [2, 3, 4, 9])
@pytest.mark.parametrize(
    ("cross", "info", "pairs"),
    [
        ("ail", (), [(0, 1), (1, 0)]),
        ("ail", (2,), [(0, 1), (1, 0)]),
        ("ail", (0,), [(0, 1)]),
        ("ail", (1,), [(1, 0)]),
        ("ail3", (), list(permutations(range(3), 2))),
    ],
)
def test_haplotypes_are_those_of_all_matings(cross, info, pairs, generations, female):
    for is_x in (False, True):
        used = used_of(cross, (generations, *info), is_x=is_x)
        chain = chain_of(cross, used, is_x=is_x, female=female)
        steps = chain.steps(R)
        for r, step in zip(R, steps, strict=True):
            start, moved = expected(r, generations, pairs, is_x, female)
            np.testing.assert_allclose(chain.start, start, atol=1e-14)
            np.testing.assert_allclose(step, moved, atol=1e-13)
        # The chances of genotypes of two alleles add up to 1.
        np.testing.assert_allclose(paired(chain)[1](R).sum(axis=2), 1.0, atol=1e-13)


def test_two_generations_are_an_f2():
    codes = np.random.default_rng(2).integers(0, 6, size=(9, 4))
    position = [0.0, 3.0, 11.0, 40.0]
    strains = [[1] * 4, [3] * 4]
    made = founder_probabilities(codes, position, "ail", strains, [(2, 0)] * 9)
    plain = genotype_probabilities(codes, position, "f2")
    np.testing.assert_allclose(made.values, plain.values, atol=1e-13)
    # The X of sons is their mother's, an F1's, in either direction.
    for direction in (0, 1):
        sons = founder_probabilities(
            codes, position, "ail", strains, [(2, direction)] * 9, is_x=True, female=[False] * 9
        )
        of_f2 = genotype_probabilities(
            codes, position, "f2", is_x=True, female=[False] * 9, reverse=[bool(direction)] * 9
        )
        places = [sons.states.index(one) for one in ("1/Y", "2/Y")]
        both = [of_f2.states.index(one) for one in ("AY", "BY")]
        np.testing.assert_allclose(sons.values[..., places], of_f2.values[..., both], atol=1e-13)


@pytest.mark.parametrize(
    ("cross", "info"),
    [
        ("ail", ()),
        ("ail", (1, 0)),
        ("ail", (3, 4)),
        ("ail", (10_001, 0)),
        ("ail3", (1,)),
    ],
)
def test_generations_that_cannot_be(cross, info):
    assert used_of(cross, info, is_x=True) is None


def intercross(directions, **fields):
    """Five mice of an advanced intercross of two strains, from outbred ones, their columns."""
    files = outbred(crosstype="ail", cross_info={"covar": ["ngen", "dir"]}, **fields)
    lines = files["c.csv"].decode().splitlines()
    ends = ["dir", *map(str, directions)]
    text = "\n".join(f"{line},{end}" for line, end in zip(lines, ends, strict=True))
    del files["f.csv"]
    return {**files, "c.csv": text.encode()}


def test_a_cross_is_read_and_what_rqtl2_has_otherwise_is_said():
    plain = intercross([0, 0, 1, 1, 0], founder_geno=None)
    made = read_rqtl2(plain, "x")
    assert made.format == "R/qtl2: an advanced intercross of 2 strains (ail)"
    assert any(note.startswith("The kinship is R/qtl2’s, the mean over") for note in made.notes)
    both = read_rqtl2(intercross([0, 0, 2, 1, 0], founder_geno=None), "x")
    assert any("0.43.5 itself comes to another kinship: on the X" in one for one in both.notes)
    # A male's direction alone changes nothing.
    males = read_rqtl2(intercross([0, 2, 0, 1, 0], founder_geno=None), "x")
    assert not any("0.43.5" in one for one in males.notes)
    three = outbred(crosstype="ail3")
    rows = three["f.csv"].decode().splitlines()
    three["f.csv"] = "\n".join(",".join(row.split(",")[:4]) for row in rows).encode()
    notes = read_rqtl2(three, "x").notes
    assert any("comes to another kinship: its chance of a step from AA" in one for one in notes)


def test_an_intercross_without_its_generations_has_a_kinship_of_counts():
    notes = read_rqtl2(control(crosstype="ail"), "x").notes
    assert "the number of generations, from 2 to 10,000, and perhaps the direction" in notes[-1]
