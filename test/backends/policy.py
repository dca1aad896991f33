"""
Does with the pod on standard input what Airflow does with it: finds policy plugins by their entry point and calls their hook, twice.
"""

import importlib.metadata
import json
import logging
import sys
from pathlib import Path
from types import SimpleNamespace

mounted, namespace_file = sys.argv[1:]
sys.path.append(mounted)
entry_points = importlib.metadata.entry_points(group="airflow.policy")
(plugin,) = [entry_point.load() for entry_point in entry_points if entry_point.name == "offshoot"]
plugin.OWN_NAMESPACE = Path(namespace_file)

said = []
handler = logging.Handler()
handler.emit = lambda record: said.append(record.getMessage())
logging.basicConfig(level=logging.INFO, handlers=[handler])

given = json.load(sys.stdin)
pod = json.loads(json.dumps(given), object_hook=lambda one: SimpleNamespace(**one))
pod.metadata.labels = given["metadata"]["labels"]
for mine, theirs in zip(pod.spec.containers or [], given["spec"]["containers"] or []):
    mine.resources = theirs["resources"] and SimpleNamespace(**theirs["resources"])
plugin.pod_mutation_hook(pod)
plugin.pod_mutation_hook(pod)
limits = [one.resources and one.resources.limits for one in pod.spec.containers or []]
account = pod.spec.service_account_name
json.dump({"namespace": pod.metadata.namespace, "account": account, "limits": limits, "said": said}, sys.stdout)
