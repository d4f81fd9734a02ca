"""Sessions that come back: Streamlit watches them, whatever it was told."""

from contextlib import suppress

import streamlit as st
from streamlit import config


def spare_those_who_return() -> None:
    """Where no file is to be watched, keep Streamlit from looking for files to watch.

    A session that has lost its socket and comes back is given a watcher without a look at
    `server.fileWatcherType`. The watcher watches nothing, but at the end of the next run it goes
    through every loaded module, on the thread that serves everyone: a class that opens its
    laptops again would wait for that sixty times.
    """
    if config.get_option("server.fileWatcherType") != "none":
        return
    # It is not Streamlit's promise that this is there; without it a class waits, and no more.
    with suppress(ImportError):
        from streamlit.watcher.local_sources_watcher import LocalSourcesWatcher

        def nothing(self: LocalSourcesWatcher) -> None: ...

        # No setting is asked on this way.
        LocalSourcesWatcher.update_watched_modules = nothing  # type: ignore[method-assign]


@st.fragment(run_every=3600)
def ask_again_after_a_death() -> None:
    """Nothing: what comes again is asked for anew when the server has died and another answers.

    Else the browser waits for a click, and meanwhile no download works.
    """
