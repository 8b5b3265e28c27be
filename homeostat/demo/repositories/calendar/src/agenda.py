"""The day's agenda."""


def next_meeting(meetings):
    """The earliest meeting, or None on a free day."""
    return sorted(meetings, key=lambda meeting: meeting["start"])[0]
