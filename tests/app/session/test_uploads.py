"""A file that is taken is not held twice."""

from types import SimpleNamespace

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from lmm_app.session import uploads


def test_streamlit_forgets_a_file_that_is_taken(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    for name in ("taken", "other"):
        manager.add_file("me", UploadedFileRec(name, f"{name}.csv", "text/csv", b"id,y\n"))
    context = SimpleNamespace(uploaded_file_mgr=manager, session_id="me")
    monkeypatch.setattr(uploads, "get_script_run_ctx", lambda: context)

    class Dropped:
        name, file_id = "taken.csv", "taken"

        def getvalue(self):
            (record,) = manager.get_files("me", ["taken"])
            return record.data

    monkeypatch.setattr(uploads.st, "session_state", {uploads.drop_key(): [Dropped()]})
    assert uploads.take_drop() == [("taken.csv", b"id,y\n")]
    assert manager.get_files("me", ["taken"]) == []
    assert len(manager.get_files("me", ["other"])) == 1
    assert uploads.drop_key() == "drop_1"
