"""Start the dashboard, and say where a classroom finds it: python scripts/serve.py HOST PORT."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ANY = ("0.0.0.0", "::")
LOOPBACK = ("localhost", "127.0.0.1", "::1")

# How every server starts: here, in the tests and in the benchmarks.
COMMAND = (sys.executable, "-m", "scripts.server", "run")


def lan_address() -> str:
    """This machine's address in its network, found without asking anybody outside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket picks a route and sends nothing; 192.0.2.1 is nobody (RFC 5737).
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:  # no route out: a network without a gateway
            pass
    try:
        answer = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout
    except OSError:  # no such command
        answer = ""
    return next((address for address in answer.split() if ":" not in address), "127.0.0.1")


def trouble(host: str, port: str) -> str:
    """Why the server could not listen there, in one sentence; empty where it can."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        return f"A port is a number from 1 to 65535, and {port!r} is not: make run PORT=8501"
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            probe.bind((host, int(port)))
    except PermissionError:
        return f"Port {port} is kept for the system; choose one above 1023: make run PORT=8501"
    except socket.gaierror:
        return f"There is no host called {host!r}; use localhost, or 0.0.0.0 to let others in."
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine; use 0.0.0.0 to let others in."
        return f"Port {port} is in use by another program; choose another one: make run PORT={int(port) + 1}"
    return ""


def qr_code(url: str) -> str:
    """A QR code for the terminal, two modules a character, with light ones as blocks."""
    import segno

    rows = [bytes(row) for row in segno.make(url, micro=False).matrix_iter(border=2)]
    rows += [bytes(len(rows[0]))] * (len(rows) % 2)
    block = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ["".join(block[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]
    # White on black is spelt out: on a light terminal it would come inverted, which not every phone reads.
    on, off = ("\033[97;40m", "\033[0m") if sys.stdout.isatty() else ("", "")
    return "\n".join(f"  {on}{line}{off}" for line in lines)


def main(host: str, port: str) -> None:
    """Check, invite, and become the server."""
    if problem := trouble(host, port):
        sys.exit(problem)
    options = [f"--server.address={host}", f"--server.port={port}"]
    address = lan_address() if host in ANY else host
    if address in LOOPBACK and host in ANY:
        print("This machine is in no network now: nobody else can reach the dashboard.", flush=True)
    elif address not in LOOPBACK:
        url = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
        print(f"In this network: {url}\n\n{qr_code(url)}", flush=True)
        options.append(f"--browser.serverAddress={address}")
    os.chdir(ROOT)
    os.execv(sys.executable, [*COMMAND, "dashboard.py", *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
