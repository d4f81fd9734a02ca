"""What a browser reads in a sheet, and what holds for every one of them."""

import json
import re
from base64 import b64decode
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np

from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.handout.page import handout
from lmm_app.lessons.scene import Scene, Simulated
from lmm_app.sources.opened import Lesson, Opened, Sample, open_source
from lmm_core.certainty import Interval
from lmm_data.dataset import align
from lmm_data.tables import Table
from tests.app_helpers import K, picture_of
from tests.odd_views import view, view_of
from tests.unpacked import unpack_part

METHODS = ("ML", "REML")
NAMESPACE = "http://www.w3.org/2000/svg"
BOARDS = ["data-profile", "data-sides"]
# Elements without an end tag.
VOID = {"meta", "link", "input", "br", "line"}
WILD = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</style></title><!--",
    "a&b|c*d_e`f$g[h](http://x)",
    "雌·é 'ü' \\ ]]>",
)


@dataclass
class Read(HTMLParser):
    """What a browser reads in a page."""

    page: str
    tags: list = field(default_factory=list)
    words: dict = field(default_factory=dict)
    seen: list = field(default_factory=list)
    inside: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.page)
        self.close()
        assert self.inside == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.inside.pop()[0] == tag

    def handle_data(self, data):
        if self.inside:
            tag, attributes = self.inside[-1]
            part = "data-part" if "data-part" in attributes else tag
            place = attributes.get("id", part) if tag == "script" else tag
            self.words.setdefault(place, []).append(data)
            if tag not in ("script", "style"):
                self.seen.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def visible(self):
        return " ".join("".join(self.seen).split())

    @property
    def parts(self):
        """Every packed part, by name."""
        return {unpack_part(part)[0]: part for part in map(b64decode, self.words["data-part"])}

    def board(self, name):
        """What moves of a board, and its picture with all its parts."""
        moving = json.loads(b64decode("".join(self.words[f"data-{name}"])))
        return moving, picture_of(moving, self.parts)


# What takes simulated samples, at once.
AT_ONCE = Simulated(
    p=lambda shown: 0.2,
    exact=lambda shown, method: Interval(0.111, 0.888, 0.95, "exact", 0.003),
)


def scene_of(shown, method):
    return Scene(shown, method, simulated=AT_ONCE)


def page_of(opened, shown, method, date=""):
    """The sheet with the answers."""
    order = picture_order(shown.problem.K)
    cells = covariance_picture(shown.problem.K, order)
    return handout(opened, scene_of(shown, method), order, cells, date)


@cache
def tiny():
    return open_source(Sample("tiny12"))


@cache
def preset(name):
    opened = open_source(Lesson(name))
    data = opened.dataset
    return opened, view_of(data.problem(data.traits.columns[0], data.covariates.columns))


@cache
def odd(kind, method):
    return page_of(tiny(), view(kind), method)


def check_form(page, policy, boards=()):
    """What holds for every sheet; returns what is read in it."""
    read = Read(page)
    assert page.startswith("<!doctype html>\n")
    assert read.all("html") == [{"lang": "en"}]
    (said,) = [meta["content"] for meta in read.all("meta") if "http-equiv" in meta]
    assert said == policy
    # The policy and the letters come before anything that they are about.
    assert [tag for tag, _ in read.tags[:4]] == ["html", "head", "meta", "meta"]
    check_scripts(read, list(boards))
    assert page.replace(NAMESPACE, "").lower().count("http://") == page.count("http://x")
    assert "https:" not in page
    for tag, attributes in read.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert not {"src", "srcset", "action", "data"} & attributes.keys()
        assert attributes.get("href", "data:,") == "data:,"
    assert not re.search(r"@import|url\(", "".join(read.words["style"]))
    assert not {"img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in read.tags}
    check_access(read)
    packed = [f"data-{div['data-packed']}" for div in read.all("div") if "data-packed" in div]
    assert packed == list(boards)
    return read


def check_scripts(read, boards):
    """Every part comes before the boards that stand on it, and once; without boards, none."""
    scripts = read.all("script")
    if not boards:
        assert scripts == []
        return
    parts = [script for script in scripts if "data-part" in script]
    assert scripts[: len(parts)] == parts
    assert len(read.parts) == len(parts)
    assert [script["id"] for script in scripts[len(parts) : -1]] == [*boards, "script"]
    assert scripts[-1] == {}
    assert {script["type"] for script in scripts[:-1]} == {"application/octet-stream"}


def check_access(read):
    (title,) = read.words["title"]
    assert len(read.words["h1"]) == 1
    assert title == read.words["h1"][0]
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {figure["aria-labelledby"] for figure in read.all("figure")} <= set(ids)
    assert all(cell.get("scope") in ("col", "row") for cell in read.all("th"))
    for picture in read.all("svg"):
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 40
    assert all(place["aria-label"] for place in read.all("textarea"))


def wild_view():
    trait, covariate, first, second, third = WILD
    ids = (first, second, third, *"def")
    data = align(
        trait,
        Table("pheno.csv", ids, (trait,), np.array([[1.0, 2.0, 4.0, 3.0, 6.0, 5.0]]).T),
        Table("kinship.csv", ids, ids, np.array(K)),
        Table("covar.csv", ids, (covariate,), np.array([[0.0, 1.0, 0.0, 1.0, 1.0, 0.0]]).T),
    )
    return Opened(data, f"From {'; '.join(WILD)}."), view_of(data.problem(trait, (covariate,)))
