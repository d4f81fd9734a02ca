"""`lmm app --processes`: what it refuses, and what it asks of the servers' settings."""

import socket
import subprocess

import pytest

from lmm_cli.command import UsageError
from lmm_cli.serving import places
from lmm_cli.serving.server import server_command
from lmm_cli.serving.settings import settings_of
from tests.cli_helpers import Shell


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def test_without_nginx_it_says_what_to_install(shell, monkeypatch):
    monkeypatch.setattr(places.shutil, "which", lambda name, path: None)
    ran = shell("app", "--no-browser", "--port", "8599", "--processes", "2")
    assert ran.code == 2
    assert (
        "several processes need nginx in front of them: it is not installed; apt-get install "
        "nginx-light, or brew install nginx, or leave --processes away"
    ) in " ".join(ran.err.split())


@pytest.mark.parametrize("number", ["0", "-1", "65", "two", "1.5"])
def test_so_many_processes_are_a_slip_of_the_hand(shell, number):
    ran = shell("app", f"--processes={number}")
    assert ran.code == 2
    assert f"a number from 1 to 64: it is “{number}”" in " ".join(ran.err.split())


def test_a_port_that_another_has_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port} cannot be had: .*; name another by"):
            places.listening("127.0.0.1", port)
    with pytest.raises(UsageError, match="port 70000 cannot be had"):
        places.listening("127.0.0.1", 70000)


def test_it_listens_where_the_setting_says():
    (port,) = places.free_ports(1)
    assert places.listening("127.0.0.1", port) == [f"127.0.0.1:{port}"]
    assert places.listening("", port)[0] == str(port)


def test_the_ports_are_different():
    assert len(set(places.free_ports(20))) == 20


def settings(*given):
    return settings_of(server_command(8501, [f"--{one}" for one in given], headless=True))


def test_the_settings_are_those_of_the_project_and_of_the_command():
    ours = settings()
    assert (ours.address, ours.base, ours.upload_mb, ours.same_site) == ("", "", 64, "lax")
    assert ours.headless
    theirs = settings(
        "server.maxUploadSize=200",
        "server.baseUrlPath=/course/",
        "server.address=127.0.0.1",
        "server.xsrfCookieSameSite=none",
    )
    assert (theirs.base, theirs.upload_mb, theirs.same_site) == ("/course", 200, "none")
    assert theirs.address == "127.0.0.1"


def test_a_setting_that_the_server_does_not_know_is_refused():
    with pytest.raises(UsageError, match=r"it says: .*server\.maxUplaodSize.*; “streamlit config"):
        settings("server.maxUplaodSize=200")


def test_https_is_for_who_stands_in_front():
    with pytest.raises(UsageError, match=r"server\.sslCertFile is set; leave it away"):
        settings("server.sslCertFile=cert.pem")


def test_the_private_folder_is_private_and_gone_afterwards():
    with places.private_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "nginx.conf").touch()
    assert not folder.exists()


def test_nobody_is_asked_anything(monkeypatch):
    asked = []
    real = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **kept: asked.append(kept) or real(*args, **kept)
    )
    settings()
    assert asked[0]["stdin"] is subprocess.DEVNULL
