"""KubernetesPodOperator as DAGs written for production use it: their namespace and their service account are not here."""

import os

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.secret import Secret
from airflow.sdk import dag, get_current_context, task
from kubernetes.client import models as k8s

IMAGE = "alpine:3.24.1"
PRODUCTION = {"namespace": "airflow", "image": IMAGE, "cmds": ["sh", "-ec"], "startup_check_interval_seconds": 1}

LOOK_AROUND = """
test "$API_KEY" = open-sesame
test "$(cat /etc/api/key)" = open-sesame
test "$REGION" = north
grep -q 'limit = 3' /etc/app/app.ini
echo "$(date)" >> /data/visits
for second in 1 2 3 4 5 6 7 8; do echo "everything is there, second $second of 8"; sleep 1; done
echo '{"rows": 3}' > /airflow/xcom/return.json
"""

LINUX = k8s.V1NodeSelectorTerm(
    match_expressions=[k8s.V1NodeSelectorRequirement(key="kubernetes.io/os", operator="In", values=["linux"])]
)


@dag(schedule=None, max_active_tasks=3)
def pods():
    everything = KubernetesPodOperator(
        task_id="everything",
        **PRODUCTION,
        arguments=[LOOK_AROUND],
        service_account_name="etl",
        secrets=[Secret("env", "API_KEY", "api", "key"), Secret("volume", "/etc/api", "api")],
        env_from=[k8s.V1EnvFromSource(config_map_ref=k8s.V1ConfigMapEnvSource(name="regions"))],
        volumes=[
            k8s.V1Volume(name="app", config_map=k8s.V1ConfigMapVolumeSource(name="app")),
            k8s.V1Volume(
                name="data",
                persistent_volume_claim=k8s.V1PersistentVolumeClaimVolumeSource(claim_name="data"),
            ),
        ],
        volume_mounts=[
            k8s.V1VolumeMount(name="app", mount_path="/etc/app", read_only=True),
            k8s.V1VolumeMount(name="data", mount_path="/data"),
        ],
        image_pull_secrets=[k8s.V1LocalObjectReference(name="registry")],
        container_resources=k8s.V1ResourceRequirements(
            requests={"cpu": "10m", "memory": "32Mi"}, limits={"memory": "64Mi"}
        ),
        node_selector={"kubernetes.io/os": "linux"},
        affinity=k8s.V1Affinity(
            node_affinity=k8s.V1NodeAffinity(
                required_during_scheduling_ignored_during_execution=k8s.V1NodeSelector(node_selector_terms=[LINUX])
            )
        ),
        get_logs=True,
        do_xcom_push=True,
        on_finish_action="delete_pod",
    )

    @task
    def take(given: dict) -> None:
        assert given == {"rows": 3}, given

    kept = KubernetesPodOperator(
        task_id="kept", **PRODUCTION, arguments=["echo done"], on_finish_action="keep_pod"
    )
    kept_as_it_failed = KubernetesPodOperator(
        task_id="kept_as_it_failed", **PRODUCTION, arguments=["exit 3"], on_finish_action="delete_succeeded_pod"
    )
    gone_as_it_succeeded = KubernetesPodOperator(
        task_id="gone_as_it_succeeded", **PRODUCTION, arguments=["true"], on_finish_action="delete_succeeded_pod"
    )

    override = k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(namespace="airflow", labels={"team": "hardy"}),
        spec=k8s.V1PodSpec(
            service_account_name="etl",
            containers=[k8s.V1Container(name="base", env=[k8s.V1EnvVar(name="CHOSEN", value="by the task")])],
        ),
    )

    @task(executor_config={"pod_override": override})
    def overridden() -> None:
        assert os.environ["CHOSEN"] == "by the task"

    @task
    def for_another_cluster() -> None:
        """What would be sent to a cluster of which a kubeconfig tells: nothing of it is changed."""
        kubeconfig = "/tmp/kubeconfig"
        with open(kubeconfig, "w") as file:
            file.write(KUBECONFIG)
        operator = KubernetesPodOperator(
            task_id="elsewhere", **PRODUCTION, service_account_name="etl", config_file=kubeconfig
        )
        pod = operator.build_pod_request_obj(get_current_context())
        assert (pod.metadata.namespace, pod.spec.service_account_name) == ("airflow", "etl")

    @task(trigger_rule="all_done")
    def whatever_became_of_it() -> None:
        pass

    take(everything.output)
    kept_as_it_failed >> whatever_became_of_it()
    [kept, gone_as_it_succeeded, overridden(), for_another_cluster()]


KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: other, cluster: {server: "https://other.example.com"}}]
users: [{name: me, user: {token: none}}]
contexts: [{name: other, context: {cluster: other, user: me}}]
current-context: other
"""

pods()
