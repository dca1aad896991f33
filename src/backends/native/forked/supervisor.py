"""
Keeps processes running that are copies of this one.

This process does nothing else: no threads, no connections, so that a part that died can be forked from it again at any time.
Standard library only; `airflow_parts.py` says which parts there are.
"""

import os
import selectors
import signal
import sys
import time
import traceback
from contextlib import suppress

SELF = "airflow"
GIVE_UP_AT = 5  # deaths of one part
WITHIN_SECONDS = 300
FIRST_PAUSE_SECONDS = 1  # before it starts again; each further one is twice as long
FORKED_DEATHS = 2  # from this death on, it is started as a process of its own
FAREWELL_SECONDS = 1.5
LONGEST_LINE = 64 * 1024
LONGEST_QUOTE = 160  # characters of a part's last line, where it is quoted
OOM_COUNTERS = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"]

started = time.monotonic()
out = open(os.dup(1), "wb")  # ours, whatever becomes of descriptor 1


def write(name, lines):
    out.write(b"".join(b"%s | %s\n" % (name.encode(), line) for line in lines))
    out.flush()


def say(text):
    write(SELF, [f"{time.monotonic() - started:.1f} s: {text}".encode()])


class Lines:
    """A pipe; the lines that come out of it are written under a name."""

    def __init__(self, name):
        self.name, self.rest, self.last = name, b"", ""
        self.read_end, self.write_end = os.pipe()

    def pump(self):
        """Writes what has come; False at the end."""
        got = os.read(self.read_end, LONGEST_LINE)
        *lines, self.rest = (self.rest + got).split(b"\n")
        if self.rest and (not got or len(self.rest) >= LONGEST_LINE):
            lines, self.rest = [*lines, self.rest], b""
        for line in lines:
            self.last = line[: 4 * LONGEST_QUOTE].decode(errors="replace").strip()[:LONGEST_QUOTE] or self.last
        write(self.name, lines)
        return bool(got)

    def pump_all(self):
        while self.pump():
            pass

    def pump_rest(self):
        """What a pipe can hold, no more: who has fled from its session may go on writing for ever."""
        with suppress(BlockingIOError):
            self.pump()
            self.pump()

    def take_output(self):
        """From here on, what this process prints goes into the pipe."""
        for stream in (1, 2):
            os.dup2(self.write_end, stream)
        os.close(self.write_end)


class Gate:
    """Closed until it is opened. A pipe to which nobody writes: it opens by ending."""

    def __init__(self):
        self.read_end, self.write_end = os.pipe()

    def open(self):
        os.close(self.write_end)
        self.write_end = None

    def stand_before(self):
        """For each child at once: its copy of the write end would keep the gate closed for all."""
        if self.write_end is not None:
            self.open()

    def wait(self):
        os.read(self.read_end, 1)


