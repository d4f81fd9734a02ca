"""Both fits and all about them as one JSON document."""

import json
from dataclasses import asdict

from lmm_app.fit.view import MethodView, View
from lmm_app.sources.opened import Opened
from lmm_core import se_h2
from lmm_core.summary import FIELDS
from lmm_core.version import versions
from lmm_data.written import strict_json

ESTIMATES = (*FIELDS, "n_eval", "xtol")


def results(opened: Opened, view: View, method: str) -> str:
    """The document: `fits` have the names of `LMMFit`'s fields, and null for no finite number."""
    problem, rotated = view.problem, view.reml.rotated
    grid = view.profile("ML").h2
    return json.dumps(
        strict_json(
            {
                "model": "y = Xβ + e, var(e) = sigma2 [h2 K + (1 - h2) I]",
                "data": {
                    "name": opened.dataset.name,
                    "about": opened.about,
                    "licence": opened.licence or None,
                    "true_h2": opened.true_h2,
                    "trait": problem.trait,
                    "columns": problem.columns,
                    "aliased": [problem.columns[j] for j in rotated.aliased],
                    "ids": problem.ids,
                    "dropped": [{"id": label, "reason": why} for label, why in problem.dropped],
                    "mean_diagonal_of_K": view.reml.eigen.mean_diagonal,
                    "sha256": problem.fingerprint,
                },
                "shown": method,
                "fits": {name: _fit(found) for name, found in view.methods.items()},
                "profile": {
                    "h2": grid,
                    **{f"loglik_{name}": view.profile(name).loglik for name in view.methods},
                },
                "versions": versions(),
            }
        ),
        allow_nan=False,
        ensure_ascii=False,
        indent=1,
    )


def _fit(found: MethodView) -> dict[str, object]:
    fit = found.fit
    record = {name: getattr(fit, name) for name in ESTIMATES}
    return {
        **record,
        "se_h2": se_h2(fit),
        "interval": asdict(found.interval) if found.interval else None,
        "maxima": [asdict(maximum) for maximum in fit.maxima],
        "trace": [asdict(step) for step in fit.trace],
    }
