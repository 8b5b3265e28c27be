"""Keeps the sessions of a web service; the time is given in seconds."""

from dataclasses import dataclass, field


@dataclass
class Session:
    account: str
    touched: float
    data: dict = field(default_factory=dict)


class SessionStore:
    """Sessions by token, until nobody has used them for `lifetime` seconds."""

    def __init__(self, lifetime=1800.0):
        self._lifetime = lifetime
        self._sessions = {}

    def __len__(self):
        return len(self._sessions)

    def open(self, token, account, now):
        self.sweep(now)
        self._sessions[token] = Session(account, now)
        return self._sessions[token]

    def find(self, token, now):
        """The session of a token, used now; nothing once it has ended."""
        session = self._sessions.get(token)
        if session is None or self._is_over(session, now):
            return None
        session.touched = now
        return session

    def sweep(self, now):
        """Drops what is over; how many sessions that were."""
        before = len(self._sessions)
        for token, session in self._sessions.items():
            if self._is_over(session, now):
                del self._sessions[token]
        return before - len(self._sessions)

    def close_all(self, account):
        """Ends all sessions of an account."""
        self._sessions = {t: s for t, s in self._sessions.items() if s.account != account}

    def _is_over(self, session, now):
        return now - session.touched >= self._lifetime
