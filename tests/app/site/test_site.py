"""The folder of files: complete, small, linked among each other, and in the words of the app."""

import json
import re
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from lmm_app.cards.kept import moves, peak
from lmm_app.genome.sources import CrossSettings
from lmm_app.glossary.entries import GLOSSARY
from lmm_app.lessons.alone import ALONE
from lmm_app.lessons.how_k.parts import PARTS
from lmm_app.lessons.how_many import HOW_MANY
from lmm_app.lessons.moves.cases import CASES, OPTIONS
from lmm_app.lessons.peak.words import PEAK
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.race import RACE
from lmm_app.lessons.shrinkage import SHRINKAGE
from lmm_app.lessons.tour import TOUR, climb
from lmm_app.live.bundle import LATER
from lmm_app.paper import alone
from lmm_app.paper.tables_html import prose
from lmm_app.session import keep, studies
from lmm_app.session.state import Shown
from lmm_app.site import frame
from lmm_app.site.write import METHOD, MICE, write
from lmm_app.tour.kept import scene_of
from lmm_core import LMMError
from lmm_data.preparation.design import default_model
from tests.once import written_site

PAGE, FOLDER = 400_000, 7_000_000
STEPS = [f"tour-{place}.html" for place in range(1, len(TOUR) + 1)]


class Read(HTMLParser):
    """What the tests ask a page for."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.loads, self.scripts, self.data = set(), [], [], [], {}
        self.events, self._script, self.policy = [], None, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            assert attrs["id"] not in self.ids
            self.ids.add(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        self.loads += [attrs[key] for key in ("src", "srcset", "action") if key in attrs]
        self.events += [key for key in attrs if key.startswith("on")]
        if attrs.get("http-equiv"):
            self.policy = attrs["content"]
        if tag == "script":
            self._script = attrs

    def handle_data(self, data):
        if self._script is None:
            return
        if "type" in self._script:
            self.data[self._script.get("id", "part")] = data
        else:
            self.scripts.append(data)

    def handle_endtag(self, tag):
        if tag == "script":
            self._script = None


def unpacked(page):
    """The script of a page."""
    return zlib.decompress(b64decode(page.data["script"])).decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages by their names, as they are on the disk."""
    site = written_site(tmp_path_factory)
    return {name: (site.folder / name).read_text(encoding="utf-8") for name in site.names}


@pytest.fixture(scope="module")
def read(site):
    return {name: Read(text) for name, text in site.items()}


@pytest.fixture(scope="module")
def scene():
    opened = keep.opened(MICE)
    data = opened.dataset
    view = keep.fitted(data.problem(data.traits.columns[0], default_model(data)))
    return scene_of(Shown(opened, view, METHOD, MICE))


def test_every_page_is_there_and_small(site):
    assert list(site) == [
        "index.html",
        *STEPS,
        "lessons.html",
        *(f"lesson-{name}.html" for name in PRESETS),
        *(f"how_k-{name}.html" for name in PARTS),
        *(f"moves-{name}.html" for name in CASES),
        *(f"{name}.html" for name, lesson in ALONE.items() if not lesson.parts),
        "words.html",
    ]
    sizes = {name: len(text.encode()) for name, text in site.items()}
    assert max(sizes.values()) < PAGE
    assert sum(sizes.values()) < FOLDER


def test_every_link_leads_to_a_page_of_the_folder_and_every_page_is_led_to(read):
    reached = set()
    for name, page in read.items():
        for link in page.links:
            parts = urlsplit(link)
            assert not parts.scheme, (name, link)
            assert not parts.netloc
            target = parts.path or name
            assert target in read, (name, link)
            assert not parts.fragment or parts.fragment in read[target].ids, (name, link)
            reached.add(target)
    assert reached == read.keys()


def test_nothing_is_loaded_and_only_the_scripts_of_the_page_run(read):
    scripts = [alone.script(panels) for panels in ((), *((name,) for name in LATER))]
    for page in read.values():
        assert page.loads == []
        assert page.events == []
        rules = dict(rule.strip().split(" ", 1) for rule in page.policy.split(";"))
        assert rules["default-src"] == "'none'"
        (loader,) = page.scripts
        packed = unpacked(page)
        assert packed in scripts
        named = {b64encode(sha256(text.encode()).digest()).decode() for text in (loader, packed)}
        assert set(re.findall("'sha256-([^']+)'", rules["script-src"])) == named
        assert "unsafe" not in rules["script-src"]


def test_the_folder_says_that_it_hides_no_truth(site):
    assert all(frame.NOTE in text for text in site.values())
    assert "They hide no truth" in frame.NOTE


def test_every_step_says_what_the_app_says(site, read, scene):
    for place, (name, step) in enumerate(zip(STEPS, TOUR, strict=True)):
        text = site[name]
        assert f"<h1>{place + 1} · {step.heading(scene)}</h1>" in text
        assert prose(step.idea(scene)) in text
        assert prose(step.formula(scene)) in text
        known = json.loads(read[name].data[f"answers-{step.name}"])
        options, question = step.question.options_of(scene), step.question
        assert known["right"] == question.right(scene)
        assert known["none"] == ["none", prose(question.feedback(scene, None))]
        guesses = dict(zip(options, options, strict=True)) or {k: k / 100 for k in range(101)}
        for at, guess in guesses.items():
            said = [question.outcome(scene, guess), prose(question.feedback(scene, guess))]
            assert known["said"][at] == said


