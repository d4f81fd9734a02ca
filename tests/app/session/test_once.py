"""Who waits for a result is told when it is there, once, and at once if it is."""

import pytest

from lmm_app.session.once import Once


def test_it_is_told_once():
    once, told = Once(), []
    once.when_there(lambda: told.append(once.result))
    assert told == []
    assert [once.get(lambda: 5), once.get(lambda: 6)] == [5, 5]
    assert told == [5]


def test_what_is_there_is_told_at_once():
    once, told = Once(), []
    once.get(lambda: 5)
    once.when_there(lambda: told.append(once.result))
    assert told == [5]


def test_a_failure_is_not_told():
    once, told = Once(), []
    once.when_there(lambda: told.append(once.result))
    with pytest.raises(ZeroDivisionError):
        once.get(lambda: 1 // 0)
    assert told == []
    once.get(lambda: 5)
    assert told == [5]


def test_who_is_told_may_ask():
    once, told = Once(), []
    once.when_there(lambda: told.append(once.get(lambda: 6)))
    once.get(lambda: 5)
    assert told == [5]
