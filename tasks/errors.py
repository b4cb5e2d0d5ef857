"""The one exception that users see: what happened, where, and what to do."""


class CartscapeError(Exception):
    """A problem that stops the run: one sentence with the place and the cure, shown without a traceback."""


class UnreadableStudy(ValueError):
    """A single record that can't be read: it goes to quarantine with this reason, and the run goes on."""
