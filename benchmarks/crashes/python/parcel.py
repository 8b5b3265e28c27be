"""Works out what it costs to send a parcel."""

BRACKETS = (
    (500, 290),
    (2000, 450),
    (10000, 790),
    (31500, 1290),
)
SURCHARGES = {"domestic": 0, "union": 600, "world": 1500}
HEAVIEST = BRACKETS[-1][0]


def base_price(grams):
    """The price by weight, in cents; each bracket reaches up to its weight and includes it."""
    if grams <= 0:
        raise ValueError("a parcel weighs something")
    if grams > HEAVIEST:
        raise ValueError(f"a parcel weighs at most {HEAVIEST} g")
    for heaviest, cents in BRACKETS:
        if grams < heaviest:
            price = cents
            break
    return price


def postage(grams, zone="domestic", insured=False):
    """The whole price of a parcel."""
    price = base_price(grams) + SURCHARGES[zone]
    if insured:
        price += max(200, price // 10)
    return price


def batch_postage(weights, zone="domestic"):
    """The price of several parcels; ten or more are a tenth cheaper."""
    prices = [postage(grams, zone) for grams in weights]
    total = sum(prices)
    return total - total // 10 if len(prices) >= 10 else total
