"""One student's browser, as far as a server can tell.

It fetches the page, opens its socket, and sends what Streamlit's own client sends: what every
widget on the page is set to, the board's event when h is let go, and the hashes of the large
messages that it still holds, of which the server then sends a reference. It draws nothing.
"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.visit import fetch, sent

PATIENCE = 120.0
# What the browser asks for before it opens its socket.
BEFORE = ("/", "/_stcore/health", "/_stcore/host-config")
# In place of the token of a login, which the app has none of.
NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"


class StudentError(Exception):
    """The server's answer is not what a student should see."""


@dataclass
class Held:
    """A large message that the browser keeps: since which run, and of which fragment."""

    run: int
    fragment: str


class Student:
    """A browser on the page Explore of the server at `url`, opened by a link if one is given.

    `received` counts the bytes that came through the socket.
    """

    # The page's address, and what the key of its board ends with.
    page, board = "", "-profile"

    def __init__(self, url: str, seed: int, link: str = "") -> None:
        self.url, self.link = url, link
        self.received = 0
        self._rng = random.Random(seed)
        self._cookies: dict[str, str] = {}
        self._socket: ClientConnection | None = None
        self._session = ""
        self._page = ""
        self._query: dict[str, str] = {}
        self._widgets: dict[str, WidgetState] = {}
        # The board of the profile, and the fragment that it is in.
        self._board = ("", "")
        self._held: dict[str, Held] = {}
        self._run, self._oldest = 0, 0

    async def open(self, files: Sequence[str] = ()) -> float:
        """Open the page: the seconds until the server has run it to its end.

        Args:
            files: what a browser that has never been here fetches besides.
        """
        start = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            await fetch(self.url, [*BEFORE, *files], self._cookies)
            await self._connect()
            await self._ask(ClientState(query_string=self.link, page_name=self.page))
        return time.perf_counter() - start

    async def come_back(self) -> None:
        """Lose the network, and have a new socket to the same session."""
        await self.leave()
        await self._connect()

    async def let_go(self) -> float:
        """Let go of another h: the seconds until the server has run what depends on it."""
        h = str(self._rng.randint(1, 99) / 100)
        board, fragment = self._board
        event = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{board}__events")
        event.json_trigger_value = json.dumps([{"event": "h", "value": float(h)}])
        return await self._click(event, fragment)

    async def other_likelihood(self) -> float:
        """ML in place of REML, or back: the seconds until the server has run the page."""
        (method,) = (w for name, w in self._widgets.items() if name.endswith("-method"))
        (before,) = method.string_array_value.data
        after = "REML" if before == "ML" else "ML"
        method.string_array_value.data[:] = [after]
        # The browser itself keeps this one in the address, unless it is the usual one.
        self._query.pop("method", None)
        if after == "ML":
            self._query["method"] = after
        return await self._click()

    async def leave(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _connect(self) -> None:
        known = [self._session] if self._session else []
        self._socket = await connect(
            f"ws{self.url.removeprefix('http')}/_stcore/stream",
            origin=Origin(self.url),
            # By them the one server of several is found that has the session.
            additional_headers=sent(self._cookies),
            subprotocols=[Subprotocol(name) for name in ("streamlit", NO_TOKEN, *known)],
            max_size=None,
            ping_interval=None,
            # As the server, which would otherwise be slower by the compression of the clients.
            compression=None,
        )

    async def _click(self, event: WidgetState | None = None, fragment: str = "") -> float:
        state = ClientState(page_script_hash=self._page, fragment_id=fragment)
        state.query_string = urlencode(self._query)
        state.widget_states.widgets.extend([*self._widgets.values(), *([event] if event else [])])
        state.cached_message_hashes.extend(self._held)
        start = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            await self._ask(state)
        return time.perf_counter() - start

    async def _ask(self, state: ClientState) -> None:
        """Ask for a run, and read what it sends until it has finished."""
        assert self._socket is not None
        context = state.context_info
        context.timezone, context.locale, context.color_scheme = "UTC", "en-GB", "light"
        context.url = f"{self.url}/{self.page}"
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        async for data in self._socket:
            self.received += len(data)
            if self._take(ForwardMsg.FromString(data)):
                return
        raise StudentError("the server closed the socket")

    def _take(self, message: ForwardMsg) -> bool:
        """Take in one message: whether the run has finished with it."""
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._see(message.delta)
            if message.metadata.cacheable and message.hash not in self._held:
                self._held[message.hash] = Held(self._run, message.delta.fragment_id)
        elif kind == "ref_hash":
            if message.ref_hash not in self._held:
                raise StudentError("a reference to a message that the browser does not hold")
            self._held[message.ref_hash].run = self._run
        elif kind == "new_session":
            self._session = message.new_session.initialize.session_id
            self._oldest = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = dict(parse_qsl(message.page_info_changed.query_string))
        elif kind == "session_event":
            raise StudentError(
                message.session_event.WhichOneof("type") or "an event of the session"
            )
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise StudentError("the script could not be compiled")
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self._forget(message.metadata.run.fragment_ids)
                return True
        return False

    def _see(self, delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise StudentError(element.exception.message)
        if kind == "bidi_component" and element.bidi_component.id.endswith(self.board):
            self._board = (element.bidi_component.id, delta.fragment_id)
        state = first_state(element)
        if state is not None:
            self._widgets.setdefault(state.id, state)

    def _forget(self, fragments: Sequence[str]) -> None:
        """Let go of messages not used for too many runs, of all or of the fragments that ran."""
        self._run += 1
        for name, held in list(self._held.items()):
            if self._run - held.run > self._oldest and (
                not fragments or held.fragment in fragments
            ):
                del self._held[name]


def first_state(element: Element) -> WidgetState | None:
    """What a widget is set to when it appears; None for what has no value."""
    kind = element.WhichOneof("type")
    if kind == "button_group":
        group = element.button_group
        first = [group.options[place].content for place in group.default]
        state = WidgetState(id=group.id)
        state.string_array_value.data.extend(group.raw_values if group.set_value else first)
        return state
    if kind in ("radio", "selectbox"):
        box = element.radio if kind == "radio" else element.selectbox
        chosen = box.raw_value if box.set_value else box.options[box.default]
        return WidgetState(id=box.id, string_value=chosen)
    if kind == "slider":
        slider = element.slider
        state = WidgetState(id=slider.id)
        state.double_array_value.data.extend(slider.value if slider.set_value else slider.default)
        return state
    if kind == "checkbox":
        tick = element.checkbox
        return WidgetState(id=tick.id, bool_value=tick.value if tick.set_value else tick.default)
    return None
