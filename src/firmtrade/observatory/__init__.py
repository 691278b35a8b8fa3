"""The room `observatory`."""
