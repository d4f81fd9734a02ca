"""What the server keeps, told to who runs it: beside Streamlit's own figures of itself.

`/_stcore/metrics?families=lmm_cache_bytes&families=lmm_cache_limit_bytes`, and the same of entries.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isfinite
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakSet

from lmm_app.session.shelf import shelves

if TYPE_CHECKING:
    from streamlit.runtime.stats import GaugeStat

BYTES, MOST_BYTES = "lmm_cache_bytes", "lmm_cache_limit_bytes"
ENTRIES, MOST_ENTRIES = "lmm_cache_entries", "lmm_cache_limit_entries"
HELP = {
    BYTES: "Bytes that a cache of the page holds.",
    MOST_BYTES: "Bytes that it may hold.",
    ENTRIES: "Entries that a cache of the page holds.",
    MOST_ENTRIES: "Entries that it may hold.",
}

_registering = Lock()
# Those that know already: to ask them takes as long as a board.
_told: WeakSet[object] = WeakSet()


def tell_what_is_kept() -> None:
    """Have the running server tell what is kept for everyone, if it is asked."""
    # It is not Streamlit's promise that this is there; without it nothing is told.
    with suppress(ImportError):
        from streamlit.runtime import Runtime
        from streamlit.runtime.stats import GaugeStat  # noqa: F401

        if not Runtime.exists():
            return
        manager = Runtime.instance().stats_mgr
        if manager in _told:
            return
        with _registering:
            if BYTES not in manager.registered_families():
                manager.register_provider(Kept())
            _told.add(manager)


class Kept:
    """What is kept for everyone, as Streamlit asks for it; numbers are read, nothing is measured.

    Most shelves are limited by bytes, some by entries.
    """

    stats_families: Sequence[str] = tuple(HELP)

    def get_stats(
        self, family_names: Sequence[str] | None = None
    ) -> Mapping[str, Sequence["GaugeStat"]]:
        """The figures by what they are of, all or those that are asked for."""
        from streamlit.runtime.stats import GaugeStat

        found: dict[str, list[GaugeStat]] = {
            family: [] for family in HELP if family_names is None or family in family_names
        }
        for one in shelves():
            for family, value, most in (
                (BYTES, one.size, one.most),
                (MOST_BYTES, one.most, one.most),
                (ENTRIES, len(one), one.most_entries),
                (MOST_ENTRIES, one.most_entries, one.most_entries),
            ):
                if family in found and isfinite(most):
                    unit = "bytes" if family.endswith("_bytes") else ""
                    labels = {"cache": one.name}
                    found[family].append(GaugeStat(family, int(value), labels, unit, HELP[family]))
        return found
