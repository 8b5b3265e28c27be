"""The errors that someone catches; each message is one sentence for the user and what to do next."""


class HomeostatError(Exception):
    """Anything a run stops for. The command line prints the message and exits with `exit_code`."""

    exit_code = 1


class ConfigError(HomeostatError):
    """repos.yml, an option or a setting is wrong: the user can mend it."""

    exit_code = 2


class LedgerError(HomeostatError):
    """The state branch cannot be read or written; it is left as it was."""


class ForgeError(HomeostatError):
    """The forge or its git server refused or failed."""


class CapError(ForgeError):
    """The leg has asked the forge as often as it may."""


class NotPermittedError(ForgeError):
    """The branch is pushed, but no pull request may be opened; the message says which setting to change."""


class PatchError(HomeostatError):
    """A patch's raw text is refused, by us or by git; the message is the reason."""


class LostRaceError(Exception):
    """Someone else wrote the state branch first; fetch, fold and try again."""


class ModelError(HomeostatError):
    """A model gave no answer; the message says why."""

    outage = False
    """Whether it is no fault of what was asked: asked later, it may answer."""
    unknown_cost = False
    """Whether the endpoint may have worked, and charged, all the same."""


class OutageError(ModelError):
    """The endpoint does not answer now, or takes no more calls."""

    outage = True


class CutOffError(OutageError):
    """The answer broke off, or did not come in time."""

    unknown_cost = True
