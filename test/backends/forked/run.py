"""Runs the real script with shorter pauses; orphans come to it, as they do to a container's first process."""

import ctypes
import os
import sys

import airflow_parts
import supervisor

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
os.environ["SUPERVISED"] = str(os.getpid())
supervisor.FIRST_PAUSE_SECONDS = 0.05
supervisor.OOM_COUNTERS = [os.environ["PLAY"] + "/memory.events"]
sys.exit(airflow_parts.main(os.environ["PLAY"] + "/termination-log"))
