"""What is to be seen of the background work."""

from linli.core.calendar import now
from linli.core.tasks import queries
from linli.core.watch import gauge


@gauge("linli_tasks_waiting", "Background tasks that could run now.")
def waiting() -> float:
    return queries.waiting(now()).count


@gauge("linli_tasks_oldest_waiting_seconds", "How long the oldest of the tasks that could run has been waiting.")
def oldest_waiting() -> float:
    moment = now()
    since = queries.waiting(moment).since
    return max((moment - since).total_seconds(), 0.0) if since else 0.0


@gauge("linli_tasks_failed", "Background tasks that are not tried again and wait for a person, by task.", label="task")
def failed() -> dict[str, float]:
    return {path.removeprefix("linli."): count for path, count in queries.given_up(now()).items()}


@gauge("linli_workers_alive", "Background workers that were heard of lately.")
def alive() -> float:
    return sum(worker.is_alive for worker in queries.workers(now()))


@gauge("linli_worker_seen_timestamp_seconds", "When a background worker was last heard of; 0: not within a day.")
def seen() -> float:
    return max((worker.seen_at.timestamp() for worker in queries.workers(now())), default=0.0)
