"""Answers for other programs: strict JSON, and what computed them."""

import json
from typing import TYPE_CHECKING

from lmm_cli.report import files_record
from lmm_core.version import versions
from lmm_data.written import strict_json

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_data.preparation.preparing import Prepared


def as_json(document: dict[str, object]) -> str:
    """The document as text in ASCII, which every terminal and pipe takes."""
    return json.dumps(strict_json(document), allow_nan=False, indent=1) + "\n"


def answer_json(opened: "Opened", prepared: "Prepared", answer: dict[str, object]) -> str:
    """What came out, the files that it came of, and what computed it."""
    return as_json(
        {
            **answer,
            "files": files_record(prepared, opened),
            "notes": prepared.notes,
            "versions": versions(),
        }
    )
