"""The room `survey`."""
