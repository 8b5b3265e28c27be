"""Works out what a customer has to pay."""

from dataclasses import dataclass, field

FREE_SHIPPING_FROM = 5000
SHIPPING = 490


@dataclass(frozen=True)
class Coupon:
    """Takes off a share, or a fixed amount when enough is bought."""

    kind: str
    value: int
    minimum: int = 0


@dataclass
class Item:
    name: str
    cents: int
    count: int = 1


@dataclass
class Order:
    items: list[Item] = field(default_factory=list)
    coupon: Coupon | None = None


def subtotal(order: Order) -> int:
    return sum(item.cents * item.count for item in order.items)


def discount(order: Order) -> int:
    """What the coupon of an order takes off, in cents."""
    amount = subtotal(order)
    if order.coupon is None:
        return 0
    if order.coupon.kind == "percent":
        return amount * order.coupon.value // 100
    if order.coupon.kind == "fixed" and amount >= order.coupon.minimum:
        return min(order.coupon.value, amount)


def shipping(amount: int) -> int:
    return 0 if amount >= FREE_SHIPPING_FROM else SHIPPING


def total(order: Order) -> int:
    """What is to be paid, shipping included."""
    amount = subtotal(order) - discount(order)
    return amount + shipping(amount)
