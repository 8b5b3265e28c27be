"""What models cost: exact, bounded before a call, and never more than a bound allows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat import money
from homeostat.config import Endpoint, Price
from homeostat.records import Books, Call, Charge, Message, Plain, Prompt, Usage

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CENT = Decimal("0.01")
WIDE = money.Bounds(Decimal(1_000), None, Decimal(1_000))
PRICES = st.builds(Price, *[st.decimals(0, 1_000, places=6)] * 3)
USAGES = st.builds(Usage, st.integers(0, 10**7), st.integers(0, 10**6), st.just(0)).flatmap(
    lambda usage: st.integers(0, usage.input).map(lambda cached: replace(usage, cached=cached))
)


def endpoint(price: Price, output_tokens: int = 100) -> Endpoint:
    return Endpoint("m", "p", "http://127.0.0.1", "none", price, output_tokens=output_tokens)


def prompt(text: str) -> Prompt:
    return Prompt((Message("system", Plain("s")), Message("user", Plain(text))), {"type": "object"}, "edits")


def charge(name: str, amount: Decimal | str = "1", **facts: str) -> Charge:
    usual = {"run": "run-1", "repository": "acme/shop", "fingerprint": "hs1-a", "model": "gpt-5"}
    return Charge(name, NOW, amount=Decimal(amount), **usual | facts)  # type: ignore[arg-type]


# --- what a call costs --------------------------------------------------------------------------


def test_nothing_costs_nothing() -> None:
    assert money.cost(Usage(0, 0), Price(Decimal(1), Decimal(1), Decimal(1))) == 0
    assert money.total([]) == 0
    assert money.spent([]) == 0


def test_cached_tokens_have_a_price_of_their_own() -> None:
    price = Price(Decimal("1.25"), Decimal("0.125"), Decimal("10.00"))
    assert money.cost(Usage(1_000_000, 100_000, cached=400_000), price) == Decimal("1.80")


@given(USAGES, PRICES)
def test_a_cost_is_exact(usage: Usage, price: Price) -> None:
    parts = (
        (usage.input - usage.cached) * Fraction(price.input),
        usage.cached * Fraction(price.cached_input),
        usage.output * Fraction(price.output),
    )
    assert Fraction(money.cost(usage, price)) == sum(parts) / 1_000_000


@given(st.text(max_size=60), PRICES, st.integers(1, 10**5), st.data())
def test_no_usage_within_the_bound_costs_more_than_it(
    text: str, price: Price, output: int, data: st.DataObject
) -> None:
    asked = prompt(text.encode("utf-8", "replace").decode())
    told = data.draw(st.integers(0, asked.size + money.ENVELOPE))
    usage = Usage(told, data.draw(st.integers(0, output)), data.draw(st.integers(0, told)))
    assert money.cost(usage, price) <= money.upper_bound(asked, endpoint(price, output))


def test_every_byte_of_a_prompt_may_be_a_token() -> None:
    price = Price(Decimal(1_000_000), Decimal(0), Decimal(0))
    one, other = (money.upper_bound(prompt(text), endpoint(price)) for text in ("", "é✓"))
    assert other - one == 5


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        pytest.param("0", "0.00", id="nothing"),
        pytest.param("0.0000001", "0.00", id="almost nothing"),
        pytest.param("0.000001", "0.000001", id="very little"),
        pytest.param("0.1", "0.10", id="tenth"),
        pytest.param("0.125", "0.125", id="three digits"),
        pytest.param("0.1234567", "0.123457", id="rounded"),
        pytest.param("3", "3.00", id="whole"),
        pytest.param("100", "100.00", id="hundred"),
        pytest.param("1E+3", "1000.00", id="thousand"),
    ],
)
def test_dollars_have_as_many_digits_as_matter(amount: str, told: str) -> None:
    assert money.dollars(Decimal(amount)) == told


def test_calls_and_charges_are_summed() -> None:
    call = Call("gpt-5", "gpt-5", "write", Decimal("0.1"), None, 0.0, "")
    assert money.spent([call, replace(call, cost=Decimal("0.2"))]) == Decimal("0.3")
    assert money.total([charge("a", "0.1"), charge("b", "0.2")]) == Decimal("0.3")


# --- what may be spent --------------------------------------------------------------------------


def test_within_all_bounds_nothing_is_refused() -> None:
    assert money.refusal([], charge("a"), money.Bounds(Decimal(1), Decimal(1), Decimal(1))) is None


def test_without_a_bound_of_the_month_only_the_others_count() -> None:
    known = [charge(str(n), "10", run=f"run-{n}", fingerprint=f"hs1-{n}") for n in range(9)]
    assert money.refusal(known, charge("a", run="r", fingerprint="f"), WIDE) is None


@pytest.mark.parametrize(
    ("known", "bounds", "name"),
    [
        pytest.param(
            charge("a", repository="x/y", fingerprint="f"),
            money.Bounds(Decimal("1.5"), None, Decimal(9)), "MAX_RUN_COST", id="run",
        ),
        pytest.param(
            charge("a", run="r", fingerprint="f"),
            money.Bounds(Decimal(9), Decimal("1.5"), Decimal(9)), "max_cost_usd of this month", id="month",
        ),
        pytest.param(
            charge("a", run="r"),
            money.Bounds(Decimal(9), None, Decimal("1.5")), "MAX_FINGERPRINT_COST", id="fingerprint",
        ),
    ],
)  # fmt: skip
def test_a_bound_that_would_be_passed_refuses_by_its_name(
    known: Charge, bounds: money.Bounds, name: str
) -> None:
    told = money.refusal([known], charge("b"), bounds)
    spent = f"gpt-5 may cost up to $1.00 now, and $1.00 of {name} ($1.50) is spent"
    assert told == f"{spent}: raise that bound if it shall be asked"
    assert money.refusal([known], charge("b", "0.50"), bounds) is None


def test_the_same_error_elsewhere_has_a_bound_of_its_own() -> None:
    bounds = money.Bounds(Decimal(9), None, Decimal("1.5"))
    assert money.refusal([charge("a", repository="x/y")], charge("b"), bounds) is None


def test_a_charge_that_a_bound_forbids_leaves_the_books_as_they_are() -> None:
    books = Books()
    assert money.reserved(books, charge("a", "2"), money.Bounds(Decimal(1), None, Decimal(9))) is books


def test_to_reserve_twice_is_to_reserve_once() -> None:
    once = money.reserved(Books(), charge("a"), WIDE)
    assert once.charges == (charge("a"),)
    assert money.reserved(once, charge("a"), WIDE) is once


def test_to_settle_what_is_not_known_changes_nothing() -> None:
    books = money.reserved(Books(), charge("a"), WIDE)
    assert money.settled(books, charge("b", "0")) == books


def test_a_settled_charge_stands_in_the_place_of_its_reservation() -> None:
    books = money.reserved(money.reserved(Books(), charge("a"), WIDE), charge("b"), WIDE)
    paid = replace(charge("a", "0.25"), tokens=7, settled=True)
    assert money.settled(books, paid).charges == (paid, charge("b"))


def sums(charges: Sequence[Charge], field: str) -> list[Decimal]:
    names = {getattr(one, field) for one in charges}
    return [money.total(one for one in charges if getattr(one, field) == name) for name in names]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 11), st.sampled_from(["a", "b"]), st.sampled_from(["f", "g"]), st.integers(1, 40)
    ),
    max_size=40,
)


@given(STEPS, st.integers(1, 100), st.integers(1, 100), st.integers(1, 100))
def test_no_order_of_reserving_and_settling_passes_a_bound(
    steps: list[tuple[int, str, str, int]], run: int, month: int, same: int
) -> None:
    bounds = money.Bounds(run * CENT, month * CENT, same * CENT)
    books = Books()
    for name, leg, fingerprint, cents in steps:
        known = next((one for one in books.charges if one.id == str(name)), None)
        if known is None:
            wanted = charge(str(name), cents * CENT, run=leg, fingerprint=fingerprint)
            books = money.reserved(books, wanted, bounds)
        else:
            books = money.settled(books, replace(known, amount=min(known.amount, cents * CENT), settled=True))
        assert max(sums(books.charges, "run"), default=Decimal(0)) <= bounds.run
        assert money.total(books.charges) <= month * CENT
        assert max(sums(books.charges, "fingerprint"), default=Decimal(0)) <= bounds.fingerprint
