"""Tasks that wait without a pod of their own: the triggerer does it for them."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor
from airflow.sdk import dag


@dag(schedule=None)
def deferred():
    TimeDeltaSensor(task_id="sensor", delta=timedelta(seconds=90), deferrable=True)
    KubernetesPodOperator(
        task_id="pod",
        namespace="airflow",
        image="alpine:3.24.1",
        cmds=["sh", "-ec"],
        arguments=["sleep 10; echo '{\"rows\": 4}' > /airflow/xcom/return.json"],
        deferrable=True,
        do_xcom_push=True,
        poll_interval=1,
    )


deferred()
