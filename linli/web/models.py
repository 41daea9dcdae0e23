from django.db import models


class Demonstration(models.Model):
    """The mark of a database that holds the demonstration, and nothing else ever."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seed = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.cases}"
