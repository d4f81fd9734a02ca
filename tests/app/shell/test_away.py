"""When memory is short, those who have been away longest are let go."""

import inspect
from dataclasses import dataclass, field

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from lmm_app.shell import away


@dataclass
class Session:
    id: str
    ended: list = field(default_factory=list)

    def shutdown(self):
        self.ended.append(self.id)


@dataclass
class Info:
    session: Session


@pytest.fixture
def storage(monkeypatch):
    """A storage that lets go, and Streamlit's own again afterwards."""
    # An app that ran before in this process has its own in place.
    monkeypatch.setattr(MemorySessionStorage, "save", inspect.unwrap(MemorySessionStorage.save))
    away.let_go_when_memory_is_short.cache_clear()
    away.let_go_when_memory_is_short()
    yield MemorySessionStorage(maxsize=128, ttl_seconds=1800)
    away.let_go_when_memory_is_short.cache_clear()


def names(storage):
    return [info.session.id for info in storage.list()]


def test_while_there_is_room_all_are_kept(storage, monkeypatch):
    monkeypatch.setattr(away, "held", lambda: away.ROOM)
    for name in "abcde":
        storage.save(Info(Session(name)))
    assert names(storage) == list("abcde")


def test_when_memory_is_short_each_who_leaves_takes_two_with_them(storage, monkeypatch):
    monkeypatch.setattr(away, "held", lambda: 0.0)
    infos = [Info(Session(name)) for name in "abcde"]
    for info in infos:
        storage.save(info)
    monkeypatch.setattr(away, "held", lambda: away.ROOM + 1.0)
    storage.save(Info(Session("f")))
    assert names(storage) == ["c", "d", "e", "f"]
    assert [info.session.ended for info in infos] == [["a"], ["b"], [], [], []]
    # Who leaves is never the one who is let go.
    for name in "ghi":
        storage.save(Info(Session(name)))
    assert names(storage) == ["i"]


def test_what_they_held_is_looked_for_now_and_then(storage, monkeypatch):
    collected = []
    monkeypatch.setattr(away.gc, "collect", lambda: collected.append(True))
    monkeypatch.setattr(away, "held", lambda: away.ROOM + 1.0)
    for name in "abcde":
        storage.save(Info(Session(name)))
    assert collected == [True]


def test_it_is_told_once(storage):
    kept = MemorySessionStorage.save
    away.let_go_when_memory_is_short()
    assert MemorySessionStorage.save is kept


def test_what_the_process_holds_is_known():
    before = away.held()
    more = bytearray(64 << 20)
    more[::4096] = b"x" * len(more[::4096])
    assert 50 < away.held() - before < 90