def test_the_h_that_is_put_in_place_is_judged_as_in_the_app(read, scene):
    said = json.loads(read["tour-5.html"].data["answers-climb"])["said"]
    right = [k / 100 for k, (outcome, _) in enumerate(said) if outcome == "right"]
    assert right == [k / 100 for k in range(101) if climb.gap_at(scene, k / 100) <= climb.AS_GOOD]
    assert 0 < len(right) < 40


def test_every_lesson_asks_and_answers_as_its_card(site, read):
    for name, preset in PRESETS.items():
        known = json.loads(read["lessons.html"].data[f"answers-{name}"])
        assert known["right"] == preset.right
        for code, words in preset.options.items():
            assert known["said"][code] == [preset.outcome(code), prose(preset.feedback(code))]
            assert f'value="{code}"' in site["lessons.html"]
            assert words.split("\n")[0][:20] in site["lessons.html"].replace("&#x27;", "'")
        assert prose(preset.claim) not in site[f"lesson-{name}.html"]


def test_shrinkage_asks_and_answers_about_the_mice(site, read, scene):
    known, asked = json.loads(read["shrinkage.html"].data["answers-shrinkage"]), SHRINKAGE.question
    assert known["right"] == asked.right(scene) == "within"
    for code in asked.options:
        told = [asked.outcome(scene, code), prose(asked.feedback(scene, code))]
        assert known["said"][code] == told
    assert "14 more have none" in site["shrinkage.html"]
    # What draws the arrows is in the file.
    assert "function shrinkPanel" in unpacked(read["shrinkage.html"])
    assert "function shrinkPanel" not in unpacked(read["race.html"])


def test_the_race_asks_and_answers_about_the_mice(site, read, scene):
    known, asked = json.loads(read["race.html"].data["answers-race"]), RACE.question
    assert known["right"] == asked.right(scene) == "em"
    for code in asked.options_of(scene):
        told = [asked.outcome(scene, code), prose(asked.feedback(scene, code))]
        assert known["said"][code] == told


def test_how_many_families_asks_and_answers_about_the_mice(read, scene):
    known, asked = json.loads(read["how_many.html"].data["answers-how_many"]), HOW_MANY.question
    assert known["right"] == asked.right(scene) == "4"
    for code in asked.options:
        told = [asked.outcome(scene, code), prose(asked.feedback(scene, code))]
        assert known["said"][code] == told


def test_why_the_peak_falls_asks_and_answers_about_the_cross(read):
    known = json.loads(read["peak.html"].data["answers-peak"])
    found = peak(studies.cross(CrossSettings()), lambda share: None, every=True)
    assert known["right"] == PEAK.right(found)
    for code in PEAK.options:
        told = [PEAK.outcome(found, code), prose(PEAK.feedback(found, code))]
        assert known["said"][code] == told


def test_principal_components_ask_and_answer_about_the_cross(read):
    known = json.loads(read["components.html"].data["answers-components"])
    assert known["right"] == "gone"
    assert "from 0.52 to 0.56" in known["said"]["gone"][1]


def test_every_case_of_what_moves_h_asks_and_answers_as_its_page(site, read):
    for name, case in CASES.items():
        known = json.loads(read[f"moves-{name}.html"].data[f"answers-{name}"])
        assert known["right"] == case.right(moves())
        assert known["none"] == ["none", prose(case.answer(moves()))]
        for code in OPTIONS:
            said = [case.outcome(moves(), code), prose(case.feedback(moves(), code))]
            assert known["said"][code] == said
        assert prose(case.idea) in site[f"moves-{name}.html"]


def test_every_part_of_how_k_is_made_asks_and_answers_about_the_mice(site, read, scene):
    for name, step in PARTS.items():
        asked, page = step.question, f"how_k-{name}.html"
        known = json.loads(read[page].data[f"answers-{step.name}"])
        assert known["right"] == asked.right(scene)
        for code in asked.options_of(scene):
            told = [asked.outcome(scene, code), prose(asked.feedback(scene, code))]
            assert known["said"][code] == told
        assert prose(step.idea(scene)) in site[page]
    assert "function markersPanel" in unpacked(read["how_k-hand.html"])


def test_words_are_all_of_the_glossary(read, site):
    assert {entry.code for entry in GLOSSARY} <= read["words.html"].ids
    assert all(entry.meaning.split(";")[0][:30] in site["words.html"] for entry in GLOSSARY)


def test_the_same_package_writes_the_same_files(site, tmp_path):
    told = []
    write(tmp_path / "new" / "folder", told.append)
    assert told == list(site)
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "new/folder").iterdir()}
    assert written == site


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LMMError, match="cannot be written"):
        write(tmp_path / "file", print)