class Part:
    """
    What is to run, in a process (`pid`) or from a time on (`due`).

    live(forked): what the child does. once(): called when it ended well, after which it is not started again; a part without it has
    to run for ever. log: what its lines are written under, if not its name.
    """

    def __init__(self, name, live, once=None, log=None):
        self.name, self.live, self.once, self.log = name, live, once, log or name
        self.pid, self.lines, self.due, self.deaths = None, None, time.monotonic(), []

    def start(self, forked):
        self.lines, self.due = Lines(self.log), None
        self.pid = os.fork()
        if self.pid == 0:
            self._child(forked)
        os.close(self.lines.write_end)
        os.set_blocking(self.lines.read_end, False)

    def _child(self, forked):
        """Never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.setsid()
            self.lines.take_output()
            self.live(forked)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)

    def signal_all(self, number):
        """Signals every process of its session, those that have outlived it too."""
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with suppress(ProcessLookupError, PermissionError):
                if os.getsid(int(entry)) == self.pid:
                    os.kill(int(entry), number)

    def bury(self):
        """What is to be done once its process has ended."""
        self.signal_all(signal.SIGKILL)
        self.lines.pump_rest()
        os.close(self.lines.read_end)
        self.pid = None


class Supervisor:
    def __init__(self, parts, forkable):
        self.parts, self.forkable = parts, forkable
        self.selector, self.oom_kills, self.stopping = selectors.DefaultSelector(), oom_kills(), False

    def run(self):
        """Until it is told to stop, or gives up: then it returns why."""
        self._listen_for_signals()
        why = None
        while not self.stopping and why is None:
            for part in self.parts:
                if part.due is not None and part.due <= time.monotonic():
                    self._start(part)
            due = [part.due for part in self.parts if part.due is not None]
            self._listen(max(0, min(due) - time.monotonic()) if due else None)
            for part, code in self._reap():
                why = self._ended(part, code) or why
        self._stop()
        return why

    def _listen_for_signals(self):
        """A signal wakes the loop; what it means is looked at there."""
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stopping", True))
        self.selector.register(reader, selectors.EVENT_READ, lambda: os.read(reader, 4096))

    def _listen(self, seconds):
        for key, _ in self.selector.select(seconds):
            with suppress(BlockingIOError):
                if key.data() is False:
                    self.selector.unregister(key.fd)

    def _start(self, part):
        forked = self.forkable and len(part.deaths) < FORKED_DEATHS
        part.start(forked)
        self.selector.register(part.lines.read_end, selectors.EVENT_READ, part.lines.pump)
        say(f"{part.name} starts as {'a fork' if forked else 'a separate process'}, pid {part.pid}")

    def _reap(self):
        """Takes in all that ended, what parts left behind as well, and gives the parts."""
        ended = []
        with suppress(ChildProcessError):
            while (one := os.waitpid(-1, os.WNOHANG))[0]:
                ended += [(part, os.waitstatus_to_exitcode(one[1])) for part in self.parts if part.pid == one[0]]
        for part, _ in ended:
            with suppress(KeyError):
                self.selector.unregister(part.lines.read_end)
            part.bury()
        return ended

    def _ended(self, part, code):
        """Decides what comes next; says why it gives up, if that is so."""
        if part.once and code == 0:
            return part.once()
        now, how = time.monotonic(), self._how(code)
        part.deaths = [*(death for death in part.deaths if now - death < WITHIN_SECONDS), now]
        times = len(part.deaths)
        if times >= GIVE_UP_AT:
            return f"{part.name} ended {times} times within {WITHIN_SECONDS} s, last {how}. Its last line: {part.lines.last}"
        pause = FIRST_PAUSE_SECONDS * 2 ** (times - 1)
        part.due = now + pause
        say(f"{part.name} ended {how}: {part.lines.last or 'no output'}")
        say(f"{part.name} restarts in {pause} s; after {GIVE_UP_AT - times} more failures within {WITHIN_SECONDS} s, the container restarts")
        return None

    def _how(self, code):
        if code >= 0:
            return f"with exit code {code}"
        before, self.oom_kills = self.oom_kills, oom_kills()
        if code == -signal.SIGKILL and self.oom_kills > before:
            return "killed because the container exceeded its memory limit"
        return f"by signal {signal.Signals(-code).name}"

    def _stop(self):
        """Asks all to go, and sees to it that they do."""
        until = time.monotonic() + FAREWELL_SECONDS
        for part in self._living():
            part.signal_all(signal.SIGTERM)
        while self._living() and (left := until - time.monotonic()) > 0:
            self._listen(left)
            self._reap()
        for part in self._living():
            part.signal_all(signal.SIGKILL)
        while self._living():
            self._listen(None)
            self._reap()

    def _living(self):
        return [part for part in self.parts if part.pid]


def oom_kills():
    """How many processes of this container the kernel has killed for memory."""
    for counter in OOM_COUNTERS:
        with suppress(OSError), open(counter) as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("oom_kill "))
    return 0
