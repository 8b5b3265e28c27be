"""Reads settings from text made of `[section]` headers and `key = value` lines."""

import re

SECTION = re.compile(r"\[(?P<name>[^\]]+)\]$")
ENTRY = re.compile(r"(?P<key>[\w.-]+)\s*[=:]\s*(?P<value>.*)$")
COMMENT_SIGNS = ("#", ";")
TRUE_WORDS = {"1", "yes", "true", "on"}


class Settings:
    """Values by section and key; what stands before the first header lies in section ''."""

    def __init__(self):
        self._sections = {"": {}}

    def put(self, section, key, value):
        self._sections.setdefault(section, {})[key] = value

    def get(self, section, key, default=None):
        return self._sections.get(section, {}).get(key, default)

    def flag(self, section, key):
        """Whether the value is one of the words that mean yes."""
        return str(self.get(section, key, "")).lower() in TRUE_WORDS

    def sections(self):
        return [name for name in self._sections if name]


def _read_entry(line):
    entry = ENTRY.match(line)
    return entry.group("key"), entry.group("value").strip()


def parse_settings(text):
    """The settings that a text holds."""
    settings = Settings()
    section = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith(COMMENT_SIGNS):
            continue
        header = SECTION.match(line)
        if header:
            section = header.group("name")
            continue
        key, value = _read_entry(line)
        settings.put(section, key, value)
    return settings
