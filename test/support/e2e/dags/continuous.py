"""Runs as soon as its last run has ended, and is switched on by its own code."""

import datetime

from airflow.sdk import dag, task


@dag(
    schedule="@continuous",
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    max_active_runs=1,
    is_paused_upon_creation=False,
)
def continuous():
    @task
    def poll() -> None:
        print("only in production")

    poll()


continuous()
