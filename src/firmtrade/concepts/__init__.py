"""The room `concepts`."""
