"""Due whenever the asset is updated, and switched on by its own code."""

from airflow.sdk import Asset, dag, task


@dag(schedule=[Asset("orders")], is_paused_upon_creation=False)
def after_orders():
    @task
    def send() -> None:
        print("only in production")

    send()


after_orders()
