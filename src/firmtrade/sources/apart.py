"""Native code that a crafted or damaged file may abort is run in a process of its own, and the abort is an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ABORTED = "aborted"
"""The fault of a process that came to no answer of its own."""


def answer_apart(program: str, job: dict[str, Any]) -> dict[str, Any]:
    """What a program beside this module answers to a job; ``fault`` is :data:`ABORTED` where it was aborted.

    The program gets the job as JSON on standard input and answers as JSON on standard output.

    Raises
    ------
    OSError
        The disk refused what the program was to write.
    """
    done = subprocess.run(
        [sys.executable, "-I", str(Path(__file__).with_name(program))],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        found = {}
    if "errno" in found:
        raise OSError(found["errno"], os.strerror(found["errno"]))
    return found if isinstance(found, dict) and found else {"fault": ABORTED}
