"""The command fit: the numbers of fit_lmm, in a table for people and in JSON for programs."""

import io
import re
from pathlib import Path

import numpy as np
import pytest

from lmm_cli.entry import main
from lmm_core import coefficient_tests, fit_lmm, interval_h2
from lmm_data.dataset import align
from lmm_data.preparation.reshaping import TRANSFORMS
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.written import csv_text, numbers_csv
from tests.cli_helpers import MICE_FILES, ROOT, TINY, TINY_FILES, Shell, write

IDS = tuple(f"m{i}" for i in range(1, 25))
SIBS = np.kron(np.eye(6), np.full((4, 4), 0.5)) + 0.5 * np.eye(24)


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def draw(columns=1, seed=1):
    return np.random.default_rng(seed).standard_normal((24, columns)) + 10.0


def tables(folder, y, names=("weight",), K=SIBS, **more):
    files = {"pheno": numbers_csv(IDS, names, y), "kinship": numbers_csv(IDS, IDS, K), **more}
    return write(folder, **files)


def dataset(paths):
    pheno, kinship, covar = paths
    return align("d", read_table(pheno), read_kinship(kinship), read_table(covar))


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_json_holds_the_fit_bit_for_bit(shell, method):
    problem = dataset(MICE_FILES).problem("MCH", ("sex",))
    fit = fit_lmm(problem.y, problem.X, problem.K, reml=method == "reml")
    options = ["--ml"] if method == "ml" else []
    ran = shell("fit", *MICE_FILES, "--trait", "MCH", "--level", "0.9", "--json", *options)
    assert (ran.code, ran.err) == (0, "")
    answer = ran.json
    assert set(answer) == {
        "fit",
        "interval",
        "data",
        "error",
        "report",
        "files",
        "notes",
        "versions",
    }
    found = answer["fit"]
    for name in ("h2", "sigma2", "sigma2_g", "sigma2_e", "loglik", "n", "p", "reml", "status"):
        assert found[name] == getattr(fit, name), name
    assert found["message"] == fit.message
    assert found["beta"] == fit.beta.tolist()
    assert found["se_beta"] == fit.se_beta.tolist()
    assert [step["h2"] for step in found["trace"]] == [step.h2 for step in fit.trace]
    assert [maximum["h2"] for maximum in found["maxima"]] == [m.h2 for m in fit.maxima]
    lower, upper = interval_h2(fit, level=0.9)
    assert answer["interval"] == {
        "lower": lower,
        "upper": upper,
        "level": 0.9,
        "method": "profile",
        "error": 0.0,
    }
    assert answer["data"]["trait"] == "MCH"
    assert answer["data"]["columns"] == ["intercept", "sex"]
    assert answer["data"]["ids"] == list(problem.ids)
    assert len(answer["data"]["dropped"]) == 9
    assert answer["error"] is None
    assert answer["report"]["verdict"] in ("fit for use", "usable with care")
    assert {file["role"] for file in answer["files"]} == {"phenotypes", "kinship", "covariates"}
    assert [file["paths"] for file in answer["files"]] == [[path] for path in MICE_FILES]
    assert answer["versions"]["numpy"] == np.__version__


def test_the_table_has_the_same_numbers(shell):
    problem = dataset(MICE_FILES).problem("CD8", ("sex",))
    fit = fit_lmm(problem.y, problem.X, problem.K)
    lower, upper = interval_h2(fit)
    tests = coefficient_tests(fit)
    ran = shell("fit", *MICE_FILES)
    lines = {line.split("  ")[0]: line.replace("−", "-") for line in ran.out.splitlines()}
    assert f"{fit.h2:.5g}" in lines["h, on the scale of K"]
    assert f"{lower:.4g} to {upper:.4g}" in lines["h, on the scale of K"]
    assert f"{fit.sigma2_g:.5g}" in lines["sigma2_g, v·h"]
    assert f"{fit.sigma2_e:.5g}" in lines["sigma2_e, v·(1 − h)"]
    assert f"{fit.sigma2:.5g}" in lines["sigma2, variance v"]
    assert f"{fit.loglik:.3f}" in lines["restricted log-likelihood"]
    # Two-sided at 95%, with Student's t on 281 degrees of freedom: 1.96844.
    half = 1.96844 * tests.se[1]
    assert f"{tests.beta[1]:.5g}" in lines["b, sex"]
    assert f"{tests.se[1]:.5g}" in lines["b, sex"]
    assert f"{tests.beta[1] - half:.4g} to" in lines["b, sex"]
    assert fit.message in ran.words
    assert ran.out.startswith("Verdict: usable with care (1 warning")
    assert "14, “A048067278”" in ran.out


