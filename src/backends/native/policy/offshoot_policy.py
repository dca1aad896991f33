"""
What a preview changes in the pods that its DAGs ask for, so that DAGs written for production run in the preview's own namespace.

A policy plugin of Airflow (entry point `airflow.policy`): it runs beside the image's own policies and `airflow_local_settings`, after
them. Whoever reads a task's log sees what was changed.
"""

import logging
from pathlib import Path

from airflow.policies import hookimpl

OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
# What there is in a preview; any other name would be refused.
SERVICE_ACCOUNTS = ("airflow", "default", "worker")

log = logging.getLogger(__name__)


@hookimpl
def pod_mutation_hook(pod):
    """Called for each pod of KubernetesPodOperator, in the task, and for each worker pod, in the scheduler."""
    if not is_for_this_cluster(pod) or not OWN_NAMESPACE.exists():
        return
    namespace = OWN_NAMESPACE.read_text().strip()
    if pod.metadata.namespace != namespace:
        log.info(
            "Offshoot: the pod %s runs in this preview's namespace %s, not in %r as the DAG says",
            pod.metadata.name,
            namespace,
            pod.metadata.namespace,
        )
        pod.metadata.namespace = namespace
    account = pod.spec.service_account_name or pod.spec.service_account
    if account and account not in SERVICE_ACCOUNTS:
        log.info(
            "Offshoot: the pod %s runs as service account worker, for there is no %r in a preview",
            pod.metadata.name,
            account,
        )
        pod.spec.service_account_name, pod.spec.service_account = "worker", None


def is_for_this_cluster(pod):
    """Not so for a task that names a kubeconfig or a connection to another cluster, whose namespaces are not ours to know."""
    labels = pod.metadata.labels or {}
    return labels.get("kubernetes_executor") == "True" or labels.get("airflow_kpo_in_cluster") == "True"
