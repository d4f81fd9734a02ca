"""Driving the app without a browser: opening it, choosing, uploading, reading what it says."""

import csv
import io
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
PHENO = b"id,height,blank\n" + b"".join(b"%c,%d,NA\n" % (97 + k, k * k % 7) for k in range(6))
K = np.kron(np.eye(3), [[1, 0.5], [0.5, 1]])


def kinship_file(K, ids="abcdef") -> bytes:
    rows = [["id", *ids]] + [[label, *row] for label, row in zip(ids, K.tolist(), strict=True)]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def changed(i, j, value):
    other = K.copy()
    other[i, j] = value
    return other


def open_app(**link) -> AppTest:
    """The app as it opens with these query parameters, which raised nothing."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in link.items():
        app.query_params[key] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def pick(app: AppTest, key, value) -> AppTest:
    app.get_by_key(key).set_value(value)
    return run(app)


def upload(app: AppTest, **files) -> AppTest:
    for name, content in files.items():
        app.file_uploader(key=f"{name}_file").set_value((f"{name}.csv", content, "text/csv"))
    return run(app)


def good_upload() -> AppTest:
    app = upload(open_app(data="upload"), phenotype=PHENO, kinship=kinship_file(K))
    assert not app.error
    return app


def charts(app):
    return {chart.proto.id.rsplit("-", 1)[-1]: chart.proto for chart in app.get("plotly_chart")}


def said(app) -> str:
    """The verdict: the sentence in the box."""
    return app.markdown[1].value


def numbers(app):
    """Everything on the screen that depends on the fit."""
    return said(app), app.html[0].value
