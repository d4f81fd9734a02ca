"""Sessions without a browser: a reader who opens any page, and what the page said."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.student import Student, StudentError

T = TypeVar("T")


class Reader(Student):
    """A student on any page of the app, which raises what goes wrong on it.

    Attributes:
        headings: of the page, the level and the words of each.
        words: every other text, in Markdown.
    """

    def __init__(self, url: str, page: str = "", link: str = "") -> None:
        super().__init__(url, 1, link)
        self.page = page
        self.headings: list[tuple[str, str]] = []
        self.words: list[str] = []

    def _take(self, message: ForwardMsg) -> bool:
        if message.WhichOneof("type") == "page_not_found":
            raise StudentError(f"there is no page {self.page!r}")
        return super()._take(message)

    def _see(self, delta: Delta) -> None:
        super()._see(delta)
        element = delta.new_element
        if element.WhichOneof("type") == "heading":
            self.headings.append((element.heading.tag, element.heading.body))
        elif element.WhichOneof("type") == "markdown":
            self.words.append(element.markdown.body)


async def read(url: str, page: str = "", link: str = "") -> Reader:
    """A page that was opened, run to its end, and left."""
    reader = Reader(url, page, link)
    await reader.open()
    await reader.leave()
    return reader


def alone(doing: Coroutine[None, None, T]) -> T:
    """The result, out of a thread of its own: in this one a browser may have its loop."""
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, doing).result()
