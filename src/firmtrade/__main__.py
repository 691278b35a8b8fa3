"""``python -m firmtrade``."""

from firmtrade.cli import main

main()
