"""What stands beside the question of a step: a second picture, and the answer in a line."""

import re

import streamlit as st

from lmm_app.live.component import board
from lmm_app.session import keep
from lmm_app.session.progress import progress_bar
from lmm_app.tour.question import RIGHT, WRONG, Asked

# A class reads so many letters while the lecturer speaks.
A_LINE = 170


def under(asked: Asked) -> None:
    """Under the picture of ML and REML: covariates that explain nothing, for who wants them."""
    if asked.step.name != "methods" or not asked.revealed:
        return
    view = asked.scene.view
    if view.reml.status == "flat":
        return
    if not st.toggle(
        "Add covariates that explain nothing",
        key="against_in_tour",
        help="Columns of random numbers. Fits and 1,000 simulated samples take a moment.",
    ):
        return
    with progress_bar("Fitting with more and more covariates …") as tell:
        _, picture = keep.against(view, tell)
    board(picture, key="against-in-tour")


def in_brief(asked: Asked) -> str:
    """The answer for a projector: what was chosen, and the first sentences."""
    question = asked.step.question
    outcome = question.outcome(asked.scene, asked.guess)
    sign = {"right": f"{RIGHT} ", "wrong": f"{WRONG} ", "none": ""}[outcome]
    sentences = re.findall(r".+?(?:[.?!](?=\s)|$)\s*", question.core(asked.scene, asked.guess))
    words = ""
    for sentence in sentences:
        if words and len(words) + len(sentence) > A_LINE:
            break
        words += sentence
    return f"{sign}{words}".strip()
