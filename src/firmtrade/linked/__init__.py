"""The room `linked`."""
