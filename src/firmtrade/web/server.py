"""HTTP: the addresses of the site with their headers. It reads only, sets no cookie and shows nothing of the disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from firmtrade.errors import DataError
from firmtrade.web import pages
from firmtrade.web.answer import PROBLEM, AskedError, NotThereError, Query, SiteAnswer
from firmtrade.web.resource import Resource
from firmtrade.web.resources import RESOURCES
from firmtrade.web.site import Site

LONGEST = 4_000
"""Signs of an address with all that is asked beside its path."""
POLICY = (
    "default-src 'none'; style-src 'self'{styles}; script-src {scripts}; img-src 'self'{images}; font-src 'self'; "
    "form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)
OWN_POLICY = POLICY.format(styles="", scripts="'self'", images="", forms="'self'")
"""Of the pages of the site: no script and no style but its own files, nothing from another host."""
RELEASED_POLICY = POLICY.format(styles=" 'unsafe-inline'", scripts="'none'", images=" data:", forms="'none'")
"""Of the pages and drawings of releases, which hold styles and no script."""
HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAID = {
    HTTPStatus.NOT_FOUND: "Nothing is at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This site is read only: use GET or HEAD.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of the program: please report it to whoever runs this site.",
}
LOG = logging.getLogger("firmtrade")


def application(site: Site) -> Starlette:
    """The site as an ASGI application."""
    routes = [Route(resource.path, _endpoint(site, resource)) for resource in RESOURCES]
    folders = [each for each in RESOURCES if each.path.endswith("/index.html")]
    routes += [Route(each.path.removesuffix("index.html"), _endpoint(site, each)) for each in folders]

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        return _refusal(site, request, status, SAID.get(status, status.description), error.headers)

    made = Starlette(routes=routes, exception_handlers={HTTPException: refused})
    made.router.redirect_slashes = False
    return made


def _endpoint(site: Site, resource: Resource) -> Callable[[Request], Response]:
    def answered(request: Request) -> Response:
        if len(request.url.path) + len(request.url.query) > LONGEST:
            raise HTTPException(HTTPStatus.REQUEST_URI_TOO_LONG)
        try:
            answer = resource.answer(site, request.path_params, _query(request))
        except NotThereError:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        except AskedError as error:
            return _refusal(site, request, HTTPStatus.BAD_REQUEST, str(error))
        except DataError as error:
            LOG.error("%s", error)
            return _refusal(site, request, HTTPStatus.SERVICE_UNAVAILABLE, error.what)
        except Exception as fault:  # its text may quote anything
            LOG.error("a fault of the program (%s) at an address %s", type(fault).__name__, resource.path)
            raise HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR) from None
        released = resource.path.startswith("/releases/{release}/files/")
        headers = _headers(RELEASED_POLICY if released else OWN_POLICY) | {"ETag": answer.tag}
        if _known(request, answer.tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(answer.body, media_type=answer.media, headers=headers)

    return answered


def _query(request: Request) -> Query:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in request.query_params.multi_items():
        found[name] = (*found.get(name, ()), value)
    return found


def _known(request: Request, tag: str) -> bool:
    """Whether who asks holds these bytes already (RFC 9110, If-None-Match)."""
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in held or "*" in held


def _refusal(site: Site, request: Request, status: HTTPStatus, why: str, headers: object = None) -> Response:
    """Why there is no answer: as a page, or for programs as a problem (RFC 9457)."""
    path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
    more = dict(headers) if isinstance(headers, dict) else {}
    if path.startswith("/api/"):
        facts = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": why}
        answer = SiteAnswer((json.dumps(facts, indent=1) + "\n").encode(), PROBLEM)
    elif status is HTTPStatus.NOT_FOUND:
        answer = pages.missing_page(site, path.removeprefix("/"))
    else:
        answer = SiteAnswer(f"{why}\n".encode(), "text/plain; charset=utf-8")
    return Response(answer.body, status, _headers(OWN_POLICY) | more, media_type=answer.media)


def _headers(policy: str) -> dict[str, str]:
    return {**HEADERS, "Content-Security-Policy": policy}
