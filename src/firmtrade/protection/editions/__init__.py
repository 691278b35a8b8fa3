"""What was released before: a register of releases, and what each says about the firms of the next."""

from firmtrade.protection.editions.earlier import Before, Earlier, EarlierNumber, Revised, before
from firmtrade.protection.editions.register import RegisteredRelease, ReleaseRegister, enter, read_register

__all__ = [
    "Before",
    "Earlier",
    "EarlierNumber",
    "RegisteredRelease",
    "ReleaseRegister",
    "Revised",
    "before",
    "enter",
    "read_register",
]
