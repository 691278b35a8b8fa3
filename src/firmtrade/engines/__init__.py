"""Requests in, answers out: what talks to an engine, and what only writes down what one would be asked."""

from firmtrade.engines.connect import connect
from firmtrade.engines.draft import Draft
from firmtrade.engines.protocol import Engine, ParquetFiles, Tables

__all__ = ["Draft", "Engine", "ParquetFiles", "Tables", "connect"]
