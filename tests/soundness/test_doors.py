"""What the server lets in and out: its settings, each with its reason, and what they do on the wire."""

import http.server
import json
import threading
import tomllib
import urllib.error
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.server import ROOT, serve, wait_until_healthy
from tests.soundness.client import show, visiting

CONFIG = ROOT / ".streamlit" / "config.toml"
LINES = CONFIG.read_text(encoding="utf-8").splitlines()
SETTINGS = tomllib.loads("\n".join(LINES))

REQUIRED = {
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "browser.gatherUsageStats": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.headless": True,
}


def setting_lines():
    """Each line that sets something: its section, its name, what is said of it on the line, and what above its section."""
    section, above = "", []
    heading = ""
    for line in LINES:
        text = line.strip()
        if text.startswith("["):
            section, heading = text.strip("[]"), " ".join(above)
        elif text.startswith("#"):
            above.append(text.lstrip("# "))
        elif not text:
            above = []
        else:
            name, _, rest = text.partition("=")
            yield section, name.strip(), comment_in(rest), heading


def comment_in(value):
    """What stands behind `#` outside of quotes."""
    quoted = False
    for index, letter in enumerate(value):
        if letter == '"':
            quoted = not quoted
        elif letter == "#" and not quoted:
            return value[index + 1 :].strip()
    return ""


def is_colour(name, section):
    return section.startswith("theme.") and name.endswith("Color")


@pytest.mark.parametrize("name", REQUIRED)
def test_a_setting_that_protects_visitors_is_there(name):
    section, _, key = name.partition(".")
    assert SETTINGS[section][key] == REQUIRED[name]


def test_uploads_are_small():
    assert 1 <= SETTINGS["server"]["maxUploadSize"] <= 10


@pytest.mark.parametrize(("section", "name", "comment", "heading"), list(setting_lines()))
def test_each_line_has_its_reason(section, name, comment, heading):
    """On the line itself; a colour may have it in the paragraph above the themes, which is about all of them."""
    themes = next(above for part, *_, above in setting_lines() if part == "theme")
    assert len(comment) > 10 or (is_colour(name, section) and "contrast" in themes + heading)


def test_the_lines_are_all_of_the_settings():
    def leaves(table):
        return sum(leaves(value) if isinstance(value, dict) else 1 for value in table.values())

    assert len(list(setting_lines())) == leaves(SETTINGS)


def test_streamlit_knows_every_setting():
    from streamlit import config

    known = set(config.get_config_options())
    assert {f"{section}.{name}" for section, name, *_ in setting_lines()} <= known


# --- on the wire ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outside():
    """Stands in for the world outside: notes who is asked for through it, and answers nobody."""
    asked = []

    class Nobody(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(502)

        do_CONNECT = do_POST = do_GET  # noqa: N815 - http.server's own names

        def log_message(self, format, *arguments):  # noqa: A002 - http.server's own name
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nobody) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        proxy.asked = asked
        yield proxy
        proxy.shutdown()


def through(proxy):
    """The environment of a process whose every way out is this proxy."""
    address = f"http://127.0.0.1:{proxy.server_port}"
    proxied = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), address)
    return {**proxied, "no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost"}


FOREIGN = ("https://example.org", "http://127.0.0.1.example.org", "http://localhost.example.org:1", "null", "file://")


@pytest.fixture(scope="module")
def shut_in(tmp_path_factory, outside):
    """A server of this file's own, whose every way out is watched; what is sent to it may show in its log."""
    with serve(tmp_path_factory.mktemp("shut_in") / "log.txt", **through(outside)) as server:
        yield server


def test_a_websocket_from_another_page_is_refused_and_nobody_outside_is_asked(shut_in, outside):
    """Before the first visitor as well as after."""
    before = len(shut_in.logged)
    for _ in range(2):
        for origin in FOREIGN:
            with pytest.raises(InvalidStatus) as refused, visiting(shut_in.url, origin=origin):
                pass
            assert refused.value.response.status_code == 403, origin
        assert not show(shut_in.url).failed
    with visiting(shut_in.url, origin=None) as tab:
        assert not tab.run().failed
    assert "Traceback" not in shut_in.logged[before:]
    assert outside.asked == []


def status(request):
    """What the server answers: its status and its words."""
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def test_an_upload_without_the_pages_own_token_is_refused(server):
    with visiting(server.url) as tab:
        tab.run()
        body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nhello\r\n--x--\r\n'
        for method in ("PUT", "POST"):
            request = urllib.request.Request(
                f"{server.url}/_stcore/upload_file/{tab.session}/f", body, method=method,
                headers={"Content-Type": "multipart/form-data; boundary=x"},
            )  # fmt: skip
            code, said = status(request)
            assert code in ((403,) if method == "PUT" else (403, 405)), said
            assert "Traceback" not in said


def test_no_other_page_may_read_what_the_server_answers(server):
    """No answer carries a permission for a foreign page."""
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/upload_file/0/f"):
        for method in ("GET", "OPTIONS"):
            request = urllib.request.Request(server.url + path, method=method, headers={"Origin": FOREIGN[0]})
            try:
                headers = urllib.request.urlopen(request, timeout=20).headers
            except urllib.error.HTTPError as error:
                headers = error.headers
            assert headers.get("Access-Control-Allow-Origin") not in ("*", FOREIGN[0]), (method, path)


def test_nobody_drives_the_dashboard_without_a_browser_over_http(server):
    """Streamlit's interface for programs stays off."""
    request = urllib.request.Request(
        f"{server.url}/_stcore/agent/interact", b"{}", headers={"Content-Type": "application/json"}
    )
    code, said = status(request)
    assert code >= 400
    assert "does not serve" in json.loads(said)["error"]["message"]


@pytest.mark.parametrize("path", ["/../dashboard.py", "/dashboard.py", "/netlib/spec.py", "/.streamlit/config.toml",
                                  "/app/static/../../dashboard.py", "/%2e%2e/%2e%2e/etc/passwd"])  # fmt: skip
def test_no_file_of_ours_is_served(server, path):
    code, said = status(urllib.request.Request(server.url + path))
    assert code in (200, 400, 403, 404)
    assert "shell.run" not in said
    assert "root:" not in said
    assert "showErrorDetails" not in said
    assert "dataclass" not in said


FRAMES = {"no message": b"\xff\xff\xff", "nothing": b"", "text": "text", "much of nothing": b"\x00" * 100_000}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_nonsense_over_the_websocket_ends_that_connection_at_most(shut_in, frame):
    with visiting(shut_in.url) as other, visiting(shut_in.url) as tab:
        before = other.run().charts
        tab.socket.send(frame)
        assert other.run().charts == before
    wait_until_healthy(shut_in, 10)
