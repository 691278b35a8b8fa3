"""What the custodian gets: a page to review, the record that output checkers read, and the system for other
programs. It holds true values and stays inside."""

from firmtrade.protection.custody.write import write_custody

__all__ = ["write_custody"]
