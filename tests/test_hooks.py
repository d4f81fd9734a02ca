"""What is checked before a commit and before a push is what the server checks."""

import subprocess
import sys

import yaml

from tests.places import ROOT

CONFIG = ROOT / ".pre-commit-config.yaml"


def commands(script):
    lines = (ROOT / ".ci" / script).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]


def hooks():
    """Of each stage, the commands of its hooks in their order."""
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    assert config["default_install_hook_types"] == ["pre-commit", "pre-push"]
    found = {}
    for repository in config["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert (hook["language"], hook["pass_filenames"]) == ("system", False)
            (stage,) = hook.get("stages", config["default_stages"])
            found.setdefault(stage, []).append(hook["entry"])
    return found


def test_the_hooks_run_the_commands_of_the_servers_check():
    # The types run beside the rest, whose end waits for them.
    format_lint_types = [line.removesuffix(" &") for line in commands("check")[:3]]
    assert commands("check")[-1] == 'wait "$types"'
    assert [line.split()[0] for line in format_lint_types] == [
        ".venv/bin/ruff",
        ".venv/bin/ruff",
        ".venv/bin/mypy",
    ]
    assert hooks() == {"pre-commit": format_lint_types, "pre-push": ["bash .ci/check"]}
    assert commands("run")[-1] == "bash .ci/check"


def test_pre_commit_reads_its_settings():
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIG)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
