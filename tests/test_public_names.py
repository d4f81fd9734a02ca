"""Every name has a use: nothing is kept that only its own tests call."""

import ast

from tests.names import Code, parsed, shown

HOUSE = {
    "house": "from house.rooms import one, two\n__all__ = ['one', 'two']",
    "house.rooms": """
LOST = 1
KEPT = LIMIT = 2
_lost = 3

def one(kept: "Quoted") -> int:
    return KEPT if kept else one(LIMIT)

def two(LOST, one):
    return LOST + one

class Quoted:
    pass

class Lost:
    def again(self):
        return Lost()
""",
    "house.door": """
from house import one as first
from house import rooms

def enter():
    from house.rooms import two
    return first(two), rooms.KEPT

def two():
    return 0

enter()
""",
}


def test_every_name_is_used_by_the_programs_or_shown_in_the_documentation():
    trees = parsed()
    code, words = Code(trees), shown(trees)
    unused = sorted(one for one in code.names - code.used if one[1] not in words)
    assert unused == []


def test_a_name_without_a_use_is_found_wherever_another_has_the_same():
    code = Code({module: ast.parse(text) for module, text in HOUSE.items()})
    assert code.names - code.used == {
        ("house.rooms", "LOST"),
        ("house.rooms", "Lost"),
        ("house.rooms", "_lost"),
        ("house.door", "two"),
    }
