from django.db import models


class Demonstration(models.Model):
    """The mark of a database that holds the demonstration, and nothing else ever.

    What was asked for; reached_at: up to which moment of the past it has been replayed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seed = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.cases}"
