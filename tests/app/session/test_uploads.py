"""A file that is taken is not held twice."""

from types import SimpleNamespace

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFileRec

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


def test_a_file_that_died_with_its_process_must_be_given_again(monkeypatch):
    class Dropped:
        name, file_id = "here.csv", "here"

        def getvalue(self):
            return b"id,y\n"

    monkeypatch.setattr(uploads, "get_script_run_ctx", lambda: None)
    for lost, said in ((1, "a file that was on the way"), (2, "2 files that were on the way")):
        gone = [DeletedFile(f"gone{k}") for k in range(lost)]
        state = {uploads.drop_key(): [*gone, Dropped()]}
        monkeypatch.setattr(uploads.st, "session_state", state)
        state[uploads.drop_key()] = [*gone, Dropped()]
        assert uploads.take_drop() == [("here.csv", b"id,y\n")]
        assert uploads.refused() == (f"{said} must be given again",)
