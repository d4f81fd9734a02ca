"""What the first page of a fresh server does not wait for."""

import subprocess
import sys

from lmm_app.sources import published
from tests.app_helpers import open_app
from tests.places import ROOT


def test_the_first_page_imports_nothing_that_other_pages_need():
    others = [
        *("yaml", "scipy.optimize", "scipy.interpolate", "scipy.stats"),
        *("lmm_data.published", "lmm_app.sure.page", "lmm_app.cards.page", "lmm_app.compare.page"),
    ]
    code = (
        "import sys, lmm_app.shell.pages, lmm_app.explore.page;"
        "from lmm_app.fit.ordering import family_order; import numpy; family_order(numpy.eye(4));"
        "from lmm_core.dense import dense_gls; dense_gls(numpy.arange(4.), numpy.ones((4, 1)), "
        "numpy.eye(4), 0.5, reml=True);"
        f"print([m for m in {others!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_shelf_is_read_when_something_of_it_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(published, "shelved", lambda: asked.append(1) or {})
    open_app()
    assert not asked
    open_app(sample="published-lambs")
    assert asked
