"""Crosses of many founders against all paths side by side, and against R/qtl2."""

import itertools
import json

import numpy as np
import pytest

from lmm_core.errors import LMMError
from lmm_data.readers.rqtl2.cross import read_rqtl2
from lmm_data.readers.rqtl2.founderprob import founder_probabilities
from lmm_data.readers.rqtl2.founders import chain_of, founders_in, what_is_needed
from lmm_data.readers.rqtl2.genoprob import genotype_probabilities, probability_kinship
from tests.places import REFERENCE
from tests.rqtl2_files import outbred

GOLDEN = json.loads((REFERENCE / "rqtl2" / "founders.json").read_text())
POSITION = np.array([2.0, 9.5, 9.5, 31.0])
ERROR = 0.03
# What lies in between: 4 is anything but BB, 5 anything but AA.
TELLS = {1: {1}, 2: {2}, 3: {3}, 4: {1, 2}, 5: {2, 3}}


def sees_line(code, founder):
    return 1.0 if code == 0 or founder not in (1, 3) else 1 - ERROR if code == founder else ERROR


def sees_pair(code, first, second):
    known = [each for each in (first, second) if each in (1, 3)]
    if code == 0 or not known:
        return 1.0
    if len(known) == 1:
        return 1.0 if code == 2 else 1 - ERROR if known[0] in TELLS[code] else ERROR
    true = sum(known) // 2
    return sum(1 - ERROR if each == true else ERROR / 2 for each in TELLS[code])


def by_all_paths(start, step, sees):
    """P(state at each position | codes) from the array of all paths, shape (k, s)."""
    r = np.maximum(0.5 * (1 - np.exp(-2 * np.diff(POSITION) / 100)), 1e-12)
    states = range(len(start))
    joint = np.array(start)
    for k in range(len(POSITION)):
        if k:
            between = np.array([[step(a, b, r[k - 1]) for b in states] for a in states])
            joint = joint[..., np.newaxis] * between
        joint = joint * np.array([sees(k, state) for state in states])
    axes = range(joint.ndim)
    made = np.array([joint.sum(axis=tuple(a for a in axes if a != k)) for k in axes])
    return made / joint.sum()


def drawn(cross, n, seed=0):
    rng = np.random.default_rng(seed)
    founders = rng.choice([0, 1, 1, 3, 3], size=(founders_in(cross), len(POSITION)))
    return rng.integers(0, 6, size=(n, len(POSITION))), founders, rng


def apart(order, a, b):
    """How many rounds of crosses lie between two founders in the order of a funnel."""
    return (order.index(a) ^ order.index(b)).bit_length()


# Chance of founder b after founder a, in lines: the papers' tables, entry by entry.
LINE_STEPS = {
    "riself4": lambda a, b, r, o: (1 - r if a == b else r) / (1 + 2 * r),
    "riself8": lambda a, b, r, o: (
        [(1 - r) ** 2, r * (1 - r), r / 2, r / 2][apart(o, a, b)] / (1 + 2 * r)
    ),
    "risib4": lambda a, b, r, o: (1 if a == b else 2 * r) / (1 + 6 * r),
    "risib8": lambda a, b, r, o: (1 - r if a == b else r) / (1 + 6 * r),
    "dh6": lambda a, b, r, o: (
        (1 + (5 - 6 * r) * (1 - r) ** 3) / 6 if a == b else (1 - (1 - r) ** 3 * (1 - 6 * r / 5)) / 6
    ),
}


@pytest.mark.parametrize("cross", LINE_STEPS)
def test_lines_by_all_paths(cross):
    codes, founders, rng = drawn(cross, 4)
    f = len(founders)
    info = (
        [(5,)] * 4 if cross == "dh6" else [tuple(map(int, rng.permutation(f) + 1)) for _ in codes]
    )
    made = founder_probabilities(codes, POSITION, cross, founders, info, error_prob=ERROR)
    for i, row in enumerate(codes):
        order = [each - 1 for each in info[i]]
        slow = by_all_paths(
            [1 / f] * f,
            lambda a, b, r, o=order: LINE_STEPS[cross](a, b, r, o),
            lambda k, state, row=row: sees_line(row[k], founders[state, k]),
        )
        np.testing.assert_allclose(made.values[:, i], slow, atol=1e-13)


