"""What is kept on disk: found by its content alone, whole or not at all, and never too much."""

import os
import stat
import time

import numpy as np
import pytest

from lmm_data.large import store
from lmm_data.large.store import Store, key_of, open_store
from tests.data.large.kinships import kinship

K = kinship(30)
KEY = key_of(K)
MADE = tuple(np.linalg.eigh(K))
SIZE = 32 + 8 * 30 * 31


@pytest.fixture
def kept(tmp_path):
    found = Store(tmp_path / "cache", 1e6)
    found.keep(KEY, *MADE)
    return found


def only_file(kept):
    (path,) = kept.folder.iterdir()
    return path


def test_what_was_kept_is_found_bit_for_bit_and_may_be_changed(kept):
    values, vectors = kept.find(KEY, 30)
    assert np.array_equal(values, MADE[0])
    assert np.array_equal(vectors, MADE[1])
    values[0] = vectors[0, 0] = 7.0
    assert kept.find(KEY, 30)[0][0] == MADE[0][0]


def test_the_key_is_of_every_bit_and_of_nothing_else():
    assert key_of(np.array(K)) == KEY
    for place in ((0, 0), (29, 29), (12, 7)):
        other = K.copy()
        other[place] = np.nextafter(other[place], 9.0)
        assert key_of(other) != KEY
    assert key_of(K.astype(np.float32)) != KEY
    assert key_of(K.reshape(10, 90)) != KEY


def test_another_form_of_the_file_has_other_names(monkeypatch):
    monkeypatch.setattr(store, "FORM", "another")
    assert key_of(K) != KEY


@pytest.mark.parametrize("how", ["cut", "longer", "flipped", "empty", "one bit"])
def test_a_file_that_is_not_whole_is_found_out_and_deleted(kept, how):
    path = only_file(kept)
    content = bytearray(path.read_bytes())
    assert len(content) == SIZE
    if how == "flipped":
        content[0] ^= 1
    elif how == "one bit":
        content[5000] ^= 1
    path.write_bytes(
        {"cut": content[:-8], "longer": content + b"8 bytes.", "empty": b""}.get(how, content)
    )
    assert kept.find(KEY, 30) is None
    assert not path.exists()
    assert kept.find(KEY, 30) is None


def test_a_run_that_is_killed_leaves_no_wrong_one(kept, monkeypatch):
    other = key_of(K + 1.0)

    def killed(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(store.os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        kept.keep(other, *MADE)
    assert kept.find(other, 30) is None
    assert len(list(kept.folder.iterdir())) == 1


def test_what_a_killed_process_left_unfinished_is_cleared_after_an_hour(kept):
    old, new = (kept.folder / f"{name}{store.UNFINISHED}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 3700,) * 2)
    kept.keep(key_of(K + 1.0), *MADE)
    assert new.exists()
    assert not old.exists()


def test_the_longest_unused_goes_first(tmp_path):
    kept = Store(tmp_path, 3.5 * SIZE)
    keys = [key_of(K + one) for one in range(4)]
    for age, key in zip((30, 20, 10), keys, strict=False):
        kept.keep(key, *MADE)
        when = time.time() - age
        os.utime(tmp_path / f"{key}{store.SUFFIX}", (when, when))
    assert kept.find(keys[0], 30)
    kept.keep(keys[3], *MADE)
    assert [bool(kept.find(key, 30)) for key in keys] == [True, False, True, True]


def test_one_that_is_larger_than_all_may_be_is_not_kept(tmp_path):
    kept = Store(tmp_path / "cache", SIZE - 1.0)
    kept.keep(KEY, *MADE)
    assert not kept.folder.exists()


def test_a_full_disk_refuses(tmp_path, monkeypatch):
    class Disk:
        total, free = 1e9, 1e8

    monkeypatch.setattr(store.shutil, "disk_usage", lambda folder: Disk)
    with pytest.raises(OSError, match=r"the disk would be full: 0\.1 GB are free"):
        Store(tmp_path, 1e6).keep(KEY, *MADE)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="rights are other there")
def test_nobody_else_may_read_it(kept):
    assert stat.S_IMODE(only_file(kept).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700


def test_where_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv("LMM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert open_store() == Store(tmp_path / "lmm", 5e9)
    monkeypatch.setenv("LMM_CACHE_GB", "0.25")
    assert open_store() == Store(tmp_path / "lmm", 2.5e8)
    assert open_store("off") is None
    monkeypatch.setenv("LMM_CACHE", str(tmp_path / "there"))
    assert open_store().folder == tmp_path / "there"
    assert open_store(str(tmp_path / "here")).folder == tmp_path / "here"
    assert open_store("off") is None
    monkeypatch.setenv("LMM_CACHE", "off")
    assert open_store() is None


@pytest.mark.parametrize(
    ("system", "folder"),
    [("linux", ".cache/lmm"), ("darwin", "Library/Caches/lmm"), ("win32", "Local/lmm/Cache")],
)
def test_by_default_it_is_where_the_system_keeps_caches(tmp_path, monkeypatch, system, folder):
    monkeypatch.delenv("LMM_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setattr(store.sys, "platform", system)
    monkeypatch.setattr(store.Path, "home", lambda: tmp_path)
    assert open_store().folder == tmp_path / folder
