"""Due every minute, and switched on by its own code."""

import datetime

from airflow.sdk import dag, task


@dag(
    schedule="* * * * *",
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    catchup=False,
    is_paused_upon_creation=False,
)
def cron():
    @task
    def charge() -> None:
        print("only in production")

    charge()


cron()
