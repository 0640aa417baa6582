"""How a password is kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: what OWASP's password storage page names for Argon2id.

    Django's own 100 MiB a sign-in would let eight people signing in at once empty a small machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
