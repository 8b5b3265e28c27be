"""What things cost."""

PRICES = {}


def amount(sku):
    price = PRICES.get(sku)
    return price["amount"]


def rounded(sku, settings):
    return round(len(sku) * settings["rates"]["eur"]["standard"], 2)
