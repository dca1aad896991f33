"""
The branch's code in Airflow's processes: a change counts from the next file that is parsed, and test files hold no DAGs.

Airflow imports it in every process, as it imports policies (entry point `airflow.policy`); it has no policy in it.
"""

import json
import os
import sys
from pathlib import Path

PLACE = json.loads(Path(__file__).with_name("code.json").read_text())
CHECKOUTS, DAGS = PLACE["checkouts"] + "/", Path(PLACE["dagsFolder"])
# The modules of Airflow that keep what plugins gave them.
KEEPERS = ("airflow.plugins_manager", "airflow.sdk.plugins_manager", "airflow.listeners.listener", "airflow.sdk.listener")

# Names of modules that this process imported from the branch, and the newest module that was looked at for that.
of_branch, last_seen = [], None


def look():
    """
    Notes which modules are of the branch. Before each fork, and only those that are new since the last: whatever a child looks at,
    it gets a copy of (a look counts as a reference), and all modules of Airflow are 25 MiB.
    """
    global last_seen
    for name in [*reversed(sys.modules)]:  # at once: another thread may be importing
        if name == last_seen:
            break
        if is_of_branch(sys.modules.get(name)):
            of_branch.append(name)
    last_seen = next(reversed(sys.modules))


def forget():
    """
    What a process imported from the branch may be of a former commit: the DAG processor loads plugins when it starts, before there is
    a checkout perhaps, and each file is parsed in a fork of it. So a fork imports the branch's modules and plugins anew.
    """
    for path in [path for path, finder in sys.path_importer_cache.items() if finder is None]:
        del sys.path_importer_cache[path]  # no such folder then; it may be there now
    while of_branch:
        sys.modules.pop(of_branch.pop(), None)
    for keeper in filter(None, map(sys.modules.get, KEEPERS)):
        for value in list(vars(keeper).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def is_of_branch(module):
    attributes = getattr(module, "__dict__", {})
    # A package without __init__.py has no file.
    where = attributes.get("__file__") or next(iter(attributes.get("__path__") or ()), None)
    return isinstance(where, str) and where.startswith(CHECKOUTS)


os.register_at_fork(before=look, after_in_child=forget)


def might_contain_dag(file_path, zip_file=None):
    """Airflow's own heuristic (`core.might_contain_dag_callable`), except for test files."""
    from airflow.utils.file import might_contain_dag_via_default_heuristic

    if zip_file is None and is_test(Path(file_path)) and not is_wanted(Path(file_path)):
        return False
    return might_contain_dag_via_default_heuristic(file_path, zip_file)


def is_test(file):
    folders = file.parent.relative_to(DAGS).parts if file.is_relative_to(DAGS) else ()
    return file.suffix == ".py" and (file.name.startswith("test_") or file.stem.endswith("_test") or "tests" in folders)


def is_wanted(file):
    """Whether a line of the branch's own .airflowignore brings it back: `!test_orders.py`, `!tests/`."""
    folders = [folder for folder in file.parents if folder.is_relative_to(DAGS)]
    return any(is_brought_back_by(folder / ".airflowignore", file) for folder in folders)


def is_brought_back_by(ignore_file, file):
    from pathspec.patterns import GitWildMatchPattern  # as Airflow reads these files

    if not ignore_file.is_file():
        return False
    lines = ignore_file.read_text(errors="replace").split("\n")
    path = file.relative_to(ignore_file.parent).as_posix()
    return any(GitWildMatchPattern(line).match_file(path) for line in lines if line.startswith("!"))