def test_files_may_come_in_any_order_and_stand_anywhere(shell):
    expected = shell("fit", *TINY_FILES, "--json").json["fit"]
    pheno, kinship, covar = TINY_FILES
    for arguments in (
        [covar, kinship, pheno],
        [kinship, "--ml", covar, "--json", pheno],
        ["--covar", covar, "--pheno", pheno, "--kinship", kinship],
        ["--kinship", kinship, "--level", "0.5", pheno, covar],
    ):
        ran = shell("fit", *arguments, "--json")
        assert ran.code == 0, ran.err
        if "--ml" in arguments:
            assert ran.json["fit"]["reml"] is False
        else:
            assert ran.json["fit"] == expected


def test_a_role_that_is_given_holds_whatever_the_name_says(shell, tmp_path):
    paths = write(
        tmp_path,
        covariates=Path(TINY_FILES[0]).read_bytes(),
        phenotypes=Path(TINY_FILES[2]).read_bytes(),
    )
    ran = shell(
        "fit", "--pheno", paths[0], "--covar", paths[1], "--kinship", TINY_FILES[1], "--json"
    )
    assert ran.json["fit"] == shell("fit", *TINY_FILES, "--json").json["fit"]


def test_files_of_one_name_are_told_apart_by_their_folders(shell, tmp_path):
    paths = []
    for file in TINY_FILES:
        folder = tmp_path / Path(file).stem
        folder.mkdir()
        (folder / "data.csv").write_bytes(Path(file).read_bytes())
        paths.append(folder / "data.csv")
    ran = shell("fit", *paths, "--json")
    assert ran.json["fit"] == shell("fit", *TINY_FILES, "--json").json["fit"]


def test_the_first_trait_that_can_be_fitted_is_taken(shell, tmp_path):
    y = draw(3)
    y[:, 0] = 7.0
    y[2:, 1] = np.nan
    names = ("constant", "rare", "weight")
    paths = tables(tmp_path, y, names)
    ran = shell("fit", *paths)
    assert ran.code == 0
    assert "weight of 24 individuals" in ran.out
    assert "other traits, for --trait: “constant”, “rare”" in ran.words
    refused = shell("fit", *paths, "--trait", "constant")
    assert refused.code == 1
    assert refused.out.startswith("No fit: pheno.csv, constant: all values are the same: each of")
    assert "Verdict: not usable (1 error" in refused.out


def test_an_unknown_trait_or_covariate_lists_those_there_are(shell):
    ran = shell("fit", *MICE_FILES, "--trait", "cd8")
    assert ran.code == 2
    assert "there is no trait “cd8”: choose from “CD8”, “MCH”" in ran.err
    ran = shell("fit", *MICE_FILES, "--use", "sex", "age")
    assert ran.code == 2
    assert "there is no covariate “age”: choose from “sex”" in ran.err


def test_the_covariates_are_those_that_are_named(shell, tmp_path):
    X = draw(2, seed=2)
    covar = numbers_csv(IDS, ("age", "dose"), X)
    paths = tables(tmp_path, draw(), covar=covar)

    def columns(*options):
        return shell("fit", *paths, *options, "--json").json["data"]["columns"]

    assert columns() == ["intercept", "age", "dose"]
    assert columns("--use", "dose") == ["intercept", "dose"]
    assert columns("--use", "dose", "age", "dose") == ["intercept", "dose", "age"]
    assert columns("--use") == ["intercept"]
    assert "for --use: “age”, “dose”" in shell("fit", *paths, "--use").words


def test_a_column_of_the_phenotypes_is_a_covariate_only_if_named(shell, tmp_path):
    paths = tables(tmp_path, draw(2), ("weight", "age"))
    plain = shell("fit", *paths, "--json").json["data"]
    assert (plain["trait"], plain["columns"]) == ("weight", ["intercept"])
    asked = shell("fit", *paths, "--use", "age", "--json").json["data"]
    assert (asked["trait"], asked["columns"]) == ("weight", ["intercept", "age"])
    other = shell("fit", *paths, "--use", "weight", "--json").json["data"]
    assert (other["trait"], other["columns"]) == ("age", ["intercept", "weight"])
    ran = shell("fit", *paths, "--use", "weight", "--trait", "weight")
    assert ran.code == 2
    assert "a trait cannot explain itself: “weight”" in ran.err


