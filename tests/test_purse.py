"""Paying for a model: reserved before the call, settled after it, and never forgotten."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from homeostat import money
from homeostat.config import Endpoint, Price
from homeostat.errors import ModelError
from homeostat.incidents import Stamp
from homeostat.purse import NoMoneyError, Purse
from homeostat.records import Books, Call, Charge, Message, Plain, Prompt, Reply, Stop, Usage

NOW = datetime(2026, 3, 2, 10, 17, tzinfo=UTC)
PRICE = Price(Decimal(1), Decimal(1), Decimal(1))
ENDPOINT = Endpoint("gpt-5", "openai", "http://127.0.0.1", "none", PRICE, output_tokens=100)
PROMPT = Prompt((Message("user", Plain("mend it")),), {}, "edits")
MOST = money.upper_bound(PROMPT, ENDPOINT)
CALL = Call("gpt-5", "gpt-5", "write", Decimal(0), None, 0.0, "")
USAGE = Usage(100, 10)
PAID = Decimal("0.00011")


class BrokenError(ModelError):
    """The endpoint may have worked all the same."""

    unknown_cost = True


@dataclass
class Scripted:
    """A model that answers, or fails, as it is told."""

    answer: Reply | BaseException
    asked: list[Prompt] = field(default_factory=list)

    def ask(self, prompt: Prompt, heard: Callable[[int], object]) -> Reply:
        self.asked.append(prompt)
        heard(5)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@dataclass
class Shelf:
    """Where books are stored; other legs may have written to it meanwhile."""

    books: Books = field(default_factory=Books)
    messages: list[str] = field(default_factory=list)

    def write(self, _: Books, change: Callable[[Books], Books], message: str) -> Books:
        self.books = change(self.books)
        self.messages.append(message)
        return self.books


def purse(shelf: Shelf, run: Decimal = Decimal(1), stamp: str = "run-1") -> Purse:
    bounds = money.Bounds(run, None, Decimal(1))
    return Purse(Books(), shelf.write, bounds, Stamp(stamp, NOW, "acme/shop"), "hs1-a")


def ask(mine: Purse, answer: Reply | BaseException) -> Reply:
    return mine.ask(Scripted(answer), ENDPOINT, PROMPT, CALL, lambda _: None)


def test_a_purse_that_asked_nothing_has_spent_nothing() -> None:
    assert money.spent(purse(Shelf()).calls) == 0


def test_a_call_is_reserved_at_its_bound_and_settled_at_its_price() -> None:
    shelf = Shelf()
    mine = purse(shelf)
    reply = Reply("{}", USAGE)
    assert ask(mine, reply) is reply
    (charge,) = shelf.books.charges
    assert (charge.amount, charge.tokens, charge.settled) == (PAID, 110, True)
    assert (charge.run, charge.repository, charge.fingerprint) == ("run-1", "acme/shop", "hs1-a")
    assert shelf.messages == [f"Reserve ${money.dollars(MOST)} for hs1-a", "Settle $0.00011 for hs1-a"]
    assert money.spent(mine.calls) == PAID
    assert (mine.calls[0].usage, mine.calls[0].said) == (USAGE, "done")


def test_a_call_of_unknown_usage_stays_at_its_bound() -> None:
    shelf = Shelf()
    mine = purse(shelf)
    ask(mine, Reply("", None, Stop.LENGTH))
    assert [(one.amount, one.settled) for one in shelf.books.charges] == [(MOST, True)]
    assert (money.spent(mine.calls), mine.calls[0].said) == (MOST, "cut off at its limit of tokens")


@pytest.mark.parametrize(
    ("error", "paid"),
    [
        pytest.param(ModelError("busy"), Decimal(0), id="it did not work"),
        pytest.param(BrokenError("cut"), MOST, id="it may have worked"),
    ],
)
def test_a_call_that_fails_is_paid_if_it_may_have_worked(error: ModelError, paid: Decimal) -> None:
    shelf = Shelf()
    mine = purse(shelf)
    with pytest.raises(ModelError, match=str(error)):
        ask(mine, error)
    assert [(one.amount, one.settled) for one in shelf.books.charges] == [(paid, True)]
    assert (money.spent(mine.calls), mine.calls[0].said, mine.calls[0].usage) == (paid, str(error), None)


def test_a_call_that_dies_with_us_stays_reserved_at_its_bound() -> None:
    shelf = Shelf()
    mine = purse(shelf)
    with pytest.raises(KeyboardInterrupt):
        ask(mine, KeyboardInterrupt())
    assert [(one.amount, one.settled) for one in shelf.books.charges] == [(MOST, False)]
    assert mine.calls == []


def test_without_money_no_model_is_asked() -> None:
    shelf, model = Shelf(), Scripted(Reply("{}", USAGE))
    mine = purse(shelf, run=MOST - Decimal("0.000001"))
    with pytest.raises(
        NoMoneyError, match=r"gpt-5 may cost up to \$0.001\d+ now, and \$0.00 of MAX_RUN_COST"
    ):
        mine.ask(model, ENDPOINT, PROMPT, CALL, lambda _: None)
    assert model.asked == []
    assert shelf.books.charges == ()
    assert mine.calls == []
    assert money.spent(mine.calls) == 0


def test_what_another_leg_has_spent_meanwhile_counts() -> None:
    other = Charge("o", NOW, "run-1", "x/y", "hs1-b", "gpt-5", Decimal(1))
    with pytest.raises(NoMoneyError, match=r"and \$1.00 of MAX_RUN_COST \(\$1.00\) is spent"):
        ask(purse(Shelf(Books(charges=(other,)))), Reply("{}", USAGE))


def test_a_bound_holds_over_many_calls() -> None:
    shelf = Shelf()
    mine = purse(shelf, run=MOST + PAID)
    ask(mine, Reply("{}", USAGE))
    ask(mine, Reply("{}", USAGE))
    with pytest.raises(NoMoneyError):
        ask(mine, Reply("{}", USAGE))
    assert money.spent(mine.calls) == 2 * PAID


def test_runs_outside_of_a_workflow_have_a_purse_each() -> None:
    shelf = Shelf()
    ask(purse(shelf, stamp="local"), Reply("{}", USAGE))
    assert shelf.books.charges[0].run == "local 2026-03-02T10:17:00+00:00"


def test_what_came_of_a_call_is_noted_with_it() -> None:
    mine = purse(Shelf())
    ask(mine, Reply("{}", USAGE))
    ask(mine, Reply("{}", USAGE))
    mine.conclude("the tests fail")
    assert [call.said for call in mine.calls] == ["done", "the tests fail"]
    assert money.spent(mine.calls) == 2 * PAID
