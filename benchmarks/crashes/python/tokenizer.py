"""Reads and evaluates sums such as `12 + 3 * (4 - 1)`."""

OPERATORS = "+-*()"


def _number(text, start):
    end = start
    while text[end].isdigit() and end < len(text):
        end += 1
    return int(text[start:end]), end


def tokens(text):
    """The numbers and signs of a sum."""
    found = []
    position = 0
    while position < len(text):
        sign = text[position]
        if sign.isspace():
            position += 1
        elif sign in OPERATORS:
            found.append(sign)
            position += 1
        elif sign.isdigit():
            number, position = _number(text, position)
            found.append(number)
        else:
            raise ValueError(f"cannot read {sign!r} at {position}")
    return found


def _factor(rest):
    token = rest.pop(0)
    if token == "(":
        value = _sum(rest)
        rest.pop(0)
        return value
    if token == "-":
        return -_factor(rest)
    return token


def _product(rest):
    value = _factor(rest)
    while rest and rest[0] == "*":
        rest.pop(0)
        value *= _factor(rest)
    return value


def _sum(rest):
    value = _product(rest)
    while rest and rest[0] in ("+", "-"):
        sign = rest.pop(0)
        value = value + _product(rest) if sign == "+" else value - _product(rest)
    return value


def evaluate(text):
    """The value of a sum."""
    return _sum(tokens(text))
