"""Opening the app by a link, as a reader does, and reading all that it then shows."""

from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lmm_app.session import sealed
from lmm_app.session.sealed import Sealed
from lmm_app.session.secret import secret
from tests.app_helpers import ROOT, boards, run, texts_in

CLASS = "0123456789abcdef"


def hidden_words(source, student=7, *, told=False):
    """The words of a link that hides the true h of these data, or tells it afterwards."""
    return {"token": sealed.seal(secret(), Sealed(source, CLASS, student, told))}


def hidden_data(source, student=7):
    """The data that such a link opens."""
    return sealed.source_of(secret(), Sealed(source, CLASS, student))


def open_page(page, link_words):
    """The app at the address of a page with these words in its query."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page:
        # AppTest finds pages that are files; one that is a function has the hash of its address.
        app._page_hash = calc_hash(page)
    for key, value in link_words.items():
        app.query_params[key] = value
    return run(app)


def follow(address):
    """The app as the address opens it."""
    parts = urlsplit(address)
    page = "tour" if parts.path.endswith("tour") else ""
    return open_page(page, parse_qs(parts.query, keep_blank_values=True))


def everything(app):
    """All that is written anywhere on the page, and in its boards."""
    parts = [str(element.proto) for element in app._tree if hasattr(element, "proto")]
    parts += [text for _, picture in boards(app).values() for text in texts_in(picture)]
    return "\n".join(parts)


def query(app):
    """The words in the address."""
    return {
        key: value if isinstance(value, str) else value[-1]
        for key, value in app.query_params.items()
    }


def keys(app):
    return {element.key for element in app._tree if getattr(element, "key", None)}
