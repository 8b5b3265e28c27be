"""Several errors at once; needs Python 3.11."""

from shop import orders, prices


def run(value):
    errors = []
    for step in (orders.load, prices.amount):
        try:
            step(value)
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup(f"{len(errors)} orders of batch {value} failed", errors)
