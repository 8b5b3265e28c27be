"""Finds the free times of a day between appointments; times are minutes from midnight."""


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_clock(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def parse_appointments(text):
    """Pairs of minutes from a text such as `09:00-09:30, 11:00-12:00`."""
    pairs = []
    for part in text.split(","):
        if part.strip():
            start, end = part.strip().split("-")
            pairs.append((parse_clock(start), parse_clock(end)))
    return pairs


def merged(appointments):
    """The appointments in order, those that touch or overlap as one."""
    ordered = sorted(appointments)
    spans = [ordered[0]]
    for start, end in ordered[1:]:
        last_start, last_end = spans[-1]
        if start <= last_end:
            spans[-1] = (last_start, max(last_end, end))
        else:
            spans.append((start, end))
    return spans


def free_slots(appointments, opens, closes, shortest=15):
    """The gaps of a day that are long enough."""
    slots = []
    free_from = opens
    for start, end in merged(appointments):
        if start - free_from >= shortest:
            slots.append((free_from, start))
        free_from = max(free_from, end)
    if closes - free_from >= shortest:
        slots.append((free_from, closes))
    return slots


def show_free(text, opens="09:00", closes="17:00"):
    """The free times of a day, readable."""
    slots = free_slots(parse_appointments(text), parse_clock(opens), parse_clock(closes))
    return [f"{clock(start)}-{clock(end)}" for start, end in slots]
