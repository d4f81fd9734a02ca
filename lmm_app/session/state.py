"""What a session remembers: the choice on the screen, and the last one that could be fitted."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from lmm_app.fit.view import View
from lmm_app.live.hand import DECIMALS
from lmm_app.session import links, noted, sealed
from lmm_app.session.refused import BAD_TOKEN, OLD_LINK, note_bad_link, warn
from lmm_app.session.sealed import Sealed
from lmm_app.session.secret import secret
from lmm_app.sources.opened import Opened, Sample
from lmm_core import LMMError

METHODS = ("REML", "ML")
DEFAULT_SOURCE = Sample("mouse_hs300")
# Of a single file, and of all that a session holds at a time. GEMMA's kinship of 2,000 individuals
# is a file of 56 MB.
MAX_UPLOAD_MB = 64
MAX_TOGETHER_MB = 200

_LAST_GOOD = "last_good"
_SHOWN = "shown"
_SEALED = "sealed"
_PAGES = "pages"
_LEFT = "explore_left"
# What is chosen on the explore page and is in its link, but for what Streamlit binds.
_ON_EXPLORE = ("h", "search", "tolerance", "column", "picture")
# What the link says of the data, but for what Streamlit binds.
_OF_THE_DATA = ("data", "sample", "preset", "population", "seed", "broken", links.TOKEN)
_OF_THE_MODEL = ("trait", "covariates", "method")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is fitted: a dataset, one of its traits and some of its covariates.

    And where the dataset is from, None if no link can say it.
    """

    opened: Opened
    trait: str
    covariates: tuple[str, ...]
    source: links.Linked | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the pages show: a dataset, both fits of it, the method in front, and the source.

    And, on the page of the data, why what was asked for could not be fitted.
    """

    opened: Opened
    view: View
    method: str
    source: links.Linked | None = None
    complaint: LMMError | None = None


def show(shown: Shown) -> None:
    """Hand the pages what they are to show."""
    st.session_state[_SHOWN] = shown


def shown() -> Shown:
    """What this run is to show."""
    found: Shown = st.session_state[_SHOWN]
    return found


def last_good() -> Choice | None:
    """The last choice that was fitted in this session."""
    choice: Choice | None = st.session_state.get(_LAST_GOOD)
    return choice


def remember(choice: Choice) -> None:
    """Keep a choice that could be fitted: it stays on the screen if the next one cannot be.

    The dataset is the server's one copy, not the session's own.
    """
    st.session_state[_LAST_GOOD] = choice


def know_pages(pages: Mapping[str, StreamlitPage]) -> None:
    """Remember the pages by name, for links from one to another."""
    st.session_state[_PAGES] = pages


def page(name: str) -> StreamlitPage:
    """A page by its name."""
    pages: Mapping[str, StreamlitPage] = st.session_state[_PAGES]
    return pages[name]


def page_names() -> Collection[str]:
    """The names of all pages."""
    pages: Mapping[str, StreamlitPage] = st.session_state[_PAGES]
    return pages.keys()


def sealed_data() -> Sealed | None:
    """The data of a link with a token: it holds for the whole session."""
    if _SEALED not in st.session_state:
        _refuse_what_hid_before()
        token = st.query_params.get(links.TOKEN)
        found = None
        if token is not None:
            try:
                found = sealed.unseal(secret(), token)
            except LMMError:
                found = None
            if found is None:
                warn(BAD_TOKEN)
        st.session_state[_SEALED] = found
    kept: Sealed | None = st.session_state[_SEALED]
    return kept


def _refuse_what_hid_before() -> None:
    """Open nothing for a link whose true h could be found in it."""
    if st.query_params.get("hide") == "1":
        warn(OLD_LINK)
        for key in (*links.OF_DRAWN_DATA, "hide", "truth"):
            st.query_params.pop(key, None)


def hidden() -> Sealed | None:
    """The data of this session, if their true h is not to be seen."""
    found = sealed_data()
    return None if found is None or found.told else found


def leave_explore() -> None:
    """Keep what is chosen on the explore page, for a lecturer's link."""
    kept = [(key, st.query_params[key]) for key in _ON_EXPLORE if key in st.query_params]
    # Those that Streamlit binds to the URL are up to date in the state alone.
    bound = {name: st.session_state.get(name) for name in noted.BOUND["explore"]}
    kept += [(name, word) for name, one in bound.items() if one for word in noted.in_link(one)]
    st.session_state[_LEFT] = (*_fit_shown(), tuple(kept))
    noted.note()


