import sys

import pytest

from lmm_core.errors import DataError
from lmm_data.readers.rqtl2.control import control_names, read_control
from lmm_data.readers.rqtl2.cross import read_rqtl2
from tests.rqtl2_files import SMALL, control

BOMB = b"a: &a [x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c]\n" % (98 + k, 98 + k, 97 + k, 97 + k) for k in range(20)
)
DEEP = (
    "a control file is nested at most 4 deep: this one is deeper; look for brackets that are not "
    "closed"
)
ANCHORS = "a control file must have no anchors or aliases: "
TAGS = "a control file must have no tags: "
KEYS = (
    "a key must be plain text: line 1 has a list or pairs for one; put a key with brackets into "
    "quotes"
)
OWN = "the data belong into files of their own"
YAML = "the control file must be YAML: "
PAIRS = "a control file must hold pairs such as “crosstype: f2”: there are none"
QUOTE = "put entries with signs such as - * : into quotes"
CONTROLS = {
    "bomb": (BOMB, ANCHORS + "line 1 has “a”; write out what it means"),
    "alias": (b"a: b\nc: *d", ANCHORS + "line 2 has “d”; write out what it means"),
    "object": (
        b"a: !!python/object/apply:os.system [ls]",
        TAGS + "line 1 has “tag:yaml.org,2002:python/object/apply:os”; delete it",
    ),
    "tag": (b"a: !!str 1", TAGS + "line 1 has “tag:yaml.org,2002:str”; delete it"),
    "key of a list": (b"? [a, b]\n: c", KEYS),
    "key of pairs": (b"{a: b}: c", KEYS),
    "key twice": (
        b"geno: a\ngeno: b",
        "each key must be given once: “geno” is there 2 times; keep one of them",
    ),
    "deep": (b"[" * 90_000, DEEP),
    "deep pairs": (b"{a: " * 20_000, DEEP),
    "deep blocks": (b"- " * 40_000, DEEP),
    "many entries": (
        b"{" + b"a," * 40_000 + b"}",
        "a control file has at most 10,000 entries: this one has more; " + OWN,
    ),
    "long": (
        b"a: " + b"x" * 100_000,
        "a control file has at most 100,000 bytes: this one has 100,003; " + OWN,
    ),
    "an unquoted star": (
        b"na.strings: [*, NA]",
        YAML + "line 1: expected alphabetic or numeric character, but found “,”; " + QUOTE,
    ),
    "a tab": (
        b"a:\n\t- b",
        YAML + "line 2: found character “\\t” that cannot start any token; " + QUOTE,
    ),
    "a bell": (b"a: \x07", YAML + "special characters are not allowed; " + QUOTE),
    "beyond Unicode": (b'a: "\\U00110000"', YAML + "chr() arg not in range(0x110000); " + QUOTE),
    "two documents": (
        b"a: 1\n---\nb: 2",
        "a control file must be one document: it holds several; keep one",
    ),
    "empty": (b"", PAIRS),
    "a comment": (b"# crosstype: f2", PAIRS),
    "a word": (b"f2", PAIRS),
    "a list": (b"- f2", PAIRS),
    "not text": (b"\xff\xfe", "the text must be UTF-8: byte 0 is 0xff; save it as UTF-8"),
}
JSONS = {
    "deep": (b"[" * 90_000, DEEP),
    "cut off": (b'{"crosstype":', "the control file must be JSON: line 1: Expecting value"),
    "key twice": (b'{"geno": 1, "geno": 2}', CONTROLS["key twice"][1]),
    "a list": (b"[1]", PAIRS),
    "null": (b"null", PAIRS),
}


@pytest.mark.parametrize(
    ("suffix", "case"), [("yaml", case) for case in CONTROLS] + [("json", case) for case in JSONS]
)
def test_refuses_control_files(suffix, case):
    data, message = (CONTROLS if suffix == "yaml" else JSONS)[case]
    with pytest.raises(DataError) as caught:
        read_control({f"c.{suffix}": data}, "x")
    assert str(caught.value) == f"c.{suffix}: {message}"


def test_entries_of_a_control_file_stay_text():
    made = read_control(
        {
            "c.yaml": b"0: 007\nno: [NA, 1e3, 'null', 12:30, 0x1F]\nx: {yes: ~, 2020-01-01: ''}\n"
            b"empty:\nnull: 'a\\\\t'\ny: \"\\ud800\"\n"
        },
        "x",
    )
    assert made.fields == {
        "0": "007",
        "no": ["NA", "1e3", "null", "12:30", "0x1F"],
        "x": {"yes": "", "2020-01-01": ""},
        "null": "a\\\\t",
        "y": "\ufffd",
    }
    in_json = b'{"a": 1e3, "b": true, "c": [null, 1.50], "d": NaN, "e": null, "f": "\\ud800"}'
    assert read_control({"c.json": in_json}, "x").fields == {
        "a": "1e3",
        "b": "true",
        "c": ["", "1.50"],
        "d": "NaN",
        "f": "\ufffd",
    }


def test_control_files_are_found_by_name():
    names = ["a/B.YAML", "a/._b.yaml", "a.json", "a.csv"]
    assert control_names(names) == ("a/B.YAML",)
    assert control_names(names[1:]) == ("a.json",)
    assert control_names(["a.csv"]) == ()


def test_yaml_without_pyyaml(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(DataError, match=r"^c\.yaml: .* needs PyYAML: run “pip install pyyaml”"):
        read_rqtl2(SMALL, "x")
    assert read_rqtl2(control(), "x").kinship is not None
