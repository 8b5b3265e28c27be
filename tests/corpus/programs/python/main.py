"""Runs one failing call of the shop: main.py ERROR VALUE [direct|deep]; LOG=1 reports it through logging."""

import logging
import os
import sys

from shop import checkout, customers, orders, prices, records, stock

CALLS = {
    "price": lambda value: prices.amount(value),
    "stock": lambda value: stock.amount(value),
    "order": lambda value: orders.load(value),
    "customer": lambda value: customers.load(value),
    "cart-empty": lambda value: checkout.pay("cart is empty"),
    "card-expired": lambda value: checkout.pay("card has expired"),
    "refused": lambda value: checkout.confirm(value),
    "refused-otherwise": lambda value: checkout.confirm(None),
    "while-handling": lambda value: checkout.ship(value),
    "bad-json": lambda value: records.parse("{'" + value),
    "endless": lambda value: records.root_of({"parent": value}),
    "group": lambda value: __import__("shop.batch", fromlist=["batch"]).run(value),
    "anchors": lambda value: prices.rounded(value, {"rates": None}),
}


def deep(call, value, depth=1):
    if depth == 0:
        return call(value)
    return deep(call, value, depth - 1)


def main(error, value, way="direct"):
    call = CALLS[error]
    return deep(call, value) if way == "deep" else call(value)


if __name__ == "__main__":
    sys.setrecursionlimit(60)
    if os.environ.get("LOG"):
        logging.basicConfig(format="%(asctime)s %(levelname)s [%(process)d] %(name)s: %(message)s")
        try:
            main(*sys.argv[1:])
        except Exception:
            logging.getLogger("shop.web").exception("request failed")
    else:
        main(*sys.argv[1:])
