"""Answers the commands that people type into a chat."""


class Reminders:
    """What each channel wants to be reminded of."""

    def __init__(self):
        self._texts = {}

    def add(self, channel, text):
        self._texts.setdefault(channel, []).append(text)
        return f"noted: {text}"

    def listing(self, channel):
        return "; ".join(self._texts.get(channel, [])) or "nothing noted"

    def clear(self, channel):
        return f"{len(self._texts.pop(channel, []))} forgotten"


def parse_command(message):
    """Name and argument of a command, or nothing if the message is none."""
    if not message.startswith("/"):
        return None
    name, argument = message[1:].split(" ", 1)
    return name.lower(), argument.strip()


class Bot:
    def __init__(self):
        self._reminders = Reminders()

    def answer(self, channel, message):
        """The bot's answer; none to what is no command."""
        command = parse_command(message.strip())
        if command is None:
            return None
        name, argument = command
        if name == "remind":
            return self._reminders.add(channel, argument) if argument else "usage: /remind text"
        if name == "list":
            return self._reminders.listing(channel)
        if name == "clear":
            return self._reminders.clear(channel)
        return f"unknown command: {name}"