@pytest.mark.parametrize("how", TRANSFORMS)
def test_a_transformed_trait_is_the_one_that_is_fitted(shell, tmp_path, how):
    paths = tables(tmp_path, draw())
    ran = shell("fit", *paths, "--transform", f"weight={how}", "--json")
    assert ran.json["data"]["trait"] == f"{how}(weight)"
    assert how in shell("fit", "--help").words.partition("HOW is")[2][:60]


def test_codes_of_missing_values_are_as_they_are_said(shell, tmp_path):
    y = draw()
    y[3, 0] = -9.0
    paths = tables(tmp_path, y)
    assert shell("fit", *paths, "--not-missing", "-9", "--json").json["fit"]["n"] == 24
    ran = shell("fit", *paths, "--missing", "-9", "--json").json
    assert ran["fit"]["n"] == 23
    assert ran["data"]["dropped"] == [{"id": "m4", "reason": "weight is missing"}]


def test_ids_spelled_otherwise_join_when_told_so(shell, tmp_path):
    other = tuple(label.upper() for label in IDS)
    paths = write(
        tmp_path,
        pheno=numbers_csv(IDS, ("weight",), draw()),
        kinship=numbers_csv(other, other, SIBS),
    )
    refused = shell("fit", *paths)
    assert refused.code == 1
    assert "No fit: " in refused.out
    assert shell("fit", *paths, "--spelling", "case", "--json").json["fit"]["n"] == 24


def test_rows_are_joined_by_their_order_only_when_told_so(shell, tmp_path):
    kinship = "\n".join(",".join(map(repr, row)) for row in SIBS.tolist()) + "\n"
    paths = write(tmp_path, pheno=numbers_csv(IDS, ("weight",), draw()), kinship=kinship)
    assert shell("fit", *paths).code == 1
    ran = shell("fit", *paths, "--same-order")
    assert ran.code == 0
    assert "joined with those of pheno.csv by their order" in ran.words


def test_a_kinship_of_coefficients_is_doubled_when_told_so(shell, tmp_path):
    y = draw()
    whole, half = tmp_path / "whole", tmp_path / "half"
    whole.mkdir()
    half.mkdir()
    expected = shell("fit", *tables(whole, y), "--json").json["fit"]
    paths = tables(half, y, K=SIBS / 2)
    assert shell("fit", *paths, "--double-kinship", "--json").json["fit"] == expected
    assert shell("fit", *paths, "--json").json["fit"] != expected


def test_those_named_are_left_out(shell, tmp_path):
    paths = tables(tmp_path, draw())
    ran = shell("fit", *paths, "--without", "m1", "m3", "--json").json
    assert ran["data"]["ids"] == [label for label in IDS if label not in ("m1", "m3")]


def test_words_become_columns(shell, tmp_path):
    words = csv_text(["id", "diet"], [(a, "chow fat".split()[i % 2]) for i, a in enumerate(IDS)])
    paths = tables(tmp_path, draw(), covar=words)
    for options in ([], ["--one-hot", "diet"], ["--factor", "diet"], ["--use", "diet"]):
        ran = shell("fit", *paths, *options, "--json").json
        assert ran["data"]["columns"] == ["intercept", "diet=fat"]
        assert ran["notes"][2:] == ["diet of covar.csv: fat against chow."]


def test_genotypes_give_a_kinship_and_partners_are_found_beside_them(shell, tmp_path):
    for ending in ("bed", "bim", "fam"):
        name = f"mouse_hs1940.{ending}.gz"
        (tmp_path / name).symlink_to(ROOT / "sample_data" / name)
    ran = shell(
        "fit",
        "--geno",
        tmp_path / "mouse_hs1940.bed.gz",
        "--kinship",
        MICE_FILES[1],
        "--trait",
        "pheno1",
        "--json",
    )
    assert ran.code == 0, ran.out
    assert ran.json["fit"]["n"] == 283
    assert [
        Path(path).name
        for path in next(file for file in ran.json["files"] if file["role"] == "genotypes")["paths"]
    ] == [f"mouse_hs1940.{ending}.gz" for ending in ("bed", "bim", "fam")]


