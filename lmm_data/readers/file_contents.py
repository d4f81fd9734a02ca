"""Files as they were sorted, by name: bytes, or tables whose text nobody has asked for yet."""

from collections.abc import Iterator, MutableMapping

from lmm_data.readers.frames import Frame


class Contents(MutableMapping[str, bytes]):
    """The bytes of files by their names; the text of a frame is made when somebody asks for it.

    Attributes:
        there: those that are bytes already.
    """

    def __init__(self) -> None:
        self.there: dict[str, bytes] = {}
        self._frames: dict[str, Frame] = {}
        self._names: dict[str, None] = {}

    def later(self, name: str, frame: Frame) -> None:
        """Add a table of which no text was made."""
        self._names[name], self._frames[name] = None, frame

    @property
    def held(self) -> tuple[object, ...]:
        """What it keeps in memory."""
        return self.there, self._frames

    def size(self, name: str) -> int:
        """How many bytes a file has, of a frame about how many."""
        frame = self._frames.get(name)
        return len(self.there[name]) if frame is None else frame.size

    def __getitem__(self, name: str) -> bytes:
        frame = self._frames.get(name)
        if frame is not None:
            # Two sessions may ask at once.
            self.there[name] = frame.text()
            self._frames.pop(name, None)
        return self.there[name]

    def __setitem__(self, name: str, content: bytes) -> None:
        self._frames.pop(name, None)
        self._names[name], self.there[name] = None, content

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        self._frames.pop(name, None)
        self.there.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
