"""Open the built site in a headless browser and search it: `python docs/search_check.py WORD ...`.

Needs chromium and chromedriver, which are asked in the WebDriver protocol.
"""

import functools
import json
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = Path(__file__).resolve().parent.parent / "build" / "site"
DRIVER_PORT, PATIENCE = 9517, 60
TITLES = "return [...document.querySelectorAll('.md-search-result__article')].map(e => e.innerText)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def call(path: str, method: str = "POST", **body: Any) -> Any:
    """One command of the WebDriver protocol."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{DRIVER_PORT}{path}",
        json.dumps(body).encode() if method == "POST" else None,
        {"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["value"]


def until_found(session: str) -> list[str]:
    """The results of the search on the page, once there are any."""
    for _ in range(PATIENCE):
        if found := call(f"{session}/execute/sync", script=TITLES, args=[]):
            return found
        time.sleep(1)
    return []


def main(words: list[str]) -> int:
    """Print the first result of each word; 1 if one has none that names it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    driver = subprocess.Popen(["chromedriver", f"--port={DRIVER_PORT}", "--silent"])
    missing, session = False, None
    try:
        time.sleep(2)
        options = {"args": ["--headless", "--no-sandbox", "--disable-gpu"]}
        wanted = dict(alwaysMatch={"goog:chromeOptions": options})
        session = f"/session/{call('/session', capabilities=wanted)['sessionId']}"
        for word in words:
            call(f"{session}/url", url=f"http://127.0.0.1:{server.server_port}/?q={word}")
            found = [text for text in until_found(session) if word in text]
            print(f"{word}: {found[0].splitlines()[0] if found else 'nothing found'}")
            missing = missing or not found
    finally:
        if session is not None:  # or the browser stays, and holds the terminal's pipe open
            call(session, "DELETE")
        driver.terminate()
        driver.wait()
        server.shutdown()
    return int(missing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
