"""What a language model is asked, and what is taken of its answer: nothing here calls one."""

from homeostat.repair.answers import Answer, Review, applied, read_answer, read_review
from homeostat.repair.context import Scene, Shown, Survey, Tried, chosen, surveyed
from homeostat.repair.minimise import smallest
from homeostat.repair.prompts import review_prompt, write_prompt
from homeostat.repair.routing import begins, is_sensitive, route
from homeostat.repair.shortcuts import is_idle, shortcuts, special_cases

__all__ = [
    "Answer",
    "Review",
    "Scene",
    "Shown",
    "Survey",
    "Tried",
    "applied",
    "begins",
    "chosen",
    "is_idle",
    "is_sensitive",
    "read_answer",
    "read_review",
    "review_prompt",
    "route",
    "shortcuts",
    "smallest",
    "special_cases",
    "surveyed",
    "write_prompt",
]
