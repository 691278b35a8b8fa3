"""Registers as they are delivered: a bundled mapping for each, and what finds out which files are there."""

from firmtrade.sources.registers.importing import import_register
from firmtrade.sources.registers.register import REGISTERS, Register, register_of

__all__ = ["REGISTERS", "Register", "import_register", "register_of"]
