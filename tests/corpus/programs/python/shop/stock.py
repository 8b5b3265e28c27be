"""What is in the warehouse; reads like prices.py on purpose."""

SHELVES = {}


def amount(sku):
    shelf = SHELVES.get(sku)
    return shelf["amount"]
