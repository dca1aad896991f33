"""Has months of days to catch up, and is switched on by its own code."""

import datetime

from airflow.sdk import dag, task


@dag(
    schedule="@daily",
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    catchup=True,
    is_paused_upon_creation=False,
)
def catch_up():
    @task
    def load() -> None:
        print("only in production")

    load()


catch_up()
