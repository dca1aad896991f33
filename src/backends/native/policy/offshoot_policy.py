"""
What a preview changes in the pods that its DAGs ask for, so that DAGs written for production run in the preview's own namespace.

A policy plugin of Airflow (entry point `airflow.policy`): it runs beside the image's own policies and `airflow_local_settings`, after
them. Whoever reads a task's log sees what was changed.
"""

import json
import logging
import re
from pathlib import Path

from airflow.policies import hookimpl

OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
# What there is in a preview; any other name would be refused.
SERVICE_ACCOUNTS = ("airflow", "default", "worker")
# What the preview's LimitRange gives to a container that has no limit; of CPU only where the quota counts limits.
DEFAULT_LIMITS = json.loads(Path(__file__).with_name("limits.json").read_text())

log = logging.getLogger(__name__)


@hookimpl
def pod_mutation_hook(pod):
    """Called for each pod of KubernetesPodOperator, in the task, and for each worker pod, in the scheduler."""
    if not is_for_this_cluster(pod) or not OWN_NAMESPACE.exists():
        return
    namespace = OWN_NAMESPACE.read_text().strip()
    if pod.metadata.namespace != namespace:
        log.info(
            "Offshoot: pod %s runs in this preview's namespace %s, not in %r as the DAG specifies",
            pod.metadata.name,
            namespace,
            pod.metadata.namespace,
        )
        pod.metadata.namespace = namespace
    account = pod.spec.service_account_name or pod.spec.service_account
    if account and account not in SERVICE_ACCOUNTS:
        log.info(
            "Offshoot: pod %s runs as service account worker, because previews have no %r",
            pod.metadata.name,
            account,
        )
        pod.spec.service_account_name, pod.spec.service_account = "worker", None
    for container in [*(pod.spec.init_containers or []), *(pod.spec.containers or [])]:
        give_limits(pod, container)


def is_for_this_cluster(pod):
    """Not so for a task that names a kubeconfig or a connection to another cluster, whose namespaces are not ours to know."""
    labels = pod.metadata.labels or {}
    return labels.get("kubernetes_executor") == "True" or labels.get("airflow_kpo_in_cluster") == "True"


def give_limits(pod, container):
    """Without a limit of its own, a container that asks for more than the default limit would be refused."""
    resources = container.resources
    for name, default in DEFAULT_LIMITS.items():
        asked = ((resources and resources.requests) or {}).get(name)
        if asked is None or name in (resources.limits or {}) or amount(asked) <= amount(default):
            continue
        log.info(
            "Offshoot: container %s of pod %s sets no %s limit; its request, %s, becomes the limit",
            container.name,
            pod.metadata.name,
            name,
            asked,
        )
        resources.limits = {**(resources.limits or {}), name: asked}


def amount(quantity):
    """Bytes or CPUs; 0 for what is no quantity, which the API server refuses in its own words."""
    match = re.fullmatch(r"(\d+\.?\d*|\.\d+)(?:([kKMGTPE])(i?)|[eE](\d+)|(m))?", str(quantity))
    if not match:
        return 0
    number, unit, binary, exponent, milli = match.groups()
    if milli:
        return float(number) / 1000
    power = "KMGTPE".index(unit.upper()) + 1 if unit else 0
    return float(number) * (1024 if binary else 1000) ** power * 10 ** int(exponent or 0)
