"""What the order service reads from its settings."""

DEFAULT_TIMEOUT = 30


def request_timeout(settings):
    """Seconds to wait for the payment provider."""
    timeout = settings.get("timeout", DEFAULT_TIMEOUT)
    return max(1, int(timeout))


def currency(settings):
    """ISO 4217 code of the shop's currency."""
    return settings.get("currency", "EUR")
