"""A query sent to a SPARQL endpoint over HTTP, and in words every way in which that can fail."""

from __future__ import annotations

import html
import re
import zlib
from http.client import HTTPException, HTTPMessage, HTTPResponse, IncompleteRead
from socket import gaierror
from time import monotonic
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from kg import __version__
from kg.errors import EndpointError, InputError

__all__ = ["checked", "post"]

CHUNK = 1 << 16
WORDS = 300  # characters of a server's own words that are worth showing
TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.S | re.I)


def checked(url: str) -> str:
    """Return *url*; raise `InputError` if it is no http or https address."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool((parts.hostname or "").encode("idna")) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not re.fullmatch(r"[!-~]+", url):
        raise InputError(f"{_short(url)!r} is no http or https address, such as http://localhost:7878/query")
    if parts.username is not None or parts.fragment:
        raise InputError("the address of an endpoint holds neither a user name nor a fragment (#)")
    return url


def post(url: str, query: str, *, accept: tuple[str, ...], timeout: float, largest: int) -> bytes:
    """Return what the endpoint at *url* answers to *query*, in a media type of those in *accept*.

    The first of *accept* is asked for. Raise `EndpointError` if there is no such answer within *timeout*
    seconds, or if it is of more than *largest* bytes.
    """
    headers = {"Accept": accept[0], "Accept-Encoding": "gzip", "User-Agent": f"ww2-kg/{__version__}"}
    request = Request(url, urlencode({"query": query}).encode(), headers)
    until = monotonic() + timeout
    try:
        with build_opener(SameOrigin).open(request, timeout=timeout) as response:
            media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if media not in accept:
                said = f"answered with {_short(media) or 'no media type'} where {accept[0]} was asked for"
                raise EndpointError(url, f"{said}; is this the address of a SPARQL endpoint?")
            body = _read(response, url, until=until, largest=largest)
            return _plain(body, response.headers.get("Content-Encoding", ""), url, largest=largest)
    except HTTPError as error:
        raise EndpointError(url, f"answered {error.code} {_short(error.reason)}{_said(error)}", error.code) from None
    except (OSError, HTTPException) as error:
        raise EndpointError(url, _problem(error, timeout)) from None


class SameOrigin(HTTPRedirectHandler):
    """Follows a redirect to the same server, taking the query along, and refuses any other."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request:
        """Return the request sent to *newurl*; raise `EndpointError` if that is another server."""
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            fp.close()
            raise EndpointError(req.full_url, f"redirects to {_short(newurl)}; name that address if you mean it")
        return Request(newurl, req.data, dict(req.headers))


def _read(response: HTTPResponse, url: str, *, until: float, largest: int) -> bytes:
    """Return the body of *response*, whole."""
    promised = response.length  # None if the answer comes in chunks or ends with the connection
    chunks, size = [], 0
    while promised is None or size < promised:
        chunk = response.read1(CHUNK if promised is None else min(CHUNK, promised - size))
        if not chunk and promised is not None:
            raise IncompleteRead(b"")
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
        if size > largest:
            raise _too_large(url, largest)
        if monotonic() > until:
            raise TimeoutError
    return b"".join(chunks)


def _plain(body: bytes, encoding: str, url: str, *, largest: int) -> bytes:
    """Return *body* unpacked, if it is packed."""
    if encoding.lower() in ("", "identity"):
        return body
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise EndpointError(url, f"packed its answer as {_short(encoding)!r}, which was not asked for")
    packed = zlib.decompressobj(wbits=31)
    try:
        plain = packed.decompress(body, largest + 1)
    except zlib.error:
        raise EndpointError(url, "the answer is said to be gzip and is not") from None
    if len(plain) > largest:
        raise _too_large(url, largest)
    if not packed.eof or packed.unused_data:
        raise IncompleteRead(b"")
    return plain


def _too_large(url: str, largest: int) -> EndpointError:
    return EndpointError(url, f"the answer has more than {largest:,} bytes; ask for less, for instance with LIMIT")


def _said(error: HTTPError) -> str:
    """Return the server's own words about *error*, if there are any."""
    try:
        with error:
            text = error.read(CHUNK).decode(errors="replace")
    except (OSError, HTTPException):
        return ""
    if "html" in error.headers.get("Content-Type", ""):
        text = html.unescape(TAG.sub(" ", text))
    words = _short(text)
    return f": {words}" if words else ""


def _problem(error: Exception, timeout: float) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer within {timeout:g} seconds"
    if isinstance(reason, ConnectionRefusedError):
        return "no server answers there (connection refused)"
    if isinstance(reason, gaierror):
        return "no such host is known"
    if isinstance(reason, IncompleteRead):
        return "the answer broke off"
    return f"the connection failed: {_short(str(reason)) or type(reason).__name__}"


def _short(text: str) -> str:
    """Return *text* on one line, without what is no letter, sign or space, and not too long."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return words if len(words) <= WORDS else f"{words[:WORDS]}…"
