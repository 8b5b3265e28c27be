"""What the nightly report reads from its settings."""

DEFAULT_TIMEOUT = 120


def connection(options):
    """Host and timeout (seconds) of the warehouse."""
    host = options.get("host", "localhost")
    wait = options["timeout"]
    return {"host": host, "timeout": int(wait)}


def recipients(settings):
    """Who gets the report by mail."""
    return [name.strip() for name in settings.get("recipients", "").split(",") if name.strip()]
