"""What nginx is told: that it understands it, and that each rule is there."""

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lmm_cli.command import UsageError
from lmm_cli.serving.nginx import COOKIE, Front, configuration
from lmm_cli.serving.places import find_nginx, free_ports, user_of_nginx
from lmm_cli.serving.settings import Settings

PORTS = [9001, 9002, 9003]
SETTINGS = Settings("", "", 64, "lax", "/packages/streamlit/static", True)
FRONT = Front(
    folder=Path("/private/folder with spaces"),
    listen=["8501", "[::]:8501"],
    ports=PORTS,
    settings=SETTINGS,
)


def changed(**settings):
    return replace(FRONT, settings=replace(SETTINGS, **settings))


def block(text, head):
    """What stands in the braces that follow a head."""
    found = re.search(rf"^{re.escape(head)} {{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL)
    assert found, head
    return found[1]


def servers(text, upstream):
    return re.findall(r"server 127\.0\.0\.1:(\d+)([^;]*);", block(text, f"upstream {upstream}"))


def test_each_name_is_one_server_and_the_others_stand_behind():
    text = configuration(FRONT)
    for number, own in enumerate(PORTS, 1):
        first, *others = servers(text, f"only_p{number}")
        assert first == (str(own), " max_fails=0")
        assert others == [(str(port), " max_fails=0 backup") for port in PORTS if port != own]


def test_the_cookie_is_of_who_answered_last():
    chosen = block(configuration(FRONT), "map $upstream_addr $cookie_of_who_answered")
    rules = [
        (re.compile(pattern), value) for pattern, value in re.findall(r'"~(\S+)" "([^"]+)"', chosen)
    ]
    answers = {
        "127.0.0.1:9001": "p1",
        "127.0.0.1:9001, 127.0.0.1:9002": "p2",
        "127.0.0.1:9002, 127.0.0.1:9003, 127.0.0.1:9001": "p1",
    }
    for asked, name in answers.items():
        (value,) = [value for pattern, value in rules if pattern.search(asked)]
        assert value == f"{COOKIE}={name}; Path=/; HttpOnly; SameSite=Lax"
    # 1 is the end of 127.0.0.1:19001 as well, and that is not a server of ours.
    assert not [value for pattern, value in rules if pattern.search("127.0.0.1:90011")]


@pytest.mark.parametrize(
    ("wish", "without"), [("$for_page", "least_busy"), ("$for_rest", "by_hash")]
)
def test_the_cookie_chooses_and_without_it_a_rule(wish, without):
    text = configuration(FRONT)
    lines = block(text, f"map $cookie_{COOKIE} {wish}").split("\n")
    assert [line.strip() for line in lines if line] == [
        f"default {without};",
        "p1 only_p1;",
        "p2 only_p2;",
        "p3 only_p3;",
    ]
    assert [port for port, _ in servers(text, without)] == [str(port) for port in PORTS]
    assert not any("backup" in words for _, words in servers(text, without))


def test_only_pages_and_the_socket_set_the_cookie():
    text = configuration(FRONT)
    setting = [part for part in text.split("location ") if "add_header Set-Cookie" in part]
    assert [part.split(" {")[0] for part in setting] == ["/", "= /_stcore/stream"]


def test_what_runs_the_page_is_not_to_be_had_from_outside():
    text = configuration(FRONT)
    for path in ("script-health-check", "metrics"):
        assert f"location = /_stcore/{path} {{ return 403; }}" in text


def test_an_upload_may_be_as_large_as_the_server_lets_it_be():
    assert "client_max_body_size 65m;" in configuration(FRONT)
    assert "client_max_body_size 201m;" in configuration(changed(upload_mb=200))


def test_neither_uploads_nor_downloads_are_written_to_a_disk():
    text = configuration(FRONT)
    assert "proxy_request_buffering off;" in block(text, "location /_stcore/")
    assert "\nproxy_max_temp_file_size 0;\n" in text


def test_all_that_nginx_writes_is_in_its_folder():
    text = configuration(FRONT)
    places = re.findall(r"^(?:pid|error_log|\w+_temp_path) (.+?)(?: crit)?;$", text, re.MULTILINE)
    assert len(places) == 7
    assert all(place.startswith('"/private/folder with spaces/') for place in places)


def test_a_path_before_all_others_is_before_all():
    text = configuration(changed(base="/course"))
    paths = re.findall(r"location (?:= )?(\S+) {", text)
    assert len(paths) == 8
    assert [path for path in paths if not path.startswith("/course/")] == ["/"]
    assert "Path=/course; " in text


def test_in_a_frame_of_another_site_the_cookie_goes_along_if_the_server_s_does():
    text = configuration(changed(same_site="none"))
    assert text.count("SameSite=None; Secure") == len(PORTS)


def test_one_server_has_none_behind_it():
    text = configuration(replace(FRONT, ports=[9001]))
    assert servers(text, "only_p1") == [("9001", " max_fails=0")]


@pytest.mark.parametrize("front", [FRONT, replace(FRONT, ports=[9001]), changed(base="/course")])
def test_nginx_understands_it(tmp_path, front):
    try:
        nginx = find_nginx()
    except UsageError as error:
        if os.environ.get("LMM_REQUIRE_BROWSER") == "1":
            raise
        pytest.skip(str(error))
    folder = tmp_path / 'a "folder" with signs'
    folder.mkdir()
    (port,) = free_ports(1)
    listen = [f"127.0.0.1:{port}"]
    front = replace(front, folder=folder, listen=listen, user=user_of_nginx())
    told = folder / "nginx.conf"
    told.write_text(configuration(front))
    done = subprocess.run(
        [nginx, "-t", "-e", "stderr", "-p", str(folder), "-c", str(told)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
