"""The Dockerfile's steps name what is there: no container is built here, so each is looked at."""

import json
import re
import shlex
import tomllib

import pytest

from tests.places import ROOT

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# A step may go on in the next line; a comment is no step.
LINES = re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
STEPS = [tuple(line.split(None, 1)) for line in LINES if line]


def of(name):
    return [words for step, words in STEPS if step == name]


def copied():
    """What is copied from the checkout."""
    return [
        source
        for words in of("COPY")
        if not words.startswith("--from")
        for source in shlex.split(words)[:-1]
    ]


def test_all_that_is_copied_is_there_and_let_in():
    assert len(copied()) == 11
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [line.removeprefix("!") for line in ignore if line.startswith("!")]
    assert ignore[1] == "*"
    assert sorted(let_in) == sorted(copied())


def test_all_that_the_wheel_is_made_of_is_copied():
    packages = {
        name.rstrip("*") for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    build = (ROOT / "setup.py").read_text(encoding="utf-8")
    packed = set(re.findall(r'"([\w.]+)": "lmm_\w+/', build))
    assert len(packed) == 2
    licences = {pattern.split("/")[0] for pattern in PROJECT["project"]["license-files"]}
    needed = packages | packed | licences | {"pyproject.toml", "setup.py", "README.md"}
    assert needed <= set(copied())


def test_it_installs_the_extra_of_the_page():
    (install,) = [words for words in of("RUN") if "pip" in words]
    (extra,) = re.findall(r'"\.\[(\w+)\]"', install)
    assert extra == "app"
    assert extra in PROJECT["project"]["optional-dependencies"]


def test_python_is_one_that_the_project_takes():
    versions = [tuple(map(int, re.findall(r"\d+", words)[:2])) for words in of("FROM")]
    least = tuple(map(int, re.findall(r"\d+", PROJECT["project"]["requires-python"])))
    assert len(set(versions)) == 1
    assert versions[0] >= least


def test_it_serves_as_another_than_root_and_is_asked_whether_it_is_well():
    names = [step for step, _ in STEPS]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert of("USER") == ["lmm"]
    (port,) = of("EXPOSE")
    started = json.loads(of("ENTRYPOINT")[0])
    assert started == ["lmm", "app", "--no-browser", "--port", port]
    (health,) = of("HEALTHCHECK")
    asking = json.loads(health[health.index("[") :])
    assert asking[:2] == ["python", "-c"]
    assert f"http://127.0.0.1:{port}/_stcore/health" in asking[2]
    compile(asking[2], "HEALTHCHECK", "exec")


def test_nginx_is_there_for_several_processes():
    assert any("nginx-light" in words for words in of("RUN"))


@pytest.mark.parametrize("name", ["app.py", "requirements.txt"])
def test_what_the_community_cloud_asks_for_is_there(name):
    assert (ROOT / name).is_file()


def test_the_community_cloud_needs_no_package_of_the_system():
    """Each requirement is one of the page's own; all of them come as wheels."""
    assert not (ROOT / "packages.txt").exists()
