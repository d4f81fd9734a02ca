"""Three courses through the lessons: an hour, an afternoon, six meetings; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

# A step of the tour, a card with its own dataset, a lesson on a page of its own, a page.
Kind: TypeAlias = Literal["tour", "card", "alone", "page"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Something to open: what it is, and its name there."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """Some stops in their order.

    Attributes:
        title: what it is about.
        stops: to go through.
        question: to hand in afterwards, on one's own data or on a sample; it may be empty.
    """

    title: str
    stops: tuple[Stop, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Meetings that follow each other."""

    title: str
    lead: str
    meetings: tuple[Meeting, ...]


def _tour(*names: str) -> tuple[Stop, ...]:
    return tuple(Stop("tour", name) for name in names)


def _cards(*names: str) -> tuple[Stop, ...]:
    return tuple(Stop("card", name) for name in names)


def _alone(*names: str) -> tuple[Stop, ...]:
    return tuple(Stop("alone", name) for name in names)


def _pages(*names: str) -> tuple[Stop, ...]:
    return tuple(Stop("page", name) for name in names)


COURSES: Mapping[str, Course] = {
    "hour": Course(
        "An hour",
        "How a linear mixed model is fitted: relatives, the rotation, the likelihood, the search.",
        (
            Meeting("Why a model", _tour("relatives", "share")),
            Meeting("The rotation", _tour("rotation", "weights")),
            Meeting("The top of the curve", _tour("climb", "methods", "brent", "recap")),
            Meeting("How sure", _tour("sure", "next")),
        ),
    ),
    "afternoon": Course(
        "An afternoon",
        "The same with a class: after each part some lessons, each with a guess before its answer.",
        (
            Meeting(
                "Relatives and weights",
                (
                    *_tour("relatives", "share", "rotation", "weights"),
                    *_alone("how_k"),
                    *_cards("full_sibs", "intercross"),
                    *_alone("draws"),
                ),
            ),
            Meeting(
                "Curves and their tops",
                (
                    *_tour("climb", "methods", "brent"),
                    *_cards("strong_h", "two_hills", "boundary_zero", "boundary_one"),
                    *_alone("beyond", "race"),
                ),
            ),
            Meeting(
                "How sure",
                (
                    *_tour("sure"),
                    *_cards("small_sample"),
                    *_alone("how_many"),
                    *_pages("sure"),
                ),
            ),
            Meeting(
                "What moves h, and does the model fit",
                (*_alone("moves"), *_cards("half_scale", "structure"), *_alone("lineup")),
            ),
        ),
    ),
    "course": Course(
        "A course",
        "Six meetings, and after each a question to hand in.",
        (
            Meeting(
                "Kinship",
                (
                    *_tour("relatives", "share"),
                    *_alone("draws", "how_k"),
                    *_cards("full_sibs", "unrelated", "one_family", "half_scale"),
                ),
                "Which pairs of individuals in your data tell most about h? Say it from their "
                "kinship alone, before you look at the trait.",
            ),
            Meeting(
                "The rotation",
                (*_tour("rotation", "weights"), *_cards("intercross", "inbred_strains")),
                "Take twelve individuals of your data. Which weighted sum of them has the smallest "
                "weight at h = 0.5, and what do those with large coefficients have in common?",
            ),
            Meeting(
                "The likelihood and the search",
                (
                    *_tour("climb", "methods", "brent", "recap"),
                    *_cards("two_hills", "centred_kinship", "many_covariates"),
                    *_alone("race"),
                ),
                "Run the search by hand: try five values of h of your choice, and say after each "
                "between which two the top must lie.",
            ),
            Meeting(
                "How sure",
                (
                    *_tour("sure"),
                    *_cards("small_sample", "boundary_zero", "boundary_one"),
                    *_alone("beyond", "how_many"),
                    *_pages("sure"),
                ),
                "How many more families would halve the width of your interval? Guess first, then "
                "let the page How sure? answer.",
            ),
            Meeting(
                "What moves h, and what follows from it",
                (
                    *_alone("moves", "shrinkage"),
                    *_cards("outlier", "structure"),
                    *_alone("lineup"),
                    *_pages("two"),
                ),
                "Put a covariate in and take it out. Say which of the two variances has changed, "
                "and why h went where it did.",
            ),
            Meeting(
                "Scans, and your own data",
                (*_alone("components", "peak"), *_pages("scan", "data", "traits")),
                "Hand in the diagnosis of your data, the paragraph of methods, and one sentence of "
                "your own on what h says here and what it does not.",
            ),
        ),
    ),
}
