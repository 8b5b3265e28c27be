"""One place that fails with several messages, and errors that have causes."""


class PaymentError(Exception):
    """The payment did not go through."""


def pay(reason):
    raise PaymentError(reason)


def charge(value):
    if value is None:
        raise ConnectionError("bank does not answer")
    return int(value)


def confirm(value):
    try:
        return charge(value and f"card {value}")
    except (ValueError, ConnectionError) as error:
        raise PaymentError("payment refused") from error


def ship(value):
    parcel = {}
    try:
        return parcel[value]
    except KeyError:
        return parcel.weight
