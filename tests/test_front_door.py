"""What a newcomer reads first is there, agrees with itself, and names files that exist."""

import datetime
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_data"
FOLDERS = [SAMPLES, *(path for path in sorted(SAMPLES.iterdir()) if any(path.glob("*.csv")))]
# How to change something: the front page, and a page for each kind of addition.
GUIDES = [
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs" / "extend" / f"{what}.md" for what in ("lesson", "reader", "check")),
]
MODULE = re.compile(r"lmm_[a-z]+(\.\w+)*")
SUFFIXES = (".py", ".md", ".toml", ".cff", ".txt", ".sh")
# A constant, a class, or a name of several words.
NAME = re.compile(r"[A-Z]\w{3,}|[a-z]+(_[a-z]+)+")


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def newest():
    """Version and date of the first section of the changelog."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.search(r"^## (\S+) \((\S+)\)$", text, re.MULTILINE).groups()


def words_in_code(text):
    return [word for code in re.findall(r"`([^`\n]+)`", text) for word in code.split()]


def missing(word):
    """Whether a word names a file, a folder or a module that is not there."""
    if "/" in word or word.endswith(SUFFIXES):
        return not (ROOT / word).exists()
    if MODULE.fullmatch(word):
        path = ROOT / word.replace(".", "/")
        return not (path.is_dir() or path.with_suffix(".py").is_file())
    return False


def test_the_licence_of_the_code_is_there_and_named():
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n\nCopyright")
    assert project()["license"] == "MIT AND GPL-3.0-or-later AND CC-BY-4.0"
    taken = {path for pattern in project()["license-files"] for path in ROOT.glob(pattern)}
    assert taken >= {ROOT / "LICENSE", SAMPLES / "GPL-3.0.txt"}


def test_the_licence_of_the_mice_is_there_in_full():
    text = (SAMPLES / "GPL-3.0.txt").read_text(encoding="utf-8")
    assert text.split()[:5] == ["GNU", "GENERAL", "PUBLIC", "LICENSE", "Version"]
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_each_folder_of_sample_data_states_source_and_licence_of_its_files(folder):
    text = (folder / "LICENSE.txt").read_text(encoding="utf-8")
    assert re.search(r"^Source: +\S", text, re.MULTILINE)
    licences = re.findall(r"^SPDX-License-Identifier: (.+)$", text, re.MULTILINE)
    assert licences
    assert set(licences) <= set(project()["license"].split(" AND "))
    data = {path.name for path in folder.iterdir() if path.suffix in (".csv", ".gz")}
    assert data
    assert {name for name in data if name not in text} == set()


def test_only_made_up_data_are_under_the_licence_of_the_code():
    """The mice came under the GPL, and stay there."""
    for folder in FOLDERS:
        blocks = (folder / "LICENSE.txt").read_text(encoding="utf-8").split("Files: ")
        for block in blocks:
            if "csv" in block:
                assert ("GPL-3.0-or-later" in block) == ("Valdar et al. 2006" in block)


def test_the_citation_is_of_this_version():
    cited = citation()
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= cited.keys()
    assert cited["version"] == project()["version"] == newest()[0]
    assert cited["date-released"] == newest()[1]
    assert datetime.date.fromisoformat(newest()[1])
    assert cited["license"] == "MIT"


def test_every_work_that_is_cited_has_authors_a_title_and_a_year():
    works = citation()["references"]
    assert [work["authors"][0]["family-names"] for work in works] == [
        "Broman",
        "Kang",
        "Lippert",
        "Brent",
    ]
    assert all(work["title"] and work["type"] and work["year"] for work in works)


def test_the_guides_for_contributors_name_what_is_there():
    words = [word for page in GUIDES for word in words_in_code(page.read_text(encoding="utf-8"))]
    assert len([word for word in words if "/" in word]) > 80
    assert [word for word in words if missing(word)] == []


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_the_guides_for_contributors_say_where_each_name_is(page):
    """A name in a section is in one of the Python files that the section names."""
    for section in page.read_text(encoding="utf-8").split("\n## "):
        words = words_in_code(section)
        files = [ROOT / word for word in words if "/" in word and word.endswith(".py")]
        source = "\n".join(path.read_text(encoding="utf-8") for path in files)
        names = {word for word in words if NAME.fullmatch(word) and not MODULE.fullmatch(word)}
        names -= {"sample_data", "README", "LICENSE"}
        if files:
            assert {name for name in names if not re.search(rf"\b{name}\b", source)} == set()


def test_the_changelog_sends_old_imports_to_modules_that_are_there():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = re.findall(r"^ *\| (`lmm_core\.[^|]+) \| (`lmm_[^|]+) \|$", text, re.MULTILINE)
    assert len(rows) > 10
    for old, new in rows:
        before, after = re.findall(r"`([^`]+)`", old), re.findall(r"`([^`]+)`", new)
        assert len(after) in (1, len(before))
        folder = after[0].rpartition(".")[0]
        modules = [folder + name if name.startswith(".") else name for name in after]
        assert [module for module in modules if missing(module)] == []


def test_the_changelog_has_three_kinds_of_entries():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= {"Added", "Changed", "Fixed"}
    for version in text.split("\n## ")[1:]:
        assert re.match(r"\S+( \(\S+\))?\n\n### ", version)
