"""What `spec.airflow.env` gives to a task: it prints the one, and fails without the other."""

import os

from airflow.sdk import dag, task


@dag(schedule=None)
def environment():
    @task
    def look() -> None:
        print(os.environ["GREETING"])
        assert os.environ["GREETING"] == "hello $(AIRFLOW_HOME)"
        assert os.environ["API_KEY"] == "open-sesame"

    look()


environment()
