"""The one session with a Spark cluster in a process: standalone (spark://…) or on this machine (local[2])."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings


def session() -> Any:
    """Return the SparkSession for LINLI_SPARK_MASTER, the running one if there is one (starting takes half a minute).

    The cluster runs the same version as this machine's pyspark: another answers only after a minute, and then not why.
    """
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.appName("linli")
        .master(settings.SPARK_MASTER or "local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.session.timeZone", settings.TIME_ZONE)
    )
    if settings.SPARK_DRIVER_HOST:
        builder = builder.config("spark.driver.host", settings.SPARK_DRIVER_HOST)
    builder = builder.config("spark.sql.warehouse.dir", str(Path(settings.VAR) / "batch" / "warehouse"))
    return builder.getOrCreate()
