"""The twin in the browser beside Python, on every sample, lesson and many random problems."""

import json

import pytest

from lmm_app.live.twin import twin_source
from tests import twin
from tests.browser.conftest import THOROUGH

pytestmark = pytest.mark.browser

RANDOM = 200 if THOROUGH else 60

IN_THE_PAGE = f"""async ([source, text]) => {{
    const url = URL.createObjectURL(new Blob([source], {{type: "text/javascript"}}));
    const twin = await import(url);
    const problems = JSON.parse(text);
    const run = () => {{ {twin.SCRIPT} }};
    return JSON.stringify(run());
}}"""


@pytest.mark.parametrize("which", ["shown", "random"])
def test_it_agrees_with_python_at_a_thousand_values_of_h(browser, which):
    problems = twin.shown_problems() if which == "shown" else twin.random_problems(RANDOM)
    problems = [one for one in problems if not one.exact]
    page = browser.new_page()
    for start in range(0, len(problems), 20):
        some = problems[start : start + 20]
        rows = json.loads(page.evaluate(IN_THE_PAGE, [twin_source(), twin.as_json(some)]))
        for rotated, own in zip(some, rows, strict=True):
            far = twin.apart(rotated, own, every=1 if THOROUGH else 20)
            # Python projects the plot's points anew, and loses some digits near h = 1.
            assert far.pop("points") < 1e-7
            assert max(far.values()) < 1e-9, far
    page.close()
