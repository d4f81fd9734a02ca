"""Weights of the records in the app: named on the page Data, and then in every fit or refused."""

import numpy as np
import pytest

from lmm_app.data import weighing
from lmm_app.fit import weighted
from lmm_app.live.twin import twin_problem
from lmm_app.paper.archive import archive
from lmm_app.session import decisions, keep
from lmm_app.session.state import Shown
from lmm_app.sources.opened import File, Upload
from lmm_core import LMMError, fit_lmm, log_likelihood
from lmm_core.errors import DataError
from lmm_data import Choices, prepare
from tests.app_helpers import boards, kinship_file, open_app, pick, upload, walk
from tests.links import everything, query

LABELS = "abcdefghijklmnop"
K = np.kron(np.eye(8), [[1.0, 0.5], [0.5, 1.0]])
RNG = np.random.default_rng(4)
N = RNG.integers(1, 9, 16).astype(float)
Y = np.linalg.cholesky(K) @ RNG.normal(size=16) + RNG.normal(size=16) / np.sqrt(N)
VARIANCE = 1.0 / N
PHENO = "id,y,n,error\n" + "".join(
    f"{label},{y!r},{n},{v!r}\n"
    for label, y, n, v in zip(LABELS, Y.tolist(), N.tolist(), VARIANCE.tolist(), strict=True)
)
FILES = {"pheno.csv": PHENO.encode(), "kinship.csv": kinship_file(K, LABELS)}
FIT = fit_lmm(Y, None, K, weights=N)


def app_with(**link):
    return upload(open_app(**link), pheno=FILES["pheno.csv"], kinship=FILES["kinship.csv"])


def choose(app, weights):
    walk(app, "data")
    pick(app, "weights", weights)
    return app


def view_of(weights):
    files = tuple(File.of(name, content) for name, content in FILES.items())
    opened = keep.opened(Upload(files, Choices(weights=weights)))
    return opened, keep.fitted(opened.dataset.problem("y"))


@pytest.mark.parametrize("weights", ["n", "1/error"])
def test_a_named_column_is_in_the_fit_on_the_screen_and_the_card_says_so(weights):
    app = choose(app_with(), weights)
    assert weighted.LAW in everything(app)
    walk(app, "")
    assert f"weights w: {weights}, residual variances v(1 − h)/w" in everything(app)
    assert app.title[0].value == "How strongly does y follow kinship?"
    assert query(app)["weights"] == weights
    # Not a covariate, nor a trait to choose.
    assert "n" not in app.get_by_key("trait").options or weights != "n"
    moving, picture = boards(app)["profile"]
    assert moving["hand"]["estimate"] == pytest.approx(FIT.h2, abs=1e-9)
    assert picture["fit"]["tops"]["REML"] == pytest.approx(FIT.loglik, abs=1e-9)
    assert "sides" not in boards(app)
    assert "story" not in boards(app)
    assert weighted.SIDES in [box.value for box in app.info]


def test_without_a_name_all_count_alike_and_it_can_be_taken_back():
    app = app_with()
    plain = fit_lmm(Y, None, K)
    assert boards(app)["profile"][0]["hand"]["estimate"] == pytest.approx(plain.h2, abs=1e-9)
    choose(app, "n")
    pick(app, "weights", "")
    walk(app, "")
    assert boards(app)["profile"][0]["hand"]["estimate"] == pytest.approx(plain.h2, abs=1e-9)
    assert "weights" not in query(app)


def test_a_link_keeps_the_weights_until_the_files_are_given():
    app = app_with(data="upload", weights="n")
    assert "weights w: n" in everything(app)
    assert query(app)["weights"] == "n"


def test_looks_that_have_no_weights_say_so_and_the_others_have_them():
    app = choose(app_with(), "n")
    walk(app, "")
    for look, words in (
        ("The rotation", weighted.NOT_DECOMPOSED),
        ("Beyond the ends", weighted.NOT_CONTINUED),
        ("Two kinships", weighted.NOT_TWO),
        ("Check", weighted.NOT_CHECKED),
        ("Take away", weighted.PROGRAMS),
    ):
        pick(app, "look", look)
        assert words in [box.value for box in app.info]
    assert "D is diagonal with 1/w for the weights w of n" in app.code[0].value
    pick(app, "look", "Predictions")
    assert "predictions" in boards(app)
    # A page that would leave them out fits nothing.
    for page in weighted.UNWEIGHTED:
        walk(app, page)
        assert weighted.refusal(page, "n") in [box.value for box in app.info]
        assert boards(app) == {}
    # A projector has the one picture that is of the weighted fit.
    app.session_state["projector"] = True
    walk(app, "")
    assert list(boards(app)) == ["profile"]


def test_the_programs_to_take_away_are_not_made():
    opened, view = view_of("n")
    with pytest.raises(LMMError, match="fit records that all count the same"):
        archive(opened, view, "REML")
    assert Shown(opened, view, "REML").view.reml.h2 == pytest.approx(FIT.h2)


def test_the_browser_has_what_weights_add_to_the_log_likelihood():
    _, view = view_of("n")
    for reml in (False, True):
        name = "REML" if reml else "ML"
        scaled = fit_lmm(np.sqrt(N) * Y, np.sqrt(N)[:, np.newaxis], np.sqrt(np.outer(N, N)) * K)
        gap = log_likelihood(view.reml.rotated, 0.4, reml=reml) - log_likelihood(
            scaled.rotated, 0.4, reml=reml
        )
        assert twin_problem(view.reml.rotated)["jacobian"][name] == pytest.approx(gap)
        assert twin_problem(scaled.rotated)["jacobian"][name] == 0.0


def test_saved_work_keeps_them():
    decided = Choices(weights="1/error")
    assert decisions.to_json(decided) == {"weights": "1/error"}
    assert decisions.from_json({"weights": "1/error"}) == decided


def test_only_positive_columns_that_differ_are_offered():
    pheno = b"id,y,n,same,neg\n" + b"".join(
        b"%c,%d,%d,2,%d\n" % (97 + k, k * k % 7, k + 1, k - 3) for k in range(6)
    )
    prepared = prepare({"p.csv": pheno, "k.csv": kinship_file(K[:6, :6], "abcdef")})
    assert weighing.offered(prepared) == ["", "n", "1/n"]
    assert weighing.words("1/n") == "1/n: n holds known error variances"


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ("nothing", "has no column “nothing” for weights"),
        ("1/nothing", "has no column “1/nothing” for weights"),
        ("y", "weights must be positive"),
    ],
)
def test_a_column_that_cannot_weigh_is_refused_where_the_files_are(weights, says):
    prepared = prepare(FILES, Choices(weights=weights))
    assert prepared.dataset is None
    assert says in prepared.problem


def test_a_trait_is_not_weighed_by_itself():
    dataset = prepare(FILES, Choices(weights="1/n")).require_dataset()
    with pytest.raises(DataError, match="a trait cannot be its own weight"):
        dataset.problem("n")
    assert dataset.problem("y").weights == pytest.approx(1.0 / N)
    assert dataset.problem("y", weights="").weights is None