@pytest.mark.parametrize("is_x", [False, True])
def test_outbred_individuals_are_two_haplotypes_side_by_side(is_x):
    # The states here are ordered pairs of haplotypes; a male's X has one.
    codes, founders, _ = drawn("genail3", 6, seed=1)
    female = np.arange(6) % 2 == 0
    shares, generations = np.array([1, 3, 2]) / 6, 4 * (2 / 3 if is_x else 1)
    made = founder_probabilities(
        codes,
        POSITION,
        "genail3",
        founders,
        [(4, 1, 3, 2)] * 6,
        is_x=is_x,
        female=female if is_x else None,
        error_prob=ERROR,
    )

    def step(a, b, r):
        kept = (1 - r) ** generations
        return kept * (a == b) + (1 - kept) * shares[b]

    pairs = list(itertools.product(range(3), repeat=2))
    for i, row in enumerate(codes):
        if is_x and not female[i]:
            slow = by_all_paths(
                shares, step, lambda k, a, row=row: sees_pair(row[k], founders[a, k], 0)
            )
        else:
            slow = by_all_paths(
                [shares[a] * shares[b] for a, b in pairs],
                lambda s, t, r: (
                    step(pairs[s][0], pairs[t][0], r) * step(pairs[s][1], pairs[t][1], r)
                ),
                lambda k, s, row=row: sees_pair(row[k], *founders[list(pairs[s]), k]),
            )
            slow = slow @ [[((a == c) + (b == c)) / 2 for c in range(3)] for a, b in pairs]
        np.testing.assert_allclose(made.allele_probabilities[:, i], slow, atol=1e-13)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda c: c["cross_type"] + " X" * c["is_x"])
def test_agrees_with_rqtl2(case):
    info = [tuple(each) for each in case["info"]]
    made = founder_probabilities(
        case["codes"],
        case["position_cm"],
        case["cross_type"],
        case["founders"],
        info,
        is_x=case["is_x"],
        female=case["female"],
        step_cm=18.0,
        error_prob=ERROR,
    )
    np.testing.assert_array_equal(made.position_cm, [2, 9.5, 9.5, 20, 31])
    # R/qtl2 counts pairs as 1/1, 1/2, 2/2, 1/3, and on.
    order = sorted(
        range(len(made.states)),
        key=lambda k: (
            "Y" in made.states[k],
            [int(part) for part in made.states[k].replace("/Y", "").split("/")][::-1],
        ),
    )
    # The file has twelve decimals.
    np.testing.assert_allclose(made.values[:, :, order], case["values"], atol=1e-11)


@pytest.mark.parametrize(
    ("cross", "info"),
    [
        ("riself4", ()),
        ("riself8", ()),
        ("riself16", ()),
        ("risib4", ()),
        ("risib8", ()),
        ("magic19", ()),
        ("dh6", (4,)),
        ("genril5", (4, 1, 0, 2, 1, 1)),
        ("do", (9,)),
        ("hs", (1,)),
        ("dof1", (3,)),
    ],
)
def test_chains_are_probabilities_and_stay_where_they_start(cross, info):
    for is_x, female in itertools.product([False, True], repeat=2):
        chain = chain_of(cross, info, is_x=is_x, female=female)
        steps = chain.steps(np.array([0.0, 1e-12, 0.1, 0.5]))
        assert steps.min() >= -1e-15
        np.testing.assert_allclose(steps.sum(axis=2), 1, atol=1e-14)
        np.testing.assert_allclose(chain.start @ steps, [chain.start] * 4, atol=1e-14)
        np.testing.assert_allclose(steps[0], np.eye(chain.start.size), atol=1e-14)


def test_two_founders_outbred_are_an_intercross():
    # Two generations change a haplotype with the chance r − r²/2, which is to be the F2's r.
    codes = np.random.default_rng(2).integers(0, 6, size=(9, len(POSITION)))
    r = 1 - np.exp(-np.diff(POSITION) / 100)  # 1 − √(1 − 2·haldane)
    stretched = POSITION[0] + np.concatenate([[0], np.cumsum(-50 * np.log1p(-2 * r))])
    made = founder_probabilities(
        codes, stretched, "genail2", [[1] * 4, [3] * 4], [(2, 1, 1)] * 9, error_prob=ERROR
    )
    assert made.states == ("1/1", "1/2", "2/2")
    plain = genotype_probabilities(codes, POSITION, "f2", error_prob=ERROR)
    np.testing.assert_allclose(made.values, plain.values, atol=1e-9)


