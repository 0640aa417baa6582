"""The one error of the stack: its text is shown as it stands, without a traceback."""


class CannotStart(RuntimeError):
    """Something the portal stands on will not start; ``str()`` says in Chinese what to do."""
