"""Answers for other programs: strict JSON, and what computed them."""

import json

from lmm_data.written import strict_json


def as_json(document: dict[str, object]) -> str:
    """The document as text in ASCII, which every terminal and pipe takes."""
    return json.dumps(strict_json(document), allow_nan=False, indent=1) + "\n"