def explore_left() -> tuple[tuple[str, str], ...]:
    """What was chosen on the explore page when it last showed this fit, as words of a link."""
    *fit, kept = st.session_state.get(_LEFT, ("", "", ()))
    words: tuple[tuple[str, str], ...] = kept if tuple(fit) == _fit_shown() else ()
    return words


def _fit_shown() -> tuple[str, str]:
    return shown().view.problem.fingerprint, shown().method


def one_of(names: Collection[str]) -> Callable[[str], str | None]:
    """Read a name from a link, None if it is not among `names`."""
    return lambda text: text if text in names else None


def within(low: float, high: float, decimals: int | None = None) -> Callable[[str], float | None]:
    """Read a number from a link, whole without `decimals`; None if not from `low` to `high`."""

    def read(text: str) -> float | None:
        try:
            value = round(float(text), decimals)
        except (ValueError, OverflowError):
            return None
        return value if low <= value <= high else None

    return read


def whole(low: int, high: int) -> Callable[[str], int | None]:
    """Read a whole number from a link; None if not from `low` to `high`."""
    read = within(low, high)
    return lambda text: None if (value := read(text)) is None else int(value)


def from_link(key: str, read: Callable[[str], object], word: str = "") -> None:
    """Give the widget `key`, before it is drawn, the value that the link asks for.

    In the link it has the same name unless `word` is another.

    For widgets that Streamlit cannot bind to the URL as they should be: of options with labels
    it would keep the label there, and `?sample=tiny12` outlives a change of words; and a value
    that the program sets it would not put there at all.
    """
    word = word or key
    if word in st.query_params and key not in st.session_state:
        asked = st.query_params[word]
        value = read(asked)
        if value is None:
            note_bad_link(word, asked)
        else:
            st.session_state[key] = value


def to_link(key: str, value: object, default: object) -> None:
    """Keep the value of the widget `key` in the URL, unless it is the default.

    Of several values each is a word, and of none the word is empty.
    """
    before = st.query_params.get_all(key)
    words = noted.in_link(value) if isinstance(value, tuple) else [str(value)]
    if value == default:
        words = []
    if words == before:
        return
    if words:
        st.query_params[key] = words
    else:
        st.query_params.pop(key, None)
    noted.note()


def in_link() -> dict[str, list[str]]:
    """What the link says of data and model, for a step to another page, which would forget it.

    What Streamlit binds to the URL it takes along itself.
    """
    names = [*_OF_THE_DATA, *_OF_THE_MODEL]
    return {name: st.query_params.get_all(name) for name in names if name in st.query_params}


def follow(key: str, belongs_to: object, value: object) -> None:
    """Set the widget `key` when what its value belongs to has changed.

    At first it is for the link to say, or else for the widget's own default.
    """
    if has_changed(key, belongs_to):
        st.session_state[key] = value


def has_changed(key: str, belongs_to: object) -> bool:
    """Whether what the value of the widget `key` belongs to is another than in the last run."""
    before = st.session_state.get(f"{key}_belongs_to")
    st.session_state[f"{key}_belongs_to"] = belongs_to
    return before not in (None, belongs_to)


def resting_h(belongs_to: object, estimate: float) -> float:
    """The h on the screen: where it was let go, or the link's, or else the estimate.

    It belongs to a fit: with another one it goes to that one's estimate.
    """
    from_link("h", within(0.0, 1.0, DECIMALS))
    follow("h", belongs_to, estimate)
    h = float(st.session_state.setdefault("h", estimate))
    to_link("h", h, estimate)
    return h


def h_from(component: Mapping[str, object], key: str = "h", decimals: int = DECIMALS) -> None:
    """Take the h at which a board was let go; what a browser sends may be anything."""
    value = within(0.0, 1.0, decimals)(str(component.get("h")))
    if value is not None:
        st.session_state[key] = value
