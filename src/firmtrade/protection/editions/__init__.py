"""What was released before: a register of releases, and what each says about the firms of the next."""

from firmtrade.protection.editions.earlier import Before, Earlier, Known, Revised, before
from firmtrade.protection.editions.register import Entry, Register, enter, read_register

__all__ = ["Before", "Earlier", "Entry", "Known", "Register", "Revised", "before", "enter", "read_register"]
