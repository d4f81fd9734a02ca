"""Matrices that Arrow reads are those that are read line by line, and what is odd is left alone."""

import gzip

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.kinship import gcta, plink2
from lmm_data.readers.kinship.gcta import read_grm_gz
from lmm_data.readers.kinship.plink2 import read_king, read_rel
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.text import by_arrow as module
from lmm_data.readers.text.by_arrow import plain_numbers

N = 12
RNG = np.random.default_rng(4)
Z = RNG.normal(size=(N, 40))
K = np.round(Z @ Z.T / 40, 9)
K[3, 1] = K[1, 3] = 1e-17 / 3
BELOW_AND_ON = np.argwhere(np.tri(N, dtype=bool)).tolist()
IDS = "".join(f"f{i}\tm{i}\n" for i in range(N)).encode()
GRM = "".join(f"{i + 1}\t{j + 1}\t40\t{K.tolist()[i][j]!r}\n" for i, j in BELOW_AND_ON)
SQUARE = "".join("\t".join(map(repr, row)) + "\n" for row in K.tolist())
LOWER = "".join("\t".join(map(repr, row[: i + 1])) + "\n" for i, row in enumerate(K.tolist()))
BELOW = "".join("\t".join(map(repr, K[i, :i].tolist())) + "\n" for i in range(1, N))
ZEROS = "".join("\t".join(map(repr, row)) + "\n" for row in np.tril(K).tolist())


def odd(text):
    """The text, and what may be the matter with one."""
    first, rest = text.split("\n", 1)
    entry = first.split("\t")[-1]
    return {
        "plain": text,
        "windows": text.replace("\n", "\r\n"),
        "old ends of lines": text.replace("\n", "\r"),
        "mark": "\ufeff" + text,
        "no end": text.removesuffix("\n"),
        "tabs at the ends": text.replace("\n", "\t\n"),
        "tabs in front": "".join(f"\t{line}\n" for line in text.splitlines()),
        "two tabs": text.replace("\t", "\t\t"),
        "spaces": text.replace("\t", " "),
        "a space": text.replace("\t", "\t ", 1),
        "blank lines": text.replace("\n", "\n\n"),
        "a blank line within": f"{first}\n\t\n{rest}",
        "missing": f"{first.removesuffix(entry)}NA\n{rest}",
        "nan": f"{first.removesuffix(entry)}nan\n{rest}",
        "infinite": f"{first.removesuffix(entry)}inf\n{rest}",
        "beyond all numbers": f"{first.removesuffix(entry)}1e999\n{rest}",
        "below all numbers": f"{first.removesuffix(entry)}1e-999\n{rest}",
        "a plus": f"{first.removesuffix(entry)}+1\n{rest}",
        "a point alone": f"{first.removesuffix(entry)}.\n{rest}",
        "a point at the end": f"{first.removesuffix(entry)}1.\n{rest}",
        "an exponent without digits": f"{first.removesuffix(entry)}1e\n{rest}",
        "a decimal comma": text.replace(".", ","),
        "quotes": f'{first.removesuffix(entry)}"1"\n{rest}',
        "underscores": f"{first.removesuffix(entry)}1_0\n{rest}",
        "a note": f"# of today\n{text}",
        "other digits": f"{first.removesuffix(entry)}１\n{rest}",
        "a word": f"{first.removesuffix(entry)}one\n{rest}",
        "one too few": text.replace("\t", "", 1),
        "one too many": f"{first}\t1\n{rest}",
        "one moved to the next line": text.replace("\n", "\t1\n", 1)[::-1].replace("\t", "\n", 1)[
            ::-1
        ],
        "a line too few": rest,
        "nothing": "",
    }


def outcome(reader, *sources):
    try:
        reading = reader(*sources)
    except DataError as error:
        return str(error)
    return reading.kinship.values.tobytes(), reading.kinship.ids, reading.notes, reading.format


CASES = [
    (reader, kind, name)
    for reader, texts in (
        (read_grm_gz, {"grm": GRM}),
        (read_rel, {"square": SQUARE, "lower": LOWER, "zeros": ZEROS}),
        (read_king, {"below": BELOW}),
    )
    for kind, text in texts.items()
    for name in odd(text)
]
TEXTS = {"grm": GRM, "square": SQUARE, "lower": LOWER, "zeros": ZEROS, "below": BELOW}


@pytest.mark.parametrize(("reader", "kind", "name"), CASES)
def test_as_line_by_line(reader, kind, name, monkeypatch):
    data = odd(TEXTS[kind])[name].encode()
    slow = outcome(reader, data, IDS)
    for place in (module, plink2):
        monkeypatch.setattr(place, "FEWEST", 0)
    assert outcome(reader, data, IDS) == slow
    assert outcome(reader, gzip.compress(data), IDS) == slow


