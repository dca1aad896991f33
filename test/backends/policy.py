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
pod = SimpleNamespace(metadata=SimpleNamespace(**given["metadata"]), spec=SimpleNamespace(**given["spec"]))
plugin.pod_mutation_hook(pod)
plugin.pod_mutation_hook(pod)
json.dump({"namespace": pod.metadata.namespace, "account": pod.spec.service_account_name, "said": said}, sys.stdout)
