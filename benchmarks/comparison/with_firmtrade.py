"""The chapter of the comparison with firmtrade: a study, and one call."""

import sys
from pathlib import Path

import firmtrade as ft

data, room = sys.argv[1:]
ft.run(Path(__file__).with_name("chapter.toml"), data).write(room)
