"""Example profiles, as data."""
