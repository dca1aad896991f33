"""
Runs the parts of one Airflow in one container: `python airflow_parts.py TERMINATION_LOG`.

Importing Airflow is most of a part's start and most of its memory. So this process imports it once and forks a copy of itself for
each part, which runs Airflow's own command there. All are forked at once and wait at a gate until the schema is there; what one part
alone needs, it imports meanwhile. Which parts there are is in `commands.json`, what this generation of Airflow imports in
`generation.py`.

Where forking does not suit (Airflow cannot be imported, a library started a thread, a part died twice), each part is a process of
its own.
"""

import gc
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import generation
from supervisor import SELF, Gate, Lines, Part, Supervisor, say

COMMANDS = json.loads(Path(__file__).with_name("commands.json").read_text())


def main(termination_log):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # a container's first process would not hear it otherwise
    forkable = preload()
    say("Airflow is imported" if forkable else "each part runs as a separate process, which takes longer and uses more memory")
    why = Supervisor(parts(), forkable).run()
    if why is None:
        return 0
    say(f"giving up: {why}")
    with open(termination_log, "w") as file:
        file.write(why)
    return 1


def preload():
    """Imports what the parts share; False if copies of this process cannot be parts."""
    gc.disable()  # what is imported stays: to look for garbage costs time and finds none
    with printing_as(SELF):
        try:
            import_module("airflow.__main__")
        except BaseException:
            traceback.print_exc()
            return False
        for share in [*(partial(import_module, module) for module in generation.SHARED), configure_models]:
            try:
                share()
            except Exception as error:
                print(f"not shared: {share}: {error!r}")
    if threads := other_threads():
        say(f"importing Airflow started threads, which do not survive a fork: {', '.join(threads)}")
        return False
    gc.freeze()
    return True


def other_threads():
    """By name, those that libraries started without Python's knowledge too. One that has just ended may be listed for a moment."""
    for _ in range(50):
        names = []
        for thread in os.listdir("/proc/self/task"):
            with suppress(OSError), open(f"/proc/self/task/{thread}/comm") as file:
                names.append(file.read().strip())
        if len(names) == 1:
            return []
        time.sleep(0.02)
    return names[1:]


def configure_models():
    """What SQLAlchemy would do at the first query of every part."""
    import_module("sqlalchemy.orm").configure_mappers()


@contextmanager
def printing_as(name):
    """What is printed inside is written under this name, by a thread that is gone afterwards."""
    lines, own = Lines(name), [os.dup(1), os.dup(2)]
    reader = threading.Thread(target=lines.pump_all)
    reader.start()
    lines.take_output()
    try:
        yield
    finally:
        sys.stdout.flush(), sys.stderr.flush()
        for stream, kept in enumerate(own, 1):
            os.dup2(kept, stream)
            os.close(kept)
        reader.join()
        os.close(lines.read_end)


def parts():
    gate = Gate()

    def opened():
        say("the database has its schema")
        gate.open()

    def live(command, name):
        def child(forked):
            gate.stand_before()
            for module in generation.OWN.get(name, []) if forked else []:
                import_module(module)
            gate.wait()
            run(command, forked)

        return child

    def migrate(forked):
        wait_for_database()
        if not (forked and generation.has_schema()):
            run(COMMANDS["migrate"], forked)

    return [*(Part(name, live(command, name)) for name, command in COMMANDS["parts"].items()), Part("db migrate", migrate, once=opened, log=SELF)]


def run(command, forked):
    """Airflow's own command line, in this process."""
    arguments = ["airflow", *command]
    if not forked:
        os.execvp("airflow", arguments)
    gc.freeze()
    gc.enable()
    sys.argv = arguments
    sys.modules["airflow.__main__"].main()


def wait_for_database():
    """Until somebody listens where Airflow's database should be."""
    url = urlsplit(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    while True:
        try:
            return socket.create_connection((url.hostname, url.port or 5432), timeout=1).close()
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