@pytest.mark.parametrize("columns", [1, 3])
def test_numbers_are_to_the_last_bit(columns, monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 0)
    values = RNG.normal(size=(300, columns)) * 10.0 ** RNG.integers(-30, 30, (300, columns))
    for form in (repr, "{:.17e}".format, "{:.8g}".format, "{:.25f}".format):
        text = "".join("\t".join(map(form, row)) + "\n" for row in values.tolist())
        read = plain_numbers(text.encode(), columns)
        assert read.tolist() == [[float(e) for e in row.split()] for row in text.splitlines()]


@pytest.fixture
def used(monkeypatch):
    """Whether numbers were read by it, each time that it was asked."""
    asked = []

    def watched(data, columns):
        asked.append(plain_numbers(data, columns) is not None)
        return plain_numbers(data, columns)

    monkeypatch.setattr(module, "FEWEST", 0)
    monkeypatch.setattr(gcta, "plain_numbers", watched)
    monkeypatch.setattr(plink2, "plain_numbers", watched)
    return asked


def test_it_is_used_where_nothing_is_odd(used, monkeypatch):
    monkeypatch.setattr(plink2, "FEWEST", 0)
    for text in (GRM, GRM.replace("\n", "\r\n")):
        read_grm_gz(text.encode(), IDS)
    for text in (SQUARE, LOWER, SQUARE.replace("\n", "\t\n")):
        read_rel(text.encode(), IDS)
    assert used == [True] * 5


def test_without_arrow_the_numbers_are_read_otherwise(monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 0)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert plain_numbers(b"1\t2\n", 2) is None


@pytest.mark.parametrize("name", odd(SQUARE))
def test_spaces_are_as_tabs_in_a_square(name):
    """A square between spaces is read many lines at once too."""
    tabs = odd(SQUARE)[name].replace("\t", "  ")
    once, again = outcome(read_kinship_text, tabs.encode()), None
    assert isinstance(once, str) or once[0] == K.tobytes() or name != "plain"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lmm_data.readers.kinship.text._read_numbers", lambda *_: None)
        again = outcome(read_kinship_text, tabs.encode())
    assert once == again


@pytest.mark.parametrize("separator", [",", ";", "\t", " ", "|"])
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("name", odd(SQUARE))
def test_a_square_with_any_separator(name, named, separator, monkeypatch):
    text = odd(SQUARE)[name].replace("\t", separator)
    if named:
        text = "".join(f"m{i}{separator}{line}\n" for i, line in enumerate(text.splitlines()))
    slow = outcome(read_kinship_text, text.encode())
    monkeypatch.setattr(module, "FEWEST", 0)
    assert outcome(read_kinship_text, text.encode()) == slow


def test_a_square_is_read_by_it_where_nothing_is_odd(used):
    ids = ",".join(f"m{i}" for i in range(N))
    rows = "".join(f"m{i},{line}\n" for i, line in enumerate(SQUARE.splitlines()))
    for text in (SQUARE, SQUARE.replace("\t", " "), f"id,{ids}\n{rows}".replace("\t", ",")):
        assert read_kinship_text(text.encode()).kinship.values.tobytes() == K.tobytes()
    assert used == [True] * 3


def test_lines_that_are_uneven_within_are_no_square(monkeypatch):
    lines = SQUARE.splitlines()
    lines[4] += "\t1"
    lines[5] = lines[5].rpartition("\t")[0]
    monkeypatch.setattr(module, "FEWEST", 0)
    assert "line 5 has 13" in outcome(read_kinship_text, "\n".join(lines).encode())


@pytest.mark.parametrize("blank", [0, 1, 5000])
def test_lines_of_a_grm_in_another_order(blank, monkeypatch):
    lines = GRM.splitlines(keepends=True)
    mixed = [lines[k] for k in np.random.default_rng(2).permutation(len(lines))]
    turned = ["\t".join([*line.split("\t")[1::-1], *line.split("\t")[2:]]) for line in lines]
    monkeypatch.setattr(module, "FEWEST", 0)
    first = outcome(read_grm_gz, GRM.encode(), IDS)
    assert first[0] == K.tobytes()
    for other in (lines, mixed, turned):
        assert outcome(read_grm_gz, ("".join(other) + "\n" * blank).encode(), IDS) == first
    # One pair twice and another not at all: as many lines, and nearly in order.
    twice = [*lines[:4], lines[3], *lines[5:]]
    assert "there is no line for 3 2" in outcome(read_grm_gz, "".join(twice).encode(), IDS)
