"""The DAG that the demo's second commit adds."""

from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, tags=["demo"])
def farewell():
    @task
    def wave() -> None:
        print("Goodbye")

    wave()


farewell()
