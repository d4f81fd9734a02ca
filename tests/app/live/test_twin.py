"""The twin by Node, where it is at hand; in Chromium it is tried in any case."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from lmm_app.live.twin import twin_problem, twin_source
from tests import builders, twin

NODE = shutil.which("node")
EVERY = 20


def test_its_problem_is_the_rotated_one():
    for rotated in twin.random_problems(22):
        sent = twin_problem(rotated)
        n, p = sent["n"], sent["p"]
        basis, to_beta = sent["basis"].reshape(n, p), sent["toBeta"].reshape(p, p)
        np.testing.assert_allclose(rotated.X @ to_beta, basis, atol=1e-9)
        assert len(sent["values"]) == len(sent["residual"]) == n
        assert (sent["atOne"]["ML"] is None) == (rotated.n_null == 0)


@pytest.mark.skipif(NODE is None, reason="there is no Node; Chromium tries the same")
def test_it_agrees_with_python(tmp_path):
    problems = [one for one in twin.random_problems(2 * len(builders.KINDS)) if not one.exact]
    problems += twin.problems_of_records()
    (tmp_path / "problems.json").write_text(twin.as_json(problems))
    (tmp_path / "twin.mjs").write_text(twin_source())
    (tmp_path / "run.mjs").write_text(
        'import * as twin from "./twin.mjs"; import fs from "fs";\n'
        'const problems = JSON.parse(fs.readFileSync("problems.json"));\n'
        f"const rows = (() => {{{twin.SCRIPT}}})();\n"
        'fs.writeFileSync("rows.json", JSON.stringify(rows));\n'
    )
    subprocess.run([NODE, "run.mjs"], cwd=tmp_path, check=True)
    rows = json.loads((tmp_path / "rows.json").read_text())
    for rotated, own in zip(problems, rows, strict=True):
        far = twin.apart(rotated, own, every=EVERY)
        # Python projects the plot's points anew, and loses some digits near h = 1.
        assert far.pop("points") < 1e-7
        assert max(far.values()) < 1e-9, far
