"""The command line: calls of the public API, and nothing else."""

from firmtrade.cli.app import main

__all__ = ["main"]
