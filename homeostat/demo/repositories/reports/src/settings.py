"""What the nightly report reads from its settings."""

DEFAULT_TIMEOUT = 120


def connection(settings):
    """Host and timeout (seconds) of the warehouse."""
    host = settings.get("host", "localhost")
    timeout = settings["timeout"]
    return {"host": host, "timeout": int(timeout)}


def recipients(settings):
    """Who gets the report by mail."""
    return [name.strip() for name in settings.get("recipients", "").split(",") if name.strip()]
