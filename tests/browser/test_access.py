"""What a screen reader, a keyboard and weak eyes meet: checked by axe, and by hand."""

from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser.conftest import BOARDS, some_of

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
})).violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => [
    v.id, v.help, v.nodes.slice(0, 3).map(node => node.target.join(' ') + ': ' + node.html),
])"""
PICTURES = f"""() => ({BOARDS})().flatMap(board =>
    [...board.querySelectorAll('svg, canvas')].map(picture => {{
        const named = picture.closest('[role=img]') || picture.closest('[aria-hidden=true]');
        return named ? named.getAttribute('aria-label') || 'hidden' : null;
    }}))"""


@pytest.mark.parametrize(
    ("path", "boards"),
    some_of(
        [
            ("/?sample=tiny12&look=Every+value+tried", 1),
            ("/tour?sample=tiny12&step=share&seen=1&guess=half", 1),
            ("/tour?sample=tiny12&step=brent&seen=1", 1),
            ("/tour?sample=tiny12&step=weights", 1),
            ("/tour?sample=tiny12&step=climb&seen=1", 1),
            ("/tour?sample=tiny12&step=sure&seen=1", 1),
            ("/tour?sample=tiny12&step=next", 1),
            ("/sure?sample=tiny12&seen=1&guess=wide", 1),
            ("/two?sample=tiny12&told=1", 1),
            ("/traits?sample=many_traits&picked=2", 0),
            ("/scan?sample=tiny12&scan_n=100&seen=1&believed=A", 3),
            ("/data?broken=minus_nine", 0),
            ("/lessons?card=how_k&part=zero&sample=tiny12", 0),
        ],
        3,
    ),
)
def test_axe_finds_no_serious_violation(open_page, path, boards):
    page = open_page(path, boards=boards)
    page.locator("h1").wait_for()
    page.evaluate(AXE)
    for scheme in some_of(("dark", "light"), 2):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(700)
        assert page.evaluate(RUN) == []


@pytest.mark.parametrize(
    ("path", "boards"),
    some_of(
        [
            ("/?sample=tiny12", 3),
            ("/tour?step=methods&seen=1", 1),
            ("/scan?scan_n=100&seen=1", 3),
        ],
        3,
    ),
)
def test_every_picture_has_a_text_in_its_place(open_page, path, boards):
    page = open_page(path, boards=boards)
    words = page.evaluate(PICTURES)
    assert len(words) > 3
    assert None not in words
    assert all(len(text) > 40 for text in words if text != "hidden")
    assert sum(text != "hidden" for text in words) >= 2


def test_the_tab_key_reaches_the_hand_and_the_stepper(open_page):
    page = open_page("/?sample=tiny12&h=0.5", motion=True)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                let active = document.activeElement;
                while (active && active.shadowRoot) active = active.shadowRoot.activeElement;
                return active ? active.getAttribute('aria-label') || active.textContent : '';
            }"""
        )
        reached.add(name)
    assert "h, the share of the variance that follows kinship" in reached
    assert {"First try", "One try back", "Play the search"} <= reached


SMALL = """() => {
    const found = [];
    const look = root => {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) look(element.shadowRoot);
            const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            if (!own || !box.width || style.visibility === 'hidden') continue;
            if (element.closest('[data-testid=stToast], style, script, title')) continue;
            // A mark's description is for a screen reader and a pointer, an icon is a picture.
            if (element.tagName === 'title') continue;
            if (element.dataset.testid === 'stIconMaterial') continue;
            if (parseFloat(style.fontSize) < 20) {
                found.push([element.textContent.slice(0, 40), style.fontSize]);
            }
        }
    };
    look(document.querySelector('[data-testid=stMain]'));
    return found;
}"""


@pytest.mark.parametrize(
    "path",
    some_of(
        [
            "/?sample=tiny12&projector=true",
            "/?sample=tiny12&projector=true&picture=sides",
            "/tour?sample=tiny12&step=rotation&seen=1&guess=all&projector=true",
            "/tour?sample=tiny12&step=brent&seen=1&projector=true",
            "/scan?sample=tiny12&scan_n=100&seen=1&projector=true",
        ],
        2,
    ),
)
def test_on_a_projector_all_type_is_large_and_the_sidebar_is_away(open_page, path):
    page = open_page(path, boards=1)
    page.wait_for_timeout(500)
    assert page.evaluate(SMALL) == []
    assert not page.locator("[data-testid=stSidebar]").is_visible()
    assert page.get_by_role("button", name="Take this picture").count() == 0
    strokes = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].flatMap(
            host => [...host.shadowRoot.querySelectorAll('.area.profile path.curve.main')].map(
                curve => parseFloat(getComputedStyle(curve).strokeWidth)))"""
    )
    assert all(width >= 5 for width in strokes)
