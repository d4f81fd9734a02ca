"""A student in a room, as far as a server can tell: who guesses, drags h, and hands both in."""

import time

from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.student import Student, StudentError


class Attendant(Student):
    """A browser on the page of a room, opened by the link that the class is shown."""

    page, board = "room", "-room_profile"

    def __init__(self, url: str, seed: int, code: str) -> None:
        super().__init__(url, seed, f"code={code}")
        self._buttons: dict[str, str] = {}
        self._said: list[str] = []
        self._asked = 0.0

    async def join(self) -> float:
        """Come in: the seconds until the question stands there."""
        start = time.perf_counter()
        await self.open()
        self._check("You are student")
        # The server goes on to make the data while the student thinks.
        return (self._asked or time.perf_counter()) - start

    async def hand_in_guess(self) -> float:
        """Hand in a guess: the seconds until the data of one's own are there."""
        (guess,) = (w for name, w in self._widgets.items() if name.endswith("-room_guess"))
        guess.double_array_value.data[:] = [round(self._rng.triangular(0.0, 1.0, 0.5) * 20) / 20]
        return await self._press("room_hand_guess", "Your guess is in")

    async def hand_in_estimate(self) -> float:
        """Hand in the estimate: the seconds until it is said to be in."""
        return await self._press("room_hand_estimate", "Your estimate is in", "The true h is")

    @property
    def asked(self) -> bool:
        """Whether a guess was asked for."""
        return self._asked > 0.0

    @property
    def waits(self) -> bool:
        """Whether the true h has not been told."""
        return not any("The true h is" in words for words in self._said)

    async def look(self) -> float:
        """Ask for the true h: the seconds until it is told."""
        return await self._press("room_look", "The true h is")

    async def _press(self, key: str, *answers: str) -> float:
        self._said.clear()
        if key not in self._buttons:
            raise StudentError(f"there is no button {key}")
        seconds = await self._click(WidgetState(id=self._buttons[key], trigger_value=True))
        self._check(*answers)
        return seconds

    def _check(self, *answers: str) -> None:
        if not any(answer in words for answer in answers for words in self._said):
            raise StudentError(f"in place of “{answers[0]}” stands {self._said}")

    def _see(self, delta: Delta) -> None:
        super()._see(delta)
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "button":
            # What Python calls it ends its name.
            key = element.button.id.rpartition("-")[2]
            self._buttons[key] = element.button.id
            if key == "room_hand_guess":
                self._asked = time.perf_counter()
        elif kind in ("markdown", "alert"):
            self._said.append(getattr(element, kind).body)
