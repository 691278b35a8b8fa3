"""The version of the program: the one place where it stands. The package is built with what stands here."""

__version__ = "0.1.0"
