"""Started by hand; it updates the asset that another DAG waits for."""

from airflow.sdk import Asset, dag, task


@dag(schedule=None, is_paused_upon_creation=False)
def writes_orders():
    @task(outlets=[Asset("orders")])
    def write() -> None:
        print("orders written")

    write()


writes_orders()
