"""The request rule of foreign trade: a cell of trade statistics is confidential only where a trader who can be
recognised in it has asked for that (passive confidentiality; tau-ARGUS ``REQ``).

Regulation (EU) 2019/2152 on European business statistics, Article 19."""

from __future__ import annotations

from pydantic import Field

from firmtrade.protection.rules.evidence import Parameters


class Request(Parameters):
    """``tables`` to which the rule applies, and ``cells`` (``table/population/row/column``) for which a trader
    asked."""

    tables: tuple[str, ...] = Field(min_length=1)
    cells: tuple[str, ...] = ()

    def spares(self, table: str, cell: str) -> bool:
        """Whether concentration rules leave a cell alone: its table is passive and nobody asked."""
        return table in self.tables and cell not in self.cells
