"""Whatever goes wrong with an endpoint is said in one sentence, against a server that does what a test tells it to."""

import gzip
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

import kg
from kg.cli import main
from kg.endpoint import Endpoint
from kg.errors import EndpointError, InputError
from kg.prefixes import prefixes

SELECT = "SELECT ?x { event:a ww2:when ?x }"
ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
ONE_ROW = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1943"}}]}}'
HTML = b"<html><head><style>p { color: red }</style></head><body><p>Sign in &amp; pay</p></body></html>"
Answer = Callable[[BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], str]


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no proxy of the machine come between."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers a query with the function it is given, and return its address."""
    started = []

    def serve(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None  # a client that has gone is no news here
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}/sparql"

    yield serve
    for server in started:
        server.shutdown()
        server.server_close()


def reply(body: bytes, media: str | None = ROWS, *, status: int = 200, **headers: str) -> Answer:
    """Return the answer with this *body* and these *headers*."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        if media is not None:
            request.send_header("Content-Type", media)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def problem(url: str, query: str = SELECT, **options: float) -> str:
    """Return what is said to be wrong when the endpoint at *url* is asked *query*."""
    with pytest.raises(EndpointError) as caught:
        Endpoint(url, **options).query(query)
    said = str(caught.value)
    assert said.startswith(f"{url}: ")
    assert said.isprintable()
    return said.removeprefix(f"{url}: ")


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


# What is sent


def test_a_query_is_sent_as_a_form_with_its_prefixes_and_what_is_wanted_back(serve):
    seen = []
    url = serve(lambda request: seen.append((request.headers, request.form)) or reply(ONE_ROW)(request))
    assert list(Endpoint(f"{url}?default=1").query(SELECT)) == [("1943",)]
    ((headers, form),) = seen
    assert form == {"query": [f"PREFIX event: <{prefixes()['event']}>\nPREFIX ww2: <{prefixes()['ww2']}>\n{SELECT}"]}
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"] == ROWS
    assert headers["User-Agent"] == f"ww2-kg/{kg.__version__}"


def test_triples_are_asked_for_as_n_triples(serve):
    seen = []
    line = b"<http://x/s> <http://x/p> 'y' .\n".replace(b"'", b'"')
    url = serve(lambda request: seen.append(request.headers["Accept"]) or reply(line, TRIPLES)(request))
    assert len(Endpoint(url).construct("# a remark\nCONSTRUCT WHERE { ?s ?p ?o }")) == 1
    assert len(Endpoint(url).query("PREFIX x: <http://x/> DESCRIBE x:s")) == 1
    assert seen == [TRIPLES, TRIPLES]


def test_a_packed_answer_is_unpacked(serve):
    url = serve(reply(gzip.compress(ONE_ROW), Content_Encoding="gzip"))
    assert list(Endpoint(url).query(SELECT)) == [("1943",)]


def test_a_query_follows_a_redirect_on_the_same_server(serve):
    def answer(request: BaseHTTPRequestHandler) -> None:
        moved = request.path == "/sparql"
        reply(b"" if moved else ONE_ROW, status=308 if moved else 200, Location="/query")(request)
        assert request.form["query"]

    assert list(Endpoint(serve(answer)).query(SELECT)) == [("1943",)]


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:7878",
        "ftp://localhost/",
        "file:///etc/passwd",
        "http://",
        "http:///query",
        "http://host:port/",
        "http://host:99999/",
        "http://[::1/",
        "http://host/a b",
        "http://host/\r\nX: y",
        "http://höst/",
        "http://a..b/",
        f"http://{'a' * 64}/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_is_wrong_use(url):
    with pytest.raises(InputError, match=r"is no http or https address, such as http://localhost:7878/query$"):
        kg.connect(url)


@pytest.mark.parametrize("url", ["http://me:secret@host/", "http://host/#part"])
def test_an_address_with_a_password_or_a_fragment_is_wrong_use_and_not_repeated(url):
    with pytest.raises(InputError, match="neither a user name nor a fragment") as caught:
        Endpoint(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_a_timeout_that_is_none_is_wrong_use(timeout):
    with pytest.raises(InputError, match="more than 0 seconds and at most a day"):
        kg.connect("http://127.0.0.1:9/", timeout=timeout)


# Connections


def test_a_refused_connection():
    url = f"http://127.0.0.1:{closed_port()}/query"
    assert problem(url) == "no server answers there (connection refused)"


def test_an_unknown_host():
    assert problem("http://nowhere.invalid/query") == "no such host is known"


def test_a_connection_that_never_comes_about(monkeypatch):
    def connect(address: tuple[str, int], timeout: float, *_: object) -> socket.socket:
        raise TimeoutError(f"{address} after {timeout}")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert problem("http://127.0.0.1:9/query", timeout=0.2) == "no answer within 0.2 seconds"


def test_an_answer_that_never_comes(serve):
    begun = time.monotonic()
    assert problem(serve(lambda request: time.sleep(2)), timeout=0.2) == "no answer within 0.2 seconds"
    assert time.monotonic() - begun < 1.5


def test_an_answer_that_never_ends(serve):
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", ROWS)
        request.end_headers()
        for _ in range(40):
            request.wfile.write(b" ")
            time.sleep(0.05)

    begun = time.monotonic()
    assert problem(serve(drip), timeout=0.3) == "no answer within 0.3 seconds"
    assert time.monotonic() - begun < 1.5


def test_a_server_that_speaks_no_http(serve):
    url = serve(lambda request: request.wfile.write(b"\x1b[31mSSH-2.0\r\n"))
    assert problem(url) == "the connection failed: [31mSSH-2.0"
    assert "the connection failed: " in problem(serve(lambda request: None))


# Refusals in the server's own words


@pytest.mark.parametrize(
    ("status", "media", "body", "said"),
    [
        (404, "text/plain", b"", "answered 404 Not Found"),
        (429, "text/plain", b"Too many\r\n queries", "answered 429 Too Many Requests: Too many queries"),
        (500, "text/plain", b"\x1b[2J\x00boom \xff<http://x/f>", "answered 500 Internal Server Error: [2J boom"),
        (503, "text/html", HTML, "answered 503 Service Unavailable: Sign in & pay"),
        (504, "application/json", b'{"error": "slow"}', 'answered 504 Gateway Timeout: {"error": "slow"}'),
        (400, "text/plain", b"no function <http://x/f>", "answered 400 Bad Request: no function <http://x/f>"),
        (302, "text/plain", b"", "answered 302 Found"),
    ],
)
def test_a_refusal_is_told_in_the_server_s_own_words(serve, status, media, body, said):
    assert problem(serve(reply(body, media, status=status))).startswith(said)


def test_the_server_s_own_words_are_shortened(serve):
    said = problem(serve(reply(b"very " * 10_000, "text/plain", status=500)))
    assert len(said) < 400
    assert said.endswith("…")


@pytest.mark.parametrize("to", ["http://127.0.0.2/sparql", "https://127.0.0.1/sparql", "//nowhere.invalid/x"])
def test_a_redirect_to_another_server_is_refused(serve, to):
    said = problem(serve(reply(b"", status=307, Location=to)))
    assert said.startswith("redirects to http")
    assert said.endswith("; name that address if you mean it")


@pytest.mark.parametrize("to", ["file:///etc/passwd", "/sparql"])
def test_a_redirect_to_a_file_or_in_a_circle_is_refused(serve, to):
    assert problem(serve(reply(b"", status=302, Location=to))).startswith("answered 302 ")


# Answers that are none


@pytest.mark.parametrize("media", ["text/html; charset=utf-8", "application/sparql-results+xml", None])
def test_an_answer_of_another_type_is_refused(serve, media):
    said = problem(serve(reply(HTML, media)))
    shown = media.partition(";")[0] if media else "no media type"
    assert said == f"answered with {shown} where {ROWS} was asked for; is this the address of a SPARQL endpoint?"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HTML,
        ONE_ROW[:-20],
        ONE_ROW + b"}",
        b"{}",
        b"[]",
        b"\xff\xfe",
        ONE_ROW.replace(b"literal", b"uri"),
        ONE_ROW.replace(b'["x"]', b'["y"]'),
        json.dumps({"head": {"vars": "x"}, "results": {"bindings": 1}}).encode(),
    ],
)
def test_rows_that_are_no_sound_json_are_refused(serve, body):
    assert problem(serve(reply(body))).startswith(f"the answer is no sound {ROWS}: ")


@pytest.mark.parametrize("body", [b"<http://x/s> <http://x/p> .", b'<s> <p> "o" .', b"<http://x/s> <http://x/p> 1 ."])
def test_triples_that_are_no_sound_n_triples_are_refused(serve, body):
    said = problem(serve(reply(body, TRIPLES)), "CONSTRUCT WHERE { ?s ?p ?o }")
    assert said.startswith(f"the answer is no sound {TRIPLES}: ")


def test_rows_are_no_truth_value_and_the_other_way_round(serve):
    assert problem(serve(reply(ONE_ROW)), "ASK {}") == "the answer is none to an ASK query"
    assert problem(serve(reply(b'{"head":{},"boolean":true}'))) == "the answer is none to a SELECT query"


def test_an_answer_that_breaks_off_is_no_answer(serve):
    line = b'<http://x/s> <http://x/p> "y" .\n'
    url = serve(reply(line, TRIPLES, Content_Length=str(2 * len(line))))
    assert problem(url, "CONSTRUCT WHERE { ?s ?p ?o }") == "the answer broke off"


def test_an_answer_in_chunks_is_read_to_its_end_and_no_less(serve):
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Content-Type", ROWS)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        end = b"" if "broken" in request.path else b"0\r\n\r\n"
        request.wfile.write(b"%x\r\n%s\r\n" % (len(ONE_ROW), ONE_ROW) + end)

    url = serve(answer)
    assert list(Endpoint(url).query(SELECT)) == [("1943",)]
    assert problem(f"{url}/broken") == "the answer broke off"


def test_an_answer_is_whole_when_its_length_is_there_though_the_connection_stays_open(serve):
    url = serve(lambda request: reply(ONE_ROW)(request) or request.wfile.flush() or time.sleep(2))
    assert list(Endpoint(url, timeout=1).query(SELECT)) == [("1943",)]


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(ONE_ROW)[:-10], "gzip", "the answer broke off"),
        (ONE_ROW, "gzip", "the answer is said to be gzip and is not"),
        (ONE_ROW, "br", "packed its answer as 'br', which was not asked for"),
    ],
)
def test_a_badly_packed_answer_is_refused(serve, body, encoding, said):
    assert problem(serve(reply(body, Content_Encoding=encoding))) == said


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_that_is_too_large_is_refused(serve, packed):
    body = ONE_ROW + b" " * 1_000_000
    url = serve(reply(gzip.compress(body), Content_Encoding="gzip") if packed else reply(body))
    assert problem(url, largest=500_000).startswith("the answer has more than 500,000 bytes; ask for less")
    assert len(Endpoint(url).query(SELECT)) == 1


# What the graph must hold


@pytest.mark.parametrize("names", [["finding"], [], ["a", "b"]])
def test_a_server_that_holds_something_else_is_told_what_to_load(serve, names):
    bindings = [{name: {"type": "literal", "value": "1"} for name in names}]
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()
    with pytest.raises(EndpointError, match=r"holds no ww2:Event; load what `kg build -o war\.nq` writes"):
        kg.connect(serve(reply(body)))


# The command line


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("localhost", 2, "kg: 'localhost' is no http or https address"),
        (f"http://127.0.0.1:{closed_port()}/", 3, "/: no server answers there (connection refused)"),
    ],
)
def test_the_command_line_says_it_and_leaves_with_the_code(monkeypatch, capsys, url, code, said):
    monkeypatch.setattr(sys, "argv", ["kg", "stats", "--endpoint", url])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    assert (left.value.code, told.out) == (code, "")
    assert told.err.startswith("kg: ")
    assert said in told.err
    assert "Traceback" not in told.err
