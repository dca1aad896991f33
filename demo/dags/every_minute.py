"""In production this runs every minute. In a preview it does not: nothing runs that nobody asked for."""

import datetime

from airflow.sdk import dag, task


@dag(
    schedule="* * * * *",
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    catchup=False,
    is_paused_upon_creation=False,
    tags=["demo"],
)
def every_minute():
    @task
    def charge_customers() -> None:
        print("This must happen once, in production.")

    charge_customers()


every_minute()
