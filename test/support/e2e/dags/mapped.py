"""Fifty tasks of one kind, and one that takes all they give."""

from airflow.sdk import dag, task


@dag(schedule=None)
def mapped():
    @task
    def square(number: int) -> int:
        return number * number

    @task
    def add_up(squares) -> None:
        total = sum(squares)
        assert total == 40425, total

    add_up(square.expand(number=list(range(50))))


mapped()
