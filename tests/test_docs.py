"""The documentation runs: its examples, its pictures, its quotations, and its list of names."""

import doctest
import importlib
import inspect
import json
import re

import numpy as np
import pytest

from docs.figures import FIGURES
from docs.hooks import MARK, fill
from lmm_app.lessons.presets import PRESETS
from lmm_core.simulate import full_sib_families, simulate_phenotype
from tests.places import REFERENCE, ROOT, SAMPLES

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A cluster that is not there; tests/core/many/test_traits_cluster.py has one.
ELSEWHERE = "tcp://scheduler"
PACKAGES = (
    *("lmm_core", "lmm_core.certainty", "lmm_core.many", "lmm_core.scan", "lmm_core.simulate"),
    "lmm_data",
)
# Folders of the repository, by which a word in a page is known to be a file in it.
FOLDERS = re.compile(r"(lmm_\w+|tests|docs|benchmarks|sample_data)/[\w./]*\w")
COUNTS = dict(
    enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split(), 10)
)


def text(page):
    return page.read_text(encoding="utf-8")


def name(page):
    return page.relative_to(ROOT).as_posix()


def given():
    """What examples without an output take for granted."""
    rng = np.random.default_rng(1)
    families = full_sib_families(15, 4)
    X = np.column_stack([np.ones(60), rng.standard_normal(60)])
    y = simulate_phenotype(families.K, 0.5, X=X, beta=[1.0, 0.5], rng=rng).y
    files = SAMPLES / "tiny12"
    return {
        **{"np": np, "K": families.K, "X": X, "y": y},
        "Y": np.column_stack([y, rng.permutation(y)]),
        "G": rng.integers(0, 3, (60, 20)).astype(float),
        "phenotypes": (files / "pheno.csv").read_bytes(),
        "kinship": (files / "kinship.csv").read_bytes(),
    }


@pytest.mark.parametrize("page", [page for page in PAGES if BLOCK.search(text(page))], ids=name)
def test_every_python_block_runs_and_prints_what_stands_there(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = [block for block in BLOCK.findall(text(page)) if ELSEWHERE not in block]
    space = given()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for block in blocks:
        if ">>> " in block:
            test = doctest.DocTestParser().get_doctest(block, space, name(page), None, None)
            report = []
            runner.run(test, out=report.append, clear_globs=False)
            assert not "".join(report)
            space |= test.globs
        else:
            exec(compile(block, name(page), "exec"), space)


def test_an_example_that_prints_something_else_is_seen():
    test = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "page", None, None)
    report = []
    doctest.DocTestRunner().run(test, out=report.append)
    assert report


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_that_a_page_names_are_there(page):
    named = {
        match[0]
        for code in re.findall(r"`([^`\n]+)`", text(page))
        for match in FOLDERS.finditer(code)
        if code.startswith(match[0])
    }
    assert {one for one in named if not (ROOT / one).exists()} == set()


@pytest.mark.parametrize("page", sorted((DOCS / "extend").glob("*.md")), ids=name)
def test_code_that_is_shown_as_an_example_is_code_of_a_file_that_the_page_names(page):
    files = {match[0] for match in FOLDERS.finditer(text(page)) if match[0].endswith(".py")}
    sources = [[line.strip() for line in text(ROOT / file).splitlines()] for file in files]
    for block in re.findall(r"^```\n(.*?)^```$", text(page), re.MULTILINE | re.DOTALL):
        lines = [line.strip() for line in block.splitlines()]
        # The last may go on in the file.
        lines[-1] = lines[-1].rstrip(",")
        joined = "\n".join(lines)
        assert any(joined in "\n".join(source) for source in sources), block


def test_each_picture_is_shown_says_what_it_shows_and_loads_nothing():
    shown = [
        found for page in PAGES for kind, found in MARK.findall(text(page)) if kind == "figure"
    ]
    assert sorted(shown) == sorted(FIGURES)
    for draw in FIGURES.values():
        svg = draw()
        assert re.search(r'aria-label="[^"]{40,}"', svg)
        assert "nan" not in svg
        assert "http" not in svg


def test_what_the_program_says_of_itself_is_filled_in():
    filled = fill(text(DOCS / "command_line.md"))
    assert MARK.search(filled) is None
    for command in ("fit", "scan", "check", "simulate", "app"):
        assert f"usage: lmm {command}" in filled
    assert "| `grm-bin` | a binary GRM | `.grm.bin`, `.grm.id`, `.grm.n.bin` |" in fill(
        text(DOCS / "files.md")
    )


