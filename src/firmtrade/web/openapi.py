"""The description of the API (OpenAPI 3.1), made of the addresses that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firmtrade.version import __version__
from firmtrade.web.answer import PROBLEM
from firmtrade.web.resource import Resource

PARAMETERS: dict[str, tuple[str, dict[str, Any]]] = {
    "release": ("The `id` of a release, as the list of releases has it.", {"type": "string"}),
    "table": (
        "The `id` of a table or figure, as its release lists it: `table-4`, `figure-15`.",
        {"type": "string"},
    ),
    "key": ("The key of a cell: table/population/row/column.", {"type": "string"}),
    "q": ("Words that must all be there; accents and capitals do not count.", {"type": "string"}),
    "limit": (
        "How many entries at most; all without it.",
        {"type": "integer", "minimum": 1, "maximum": 1000},
    ),
    "offset": ("How many entries are left out before the first.", {"type": "integer", "minimum": 0}),
}
REQUIRED = frozenset({"key"})
WRONG = {
    "400": "A parameter is not known or cannot be read.",
    "404": "Nothing is at this address.",
    "405": "The API is read only: GET and HEAD.",
    "414": "The address is too long.",
}


def description(resources: Sequence[Resource]) -> dict[str, Any]:
    """The description of resources; addresses are relative to the description, wherever the site stands."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "firmtrade",
            "version": __version__,
            "description": "Numbers of releases, as they are printed; what is hidden there is hidden here.",
        },
        "servers": [{"url": ".."}],
        "paths": {resource.path: {"get": _operation(resource)} for resource in resources},
    }


def _operation(resource: Resource) -> dict[str, Any]:
    parameters = [_parameter(name, "path") for name in resource.names]
    parameters += [_parameter(name, "query") for name in resource.query]
    responses: dict[str, Any] = {
        "200": {
            "description": resource.what,
            "headers": {"ETag": {"description": "The digest of the answer.", "schema": {"type": "string"}}},
            "content": {resource.media.partition(";")[0]: {}},
        },
        "304": {"description": "Unchanged: `If-None-Match` names the digest of the answer."},
    }
    responses |= {status: {"description": why, "content": {PROBLEM: {}}} for status, why in WRONG.items()}
    named = resource.answer.__name__
    return {"operationId": named, "summary": resource.what, "parameters": parameters, "responses": responses}


def _parameter(name: str, where: str) -> dict[str, Any]:
    text, schema = PARAMETERS[name]
    required = where == "path" or name in REQUIRED
    return {"name": name, "in": where, "required": required, "description": text, "schema": schema}
