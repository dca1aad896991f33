"""What is particular to Airflow 3 where its parts are forks of one process."""

import time

# What more than one part imports, and what no part can do without. What this Airflow does not have, it does not need.
SHARED = [
    "airflow.cli.commands.scheduler_command",
    "airflow.cli.commands.dag_processor_command",
    "airflow.cli.commands.triggerer_command",
    "airflow.cli.commands.db_command",
    "airflow.dag_processing.processor",
    "airflow.providers.cncf.kubernetes.executors.kubernetes_executor",
    # DAG processor and triggerer serve the execution API to their own children.
    "airflow.api_fastapi.app",
    "airflow.api_fastapi.execution_api.routes",
]
# What one part alone needs and takes long to make: its app.
OWN = {"api-server": ["airflow.cli.commands.api_server_command", "airflow.api_fastapi.main"]}
# PostgreSQL listens before it has started, and turns everybody away meanwhile.
TURNED_AWAY_SECONDS = 5


def has_schema():
    """Whether the database is as this Airflow wants it: a look, where `airflow db migrate` reads all migrations there ever were."""
    try:
        from airflow.settings import Session
        from airflow.utils.db import _REVISION_HEADS_MAP
        from airflow.utils.db_manager import RunDBManager
        from sqlalchemy import text
        from sqlalchemy.exc import OperationalError

        deadline = time.monotonic() + TURNED_AWAY_SECONDS
        while True:
            try:
                with Session() as session:
                    found = session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
                    return found == [*_REVISION_HEADS_MAP.values()][-1:] and bool(RunDBManager().check_migration(session))
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
    except Exception as error:
        print(f"the schema is missing or cannot be read ({type(error).__name__}): migrating")
        return False
