"""Canonical tables and a study in; panel, flows and views out. The only room that talks to an engine."""

from firmtrade.observatory.views import Universe, View, ViewRequest, plan

__all__ = ["Universe", "View", "ViewRequest", "plan"]
