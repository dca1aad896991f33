import os
import sys
import time

from airflow import play


def main():
    command = sys.argv[1:]
    script = play / f"{command[0]}.py"
    if script.exists():
        exec(compile(script.read_text(), script, "exec"), {"__name__": "part"})
    elif command != ["db", "migrate"]:
        how = "a fork" if os.environ.get("SUPERVISED") == str(os.getppid()) and __name__ != "__main__" else "a process of its own"
        print("up as", how, *command)
        time.sleep(3600)


if __name__ == "__main__":
    main()
