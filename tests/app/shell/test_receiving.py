"""What is uploaded is received in memory, also where Streamlit itself would use the disk."""

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from streamlit import config
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.server import Server
from streamlit.web.server.starlette import starlette_routes

from lmm_app.session.state import MAX_UPLOAD_MB
from lmm_app.shell.receiving import receive_in_memory

MB = 1 << 20


def on_disk(size):
    """Whether a file of so many bytes is on a disk once it has been received."""
    edge = b"--edge\r\nContent-Disposition: form-data; name=f; filename=K.csv\r\n\r\n"
    body = edge + bytes(size) + b"\r\n--edge--\r\n"
    headers = [(b"content-type", b"multipart/form-data; boundary=edge")]

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def received():
        form = await Request({"type": "http", "headers": headers}, receive).form()
        (file,) = form.values()
        assert len(await file.read()) == size
        rolled = file.file._rolled
        await form.close()
        return rolled

    # In a thread of its own: a browser that is driven beside it has a loop in this one.
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, received()).result()


def test_a_large_file_is_received_in_memory(monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MB)
    assert on_disk(2 * MB)
    receive_in_memory()
    assert not on_disk(2 * MB)
    assert not on_disk(MAX_UPLOAD_MB * MB)


def test_streamlit_receives_so_and_keeps_files_in_memory():
    """What the sentence about files rests on, in the version that is installed."""
    assert "limited_request.form()" in inspect.getsource(starlette_routes)
    made = inspect.getsource(Server.__init__)
    assert MemoryUploadedFileManager.__name__ in made
    assert f"{MemorySessionStorage.__name__}(" in made
    assert 'ttl_seconds=config.get_option("server.disconnectedSessionTTL")' in made
    for kept in (MemoryUploadedFileManager, MemorySessionStorage):
        assert "open(" not in inspect.getsource(kept)
    assert config.get_option("server.maxUploadSize") == MAX_UPLOAD_MB


def test_a_page_that_has_gone_is_forgotten_when_it_is_said(monkeypatch):
    now = [0.0]
    storage = MemorySessionStorage(ttl_seconds=1800)
    monkeypatch.setattr(storage._cache, "_timer", lambda: now[0])
    gone = type("Info", (), {"session": type("Session", (), {"id": "a"})})
    storage.save(gone)
    now[0] = 1799.0
    assert storage.get("a") is gone
    now[0] = 1800.0
    assert storage.get("a") is None


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
