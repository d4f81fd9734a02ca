"""The page Data in a browser: files dropped, mended, fitted; and GEMMA's own files."""

import re

import numpy as np
import pytest

from lmm_app.sources.opened import Sample, open_source
from tests import r_bytes
from tests.app.data.test_page import FAMILIES, GOOD, PHENO, Y
from tests.bad_inputs import toy
from tests.browser.conftest import DRAWN, complaints, some_of, until
from tests.browser.test_browser import SIDEWAYS, query, verdict, wait_for
from tests.places import REFERENCE
from tests.workbooks import BOOKS

pytestmark = pytest.mark.browser

# Of CD8, in the logs of `gemma -lmm`: see tests/reference/README.md. All the mice are in GEMMA's
# documentation; their kinship is a file of 56 MB.
MICE = [
    ("mouse_hs300", r"ĥ = 0\.58 \(", "0.577671"),
    ("mouse_hs1940", r"ĥ = 0\.61 \(", "0.608801"),
]
CLIPPED = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart] svg.main-svg')]
    .flatMap(svg => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {
            const t = text.getBoundingClientRect();
            return t.width > 0 && (t.left < box.left - 1 || t.right > box.right + 1
                || t.top < box.top - 1 || t.bottom > box.bottom + 1);
        }).map(text => text.textContent);
    })"""


def drop(page, files):
    """Files dropped together."""
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "buffer": content, "mimeType": "text/plain"}
            for name, content in files.items()
        ]
    )


def test_dropped_files_are_fitted_and_a_wrong_one_loses_nothing(open_page):
    page = open_page("/data", boards=0)
    drop(page, GOOD)
    page.get_by_role("button", name="Fit weight").click()
    page.wait_for_function(DRAWN, arg=3)
    before = verdict(page)
    assert "weight" in before
    until(page, lambda: query(page).get("data") == "upload")
    page.get_by_role("link", name="What was found").click()
    page.get_by_role("button", name="Fit weight").wait_for()
    drop(page, {"y.csv": PHENO.replace(b",", b",*tall*")})
    wait_for(page, "Not usable yet")
    wait_for(page, "What was on the screen before, y, is still on the other pages")
    assert page.get_by_role("button", name="Fit it").is_disabled()
    page.get_by_role("link", name="Explore").click()
    page.wait_for_function(DRAWN, arg=3)
    assert page.locator("[data-testid=stAlert]").count() == 1
    assert verdict(page) == before
    assert complaints(page) == []


def test_a_workspace_of_r_is_opened_and_fitted(open_page):
    page = open_page("/data", boards=0)
    pheno = r_bytes.frame({"weight": Y.tolist()}, FAMILIES.ids)
    K = r_bytes.matrix(np.asarray(FAMILIES.K), FAMILIES.ids)
    drop(page, {"ws.RData": r_bytes.workspace({"pheno": pheno, "K": K})})
    page.get_by_text("a data frame of R").first.wait_for()
    page.get_by_text("a matrix of R, a square").first.wait_for()
    page.get_by_role("button", name="Fit weight").click()
    page.wait_for_function(DRAWN, arg=3)
    assert "weight" in verdict(page)
    assert complaints(page) == []


def test_one_trait_a_file_is_joined_by_a_click(open_page):
    page = open_page("/data", boards=0)
    length = "".join(f"{one},{y}\n" for one, y in zip(FAMILIES.ids[2:], Y[2:], strict=True))
    drop(page, {**GOOD, "length.csv": f"id,length\n{length}".encode()})
    page.get_by_role("button", name="Join the traits of y.csv and length.csv").click()
    wait_for(page, "2 traits, 1 covariate")
    wait_for(page, "not in length.csv")
    assert max(page.evaluate(SIDEWAYS)) <= 0


def test_genotypes_of_a_collaborator_are_opened_and_fitted(open_page):
    page = open_page("/data", boards=0)
    vcf = (REFERENCE / "genotypes" / "toy.bcftools.vcf.gz").read_bytes()
    drop(page, {**toy("toy.pheno.txt"), "toy.vcf.gz": vcf})
    page.get_by_text("VCF, copies of the ALT allele from GT").first.wait_for()
    page.get_by_role("button", name="Fit weight").click()
    page.wait_for_function(DRAWN, arg=3)
    assert "anything from 0 to 0.98 fits" in verdict(page)
    assert complaints(page) == []


@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    some_of(
        [
            ("/data?broken=clones", 390, "dark"),
            ("/data?sample=tiny12", 390, "light"),
            ("/data?broken=clones", 1400, "light"),
            ("/data?broken=skewed", 700, "dark"),
        ],
        4,
    ),
)
def test_nothing_is_clipped_or_scrolls_sideways(open_page, path, width, scheme):
    page = open_page(path, boards=0, width=width, scheme=scheme)
    page.locator("[data-testid=stPlotlyChart] svg.main-svg").nth(8).wait_for()
    page.wait_for_timeout(800)
    assert max(page.evaluate(SIDEWAYS)) <= 0
    assert page.evaluate(CLIPPED) == []


def test_the_diagnosis_to_keep_opens_without_a_network(open_page, browser, tmp_path):
    page = open_page("/data?broken=clones", boards=0)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Print or keep").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    alone = browser.new_context(offline=True)
    try:
        kept = alone.new_page()
        wrong = []
        kept.on("console", lambda message: wrong.append(message.text))
        kept.goto(file.as_uri())
        assert kept.locator("h1").inner_text() == "Ready to fit? pheno"
        pictures = kept.locator("figure svg")
        assert pictures.count() == kept.locator("figcaption").count() >= 5
        for width in (390, 1200):
            kept.set_viewport_size({"width": width, "height": 900})
            assert kept.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert wrong == []
    finally:
        alone.close()


@pytest.mark.parametrize(("sample", "says", "pve"), some_of(MICE, 2))
def test_the_files_that_gemma_writes_are_fitted_as_gemma_fits_them(
    open_page, tmp_path, sample, says, pve
):
    """Its kinship and its phenotypes have no ids, and NA where a mouse was not measured."""
    data = open_source(Sample(sample)).dataset
    kinship, phenotypes = tmp_path / f"{sample}.cXX.txt", tmp_path / f"{sample}.pheno.txt"
    # GEMMA writes ten digits.
    kinship.write_text(
        "".join("\t".join(f"{x:.10g}" for x in row) + "\n" for row in data.kinship.tolist())
    )
    phenotypes.write_text(
        "".join(
            "\t".join("NA" if np.isnan(x) else f"{x:.10g}" for x in row) + "\n"
            for row in data.traits.values
        )
    )
    page = open_page("/data", boards=0)
    page.locator("input[type=file]").set_input_files([phenotypes, kinship])
    wait_for(page, "Individuals must have ids")
    said = page.get_by_text("The rows are in the same order as the phenotypes")
    fit = page.get_by_role("button", name=re.compile("^search Fit|^Fit (?!it)"))
    ticked = page.get_by_role("checkbox", name="The rows are in the same order as the phenotypes")

    def may_be_fitted():
        # A tick that meets the end of the run that drew it is made again.
        page.locator("[data-test-script-state=notRunning]").wait_for()
        if ticked.count() and not ticked.is_checked():
            said.click()
        return fit.is_visible()

    until(page, may_be_fitted)
    fit.click()
    page.wait_for_function(DRAWN, arg=3)
    wait_for(page, says)
    page.get_by_text("Interval and test of h", exact=True).click()
    wait_for(page, f"GEMMA centres .* prints pve = {pve}")


def test_a_workbook_is_dropped_and_a_table_pasted(open_page):
    page = open_page("/data", boards=0)
    book = BOOKS / "tidy.xlsx"
    page.locator("input[type=file]").set_input_files(book)
    wait_for(page, "tidy.xlsx/Traits")
    page.get_by_role("button", name="Fit weight").wait_for()
    rows = "".join(f"t{k}\t{k % 5}\n" for k in range(1, 13))
    page.get_by_text("Paste or type a table").click()
    page.get_by_label("The table").fill(f"id\tage\n{rows}")
    page.get_by_label("What to call it").fill("covar of the notebook")
    page.get_by_role("button", name="Add the table").click()
    wait_for(page, "covar of the notebook · ")
    page.get_by_role("button", name="Fit weight").click()
    page.wait_for_function(DRAWN, arg=3)
    wait_for(page, "Loaded: tidy.xlsx, covar of the notebook")
    assert "These data cannot tell h" in verdict(page)
    assert complaints(page) == []


def test_a_link_to_a_trait_of_joined_files_waits_for_them(open_page):
    asked = {"data": "upload", "trait": "length"}
    page = open_page("/?data=upload&trait=length&covariates=")
    wait_for(page, "This link speaks of your own files")
    page.get_by_role("link", name="Give the files, or saved work").click()
    page.locator("input[type=file]").wait_for(state="attached")
    until(page, lambda: query(page) == asked)
    length = "".join(f"{one},{y}\n" for one, y in zip(FAMILIES.ids[2:], Y[2:], strict=True))
    drop(page, {**GOOD, "length.csv": f"id,length\n{length}".encode()})
    page.get_by_role("button", name="Join the traits of y.csv and length.csv").click()
    page.get_by_role("button", name="Fit length").click()
    page.wait_for_function(DRAWN, arg=3)
    until(page, lambda: query(page) == asked)
    wait_for(page, "58 individuals · no covariates")
    assert complaints(page) == []