def test_a_cross_of_files():
    files = outbred()
    made = read_rqtl2(files, "x")
    assert made.format == "R/qtl2: outbred individuals of 8 founders (do)"
    assert made.kinship.scale == 2
    assert "The kinship is R/qtl2’s, the mean over genotype probabilities at 4" in made.notes[-1]
    assert not any("Not read" in note for note in made.notes)

    def coded(name, k):
        rows = [line.split(",")[1:] for line in files[name].decode().split("\n")[1:] if line]
        return np.array([["-AHB".index(entry) for entry in row] for row in rows])

    codes, founders = coded("g.csv", 5), coded("f.csv", 8).T
    chromosomes = [
        founder_probabilities(
            codes[:, place],
            7.0 * np.arange(8)[place],
            "do",
            founders[:, place],
            [(4,), (4,), (7,), (7,), (4,)],
            is_x=is_x,
            female=[True, False, True, False, True],
            step_cm=1.0,
            error_prob=0.002,
        )
        for place, is_x in ((slice(5), False), (slice(5, 8), True))
    ]
    K = probability_kinship(chromosomes)
    np.testing.assert_allclose(made.kinship.values, K, atol=1e-14)
    slow = sum(np.einsum("kia,kja->ij", *[c.values @ c.classes] * 2) for c in chromosomes)
    np.testing.assert_allclose(K, slow / sum(c.position_cm.size for c in chromosomes), atol=1e-14)


def test_the_x_is_left_out_where_a_sex_is_not_known():
    made = read_rqtl2(outbred([("c.csv", "i3,m,", "i3,,")]), "x")
    assert made.notes[-1] == (
        "Chromosome “X” is left out of the kinship: the sex of “i3” is not known."
    )


@pytest.mark.parametrize(
    ("changes", "control", "reason"),
    [
        (
            [("c.csv", "i2,f,7", "i2,f,")],
            {},
            "they need the number of generations, from 1 on, in “cross_info”, and there it is not "
            "for “i2”",
        ),
        (
            [],
            {"crosstype": "hs", "cross_info": None},
            "they need the number of generations, from 1 on, in “cross_info”, and there it is not "
            "for “i0”, “i1”, “i2” and 2 more",
        ),
        (
            [],
            {"crosstype": "riself8"},
            "they need the order in which the 8 founders were crossed, each number once, in "
            "“cross_info”, and there it is not for “i0”, “i1”, “i2” and 2 more",
        ),
        (
            [],
            {"crosstype": "magic19"},
            "they need the genotypes of 19 founders, “founder_geno”, which has 8",
        ),
    ],
)
def test_counts_where_something_is_lacking(changes, control, reason):
    made = read_rqtl2(outbred(changes, **control), "x")
    assert made.kinship.scale == 1
    assert f"and not of genotype probabilities, because {reason}." in " ".join(made.notes)


def test_an_order_in_a_file_of_its_own():
    order = "id,1,2,3,4\n" + "".join(f"i{i},2,4,1,3\n" for i in range(5))
    files = outbred(
        crosstype="risib4", cross_info={"file": "o.csv"}, sex=None, founder_geno="four.csv"
    )
    full = files["f.csv"].decode().split("\n")
    four = "\n".join(",".join(line.split(",")[:5]) for line in full)
    made = read_rqtl2({**files, "o.csv": order.encode(), "four.csv": four.encode()}, "x")
    assert made.format == "R/qtl2: lines of 4 founders (risib4)"
    assert made.kinship.scale == 2


def test_markers_that_the_founders_lack_are_left_out():
    made = read_rqtl2(outbred([("f.csv", "m2,", "other,")]), "x")
    assert "m2" not in made.genotypes.markers
    assert (
        "Markers left out, as R/qtl2 does, because they are not in the genotypes, in those of the "
        "founders and in each map with a position: “m2”, “other”." in made.notes
    )


def test_founders_transposed_and_not_said():
    with pytest.raises(LMMError, match="its rows are, so add “founder_geno_transposed: true”"):
        read_rqtl2(outbred(founder_geno_transposed=False), "x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cross_type": "f2"}, "the cross “f2” needs the codes of many founders at each marker"),
        ({"cross_type": "ail"}, "the cross “ail” needs the codes of 2 founders at each marker"),
        ({"founders": [[1, 1]] * 7}, r"needs the codes of 8 founders .* their shape is \(7, 2\)"),
        ({"info": [()]}, "the cross do needs the number of generations, from 1 on, for each"),
        ({"info": []}, "the cross do needs the number of generations"),
        ({"is_x": True}, "the X chromosome of the cross do needs female for each individual"),
        ({"position_cm": [2.0, 1.0]}, "positions must be finite and ascending"),
    ],
)
def test_refuses(change, message):
    given = {
        "codes": [[1, 2]],
        "position_cm": [0.0, 10.0],
        "cross_type": "do",
        "founders": [[1, 3]] * 8,
        "info": [(3,)],
    }
    with pytest.raises(LMMError, match=message):
        founder_probabilities(**{**given, **change})


def test_what_each_cross_needs_is_said():
    assert what_is_needed("magic19") == ""
    assert what_is_needed("genril5").startswith("the number of generations, from 2 on, and the")
