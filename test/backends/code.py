"""
What becomes of the branch's code in a process of Airflow: `code.py MOUNTED`, which finds the module by its entry point.

The link `current` leads to commit `one`, then to `two`. Airflow's plugin manager and .airflowignore's patterns are stand-ins.
"""

import fnmatch
import functools
import importlib.metadata
import json
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

mounted, checkouts = Path(sys.argv[1]), Path(sys.argv[2])
(mounted / "code.json").write_text(json.dumps({"checkouts": str(checkouts), "dagsFolder": f"{checkouts}/current/dags"}))


def stand_in(name, **attributes):
    module = sys.modules[name] = ModuleType(name)
    vars(module).update(attributes)


class Pattern:
    def __init__(self, line):
        self.line = line[1:]

    def match_file(self, path):
        return fnmatch.fnmatch(path.split("/")[-1], self.line) or self.line.rstrip("/") in path.split("/")[:-1] or None


stand_in("airflow")
stand_in("airflow.utils")
stand_in("airflow.utils.file", might_contain_dag_via_default_heuristic=lambda path, zip_file: "dag" in Path(path).read_text())
stand_in("airflow.plugins_manager", _get_plugins=functools.cache(lambda: __import__("macros").SAYS))
stand_in("pathspec")
stand_in("pathspec.patterns", GitWildMatchPattern=Pattern)

sys.path[:0] = [str(checkouts / "current"), str(mounted)]
sys.dont_write_bytecode = True
plugins = SimpleNamespace(said=sys.modules["airflow.plugins_manager"]._get_plugins)
(code,) = [one.load() for one in importlib.metadata.entry_points(group="airflow.policy") if one.name == "offshoot_code"]


def in_a_fork(ask):
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(ask()).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        return json.load(answer)


def attempt():
    try:
        return plugins.said()
    except ImportError:
        return "nothing"


def commit(name):
    (checkouts / "next").symlink_to(name)
    os.replace(checkouts / "next", checkouts / "current")


before = attempt()
commit("one")
said = [before, in_a_fork(attempt)]
sys.path_importer_cache.clear()
said += [attempt()]
commit("two")
said += [attempt(), in_a_fork(attempt)]
dags = checkouts / "current" / "dags"
files = [path for path in sorted(dags.rglob("*")) if path.suffix == ".py"]
parsed = [path.relative_to(dags).as_posix() for path in files if code.might_contain_dag(str(path))]
json.dump({"said": said, "parsed": parsed}, sys.stdout)
