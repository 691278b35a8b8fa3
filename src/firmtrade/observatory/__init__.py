"""Canonical tables and a study in; panel, flows and views out. The only room that talks to an engine."""
