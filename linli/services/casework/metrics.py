"""What is to be seen of cases: how many, never whose."""

from linli.core.watch import gauge
from linli.services.casework import queries


@gauge("linli_cases_open", "Cases on which somebody still has to decide, by status.", label="status")
def open_cases() -> dict[str, float]:
    return dict(queries.open_everywhere())


@gauge("linli_cases_overdue", "Open cases beyond the day that was promised.")
def overdue() -> float:
    return queries.overdue_everywhere()


@gauge("linli_certificates_not_made", "Granted cases whose certificate could not be made, which is somebody's work.")
def certificates_not_made() -> float:
    return queries.certificates_not_made()


@gauge("linli_work_items_open", "Open work items of supervision, by kind.", label="kind")
def work_items() -> dict[str, float]:
    return dict(queries.open_work_items_by_kind())
