"""
Stands in for Airflow where its parts are supervised: the command `airflow scheduler` runs the file `scheduler.py` of the folder
PLAY if there is one, and otherwise says that it is up and stays.
"""

import os
import pathlib

play = pathlib.Path(os.environ["PLAY"])
imported = play / "import.py"
if imported.exists():
    exec(imported.read_text())
