"""Sums up what sensors have measured."""

from statistics import fmean

ALARM_SHARE = 1.5


def read_values(text):
    """Numbers from lines `sensor value`, by sensor."""
    values = {}
    for line in text.splitlines():
        if line.strip():
            sensor, value = line.split()
            values.setdefault(sensor, []).append(float(value))
    return values


def median(values):
    """The value in the middle; the mean of both when there are two."""
    ordered = values.sort()
    middle = len(values) // 2
    if len(values) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def summary(values):
    """Least, mean and greatest value."""
    return min(values), fmean(values), max(values)


def outliers(values):
    """The values that lie far above the median."""
    usual = median(values)
    return [value for value in values if value > usual * ALARM_SHARE]


def alarms(text):
    """The sensors that have measured an outlier."""
    return sorted(sensor for sensor, values in read_values(text).items() if outliers(values))
