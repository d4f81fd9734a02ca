"""A terminal without typographic signs is given plain ones, and no command fails for them."""

import io
import sys

import pytest

from lmm_cli.entry import main
from lmm_cli.signs import NAME, plainly
from tests.places import ROOT


@pytest.mark.parametrize(
    ("words", "ascii_", "windows"),
    [
        ("no “age”: K’s ‘own’", b"no \"age\": K's 'own'", b"no \x93age\x94: K\x92s \x91own\x92"),
        ("−0.5 ± 0.1, n – 1 …", b"-0.5 +/- 0.1, n - 1 ...", b"-0.5 \xb1 0.1, n \x96 1 \x85"),
        ("2 × 10⁻⁸, 10⁸", b"2 x 10^-8, 10^8", b"2 \xd7 10^-8, 10^8"),
        ("ĥ, β̂, v·λ, U′y", b"h, beta, v*lambda, U'y", b"h, beta, v\xb7lambda, U'y"),
        ("漢", b"?", b"?"),
    ],
)
def test_signs_that_are_missing_have_a_plain_form(words, ascii_, windows):
    assert words.encode("ascii", NAME) == ascii_
    assert words.encode("cp1252", NAME) == windows


def test_what_cannot_be_read_is_not_made_up():
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", NAME)
    with pytest.raises(UnicodeDecodeError):
        plainly(UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal not in range"))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["fit", "--trait", "age"], 2, "there is no trait “age”"),
        (["fit", "--trait", "weight"], 0, "h"),
        (["check"], 0, "Verdict"),
        (["--help"], 0, "what a command takes"),
    ],
)
def test_every_command_speaks_in_every_encoding(encoding, arguments, code, said, monkeypatch):
    folder = ROOT / "sample_data" / "tiny12"
    files = []
    if arguments[0] != "--help":
        files = [str(folder / name) for name in ("pheno.csv", "kinship.csv")]
    # As Python opens both in a terminal of that encoding.
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding))
    ended = main([*arguments, *files])
    written = b""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        written += stream.buffer.getvalue()
    words = written.decode(encoding)
    assert ended == code, words
    assert said.encode(encoding, NAME).decode(encoding) in " ".join(words.split())
    assert "Traceback" not in words
    assert "?" not in words
