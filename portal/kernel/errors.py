"""Errors whose text is meant for the person who caused them."""


class Refused(ValueError):
    """A request the portal will not carry out; ``str()`` is one Chinese sentence on what to do."""


class BadFile(Refused):
    """A file that cannot be read safely; nothing was changed."""