def test_a_picture_that_is_not_there_fails_the_build():
    with pytest.raises(KeyError):
        fill("<!-- figure: nothing -->")


def documented():
    """What the pages have from docstrings, by its path."""
    found = {}
    for page in PAGES:
        for path in re.findall(r"^::: (\S+)$", text(page), re.MULTILINE):
            home, _, last = path.rpartition(".")
            found[path] = getattr(importlib.import_module(home), last)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_in_the_reference(package):
    module = importlib.import_module(package)
    there = [id(one) for one in documented().values()]
    assert [one for one in module.__all__ if id(getattr(module, one)) not in there] == []


@pytest.mark.parametrize("path", sorted(documented()))
def test_parameters_that_a_docstring_explains_are_in_the_signature(path):
    found = documented()[path]
    if not inspect.isfunction(found):
        return
    explained = re.search(r"^Args:\n((?: {4}.*\n|\n)*)", f"{inspect.getdoc(found)}\n", re.MULTILINE)
    lines = re.findall(r"^ {4}(\w[\w, ]*):", explained[1], re.MULTILINE) if explained else []
    names = [one for line in lines for one in line.split(", ")]
    assert [one for one in names if one not in inspect.signature(found).parameters] == []


def reference(file):
    return json.loads((REFERENCE / file).read_text(encoding="utf-8"))


def quotations():
    """Page, words in it, and the number of another system that they give."""
    (tiny,) = (
        one
        for one in reference("fits.json")
        if (one["dataset"], one["trait"], one["method"]) == ("tiny12", "weight", "REML")
    )
    yield "rqtl2", "answers {:.4f} as well", tiny["qtl2"]["hsq"]
    yield "rqtl2", "a `log10lik` of {:.3f};", tiny["qtl2"]["log10lik"]
    yield "rqtl2", "R/lmmlite’s `loglik` is {:.3f}.", tiny["lmmlite"]["loglik"]
    scan = reference("scan_centred200.json")
    null = scan["b"]["null"]
    yield "gemma", "pve {:g} and", float(null["pve estimate in the null model"])
    yield "gemma", "and {:g}:", float(null["REMLE log-likelihood in the null model"])
    pve = float(scan["a"]["null"]["pve estimate in the null model"])
    yield "gemma", "pve {:.5g} by GEMMA", pve
    dyestuff, _ = reference("lme4_profiles.json")["Dyestuff"]["fits"]
    yield "lme4", "prints variances of {:.0f} and", dyestuff["sigmasq_g"]
    yield "lme4", "and {:.0f} and an intercept", dyestuff["sigmasq_e"]
    yield "lme4", "an intercept of {:.2f} with", np.ravel(dyestuff["beta"])[0]
    yield "lme4", "a standard error of {:.2f}.", np.ravel(dyestuff["se"])[0]
    yield "lme4", "`logLik` is {:.4f}:", dyestuff["loglik"]


@pytest.mark.parametrize(("page", "words", "number"), list(quotations()))
def test_what_another_system_is_quoted_with_is_what_it_printed(page, words, number):
    assert words.format(number).replace("-", "−").replace("e−", "e-") in text(
        DOCS / "for" / f"{page}.md"
    )


def test_the_number_of_lessons_is_as_the_page_says():
    assert f"a page of {COUNTS[len(PRESETS)]} cards" in text(DOCS / "app.md")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("fit/least_squares.md", "**β̂ is computed in `wls`**"),
        ("fit/limits.md", "is decided in `log_likelihood_at_one`, in `lmm_core/limit.py`"),
        ("extend/lesson.md", "# Add a lesson"),
    ],
)
def test_what_is_looked_for_is_one_click_from_the_first_page(page, words):
    assert f"]({page})" in text(DOCS / "index.md")
    assert words in text(DOCS / page)


def test_the_check_builds_the_site_so_that_a_warning_fails():
    """Quietly, MkDocs would not count them."""
    (line,) = (line for line in text(ROOT / ".ci" / "check").splitlines() if "mkdocs build" in line)
    assert " --strict " in line
    assert " -q" not in line
    assert " --quiet" not in line


def test_nothing_comes_from_another_server():
    settings = text(ROOT / "mkdocs.yml")
    assert "\n  font: false\n" in settings
    assert "http" not in settings
    assert "url(" not in text(DOCS / "assets" / "site.css")