@pytest.mark.parametrize("kind", ["flat", "unbounded", "upper_boundary", "lower_boundary"])
def test_answers_that_are_no_interior_maximum_are_said_in_words(shell, tmp_path, kind):
    y, K, options, more = draw(), SIBS, [], {}
    if kind == "flat":
        # The covariate says it all.
        more = {"covar": numbers_csv(IDS, ("age",), 3.0 * y - 1.0)}
    elif kind == "unbounded":
        P = np.eye(24) - 1 / 24
        K, options = P @ SIBS @ P, ["--ml"]
    elif kind == "upper_boundary":
        y = np.repeat(draw()[:6], 4, axis=0) + 1e-3 * draw(seed=3)
    else:
        y = np.tile([[1.0], [2.0], [3.0], [4.0]], (6, 1)) + 0.01 * draw(seed=4)
    paths = tables(tmp_path, y, K=K, **more)
    ran = shell("fit", *paths, "--json", *options)
    fit = ran.json["fit"]
    assert fit["status"] == kind
    if kind == "flat":
        assert fit["h2"] is None
        assert ran.json["interval"] is None
    text = shell("fit", *paths, *options)
    assert fit["message"] in text.words
    assert "nan" not in text.out.lower()


def test_a_kinship_that_is_none_is_refused_with_the_reason(shell, tmp_path):
    K = SIBS.copy()
    K[0, 1] = K[1, 0] = 5.0
    paths = tables(tmp_path, draw(), K=K)
    ran = shell("fit", *paths)
    assert ran.code == 1
    assert "No fit: " in ran.out
    document = shell("fit", *paths, "--json")
    assert document.code == 1
    assert document.json["fit"] is None
    assert document.json["error"]


def test_a_combination_of_columns_is_named_and_has_no_number(shell, tmp_path):
    x = draw(seed=2)
    covar = numbers_csv(IDS, ("age", "twice"), np.column_stack([x, 2 * x]))
    ran = shell("fit", *tables(tmp_path, draw(), covar=covar))
    assert ran.code == 0
    line = next(line for line in ran.out.splitlines() if line.startswith("b, twice"))
    assert re.fullmatch(r"b, twice +– +– +a combination of others", line)


def test_the_answer_goes_to_a_file(shell, tmp_path):
    shown = shell("fit", *TINY_FILES).out
    file = tmp_path / "answer.txt"
    ran = shell("fit", *TINY_FILES, "--out", file)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert file.read_text(encoding="utf-8") == shown


def test_lines_fit_a_terminal_and_hold_no_signs_that_steer_it(shell, tmp_path, monkeypatch):
    long = "a very long name of a trait " * 5
    paths = tables(tmp_path, draw(2), (f"\u202e{long}", "b" * 150))
    for columns, width in (("250", 100), ("80", 80), ("10", 60)):
        monkeypatch.setenv("COLUMNS", columns)
        for command in ("fit", "check"):
            out = shell(command, *paths).out
            assert max(map(len, out.splitlines())) <= width
            assert all(sign == "\n" or sign.isprintable() for sign in out)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    def shown(**settings):
        out = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", out)
            patch.setenv("TERM", "xterm")
            patch.delenv("NO_COLOR", raising=False)
            for name, value in settings.items():
                patch.setenv(name, value)
            assert main(["fit", *TINY_FILES]) == 0
        return out.getvalue()

    assert "\x1b[33musable with care\x1b[0m" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")
    assert "\x1b" not in shown(TERM="dumb")


def test_progress_is_for_terminals_and_for_those_who_ask(monkeypatch, shell):
    err = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", err)
        assert main(["fit", *TINY_FILES]) == 0
    assert "\rreading 0%" in err.getvalue()
    assert "\rfitting 100%" in err.getvalue()
    # The last word is taken away.
    assert err.getvalue().endswith("\r\x1b[K")
    assert shell("fit", *TINY_FILES).err == ""
    told = shell("fit", *TINY_FILES, "--progress").err.splitlines()
    assert told[0] == "reading 0%"
    assert told[-1] == "fitting 100%"
    assert len(told) == len(set(told))


def test_a_folder_of_samples_is_read_by_its_pattern(shell):
    ran = shell("fit", *sorted((TINY.parent / "mouse_hs300").glob("*.csv")))
    # Of a file that is not asked for by name only its owner knows what it is for.
    assert ran.code == 1
    assert "families.csv could hold the phenotypes or the covariates, and “pheno.csv” is" in (
        ran.words
    )
