"""A TaskFlow DAG: three tasks, each in a pod of its own."""

import time

from airflow.sdk import dag, task

GREETING = "Hello from main"


@dag(schedule=None, catchup=False, tags=["demo"])
def hello():
    @task
    def greet() -> str:
        print(GREETING)
        return GREETING

    @task
    def look_around(greeting: str) -> int:
        # Takes a while, so that its log can be read in the UI while it runs.
        print(f"{greeting}: looking around")
        for second in range(5):
            print(f"second {second + 1} of 5", flush=True)
            time.sleep(1)
        print("looked around")
        return len(greeting)

    @task
    def sum_up(letters: int) -> None:
        print(f"The greeting has {letters} letters.")

    sum_up(look_around(greet()))


hello()
