"""The room `classifications`."""
