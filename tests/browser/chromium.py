"""A headless Chromium, driven over its own pipe (DevTools protocol) with the standard library alone.

Everything a page says is kept: console messages, exceptions, violations of its content policy, and the
address of every request. wait_for() waits for a state, never for a time.
"""
import base64
import fcntl
import itertools
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=zh-CN",
         "--remote-debugging-pipe"]
PATIENCE_S = 30


# Where the browser looks for its pipe, whatever numbers these have now.
def as_three_and_four(commands, answers):
    first, second = (fcntl.fcntl(one, fcntl.F_DUPFD, 16) for one in (commands, answers))
    os.dup2(first, 3)
    os.dup2(second, 4)


class Chromium:
    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="qk-browser-")
        ours, theirs = os.pipe(), os.pipe()  # commands to it, answers from it
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"], pass_fds=(3, 4),
            preexec_fn=lambda: as_three_and_four(ours[0], theirs[1]), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours[0])
        os.close(theirs[1])
        self.to, self.source = os.fdopen(ours[1], "wb", buffering=0), os.fdopen(theirs[0], "rb")
        self.numbers = itertools.count(1)
        self.answers, self.pages = {}, {}
        self.lock = threading.Lock()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self):
        rest = b""
        while True:
            data = self.source.read1(1 << 16)
            if not data:
                return
            *messages, rest = (rest + data).split(b"\0")
            for message in map(json.loads, messages):
                waiting = self.answers.pop(message.get("id"), None)
                if waiting:
                    waiting.put(message)
                elif message.get("sessionId") in self.pages:
                    self.pages[message["sessionId"]].heard(message["method"], message["params"])

    def command(self, method, session=None, **params):
        number = next(self.numbers)
        answer = self.answers[number] = queue.Queue()
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        with self.lock:
            self.to.write(json.dumps(message).encode() + b"\0")
        try:
            found = answer.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise AssertionError(f"the browser does not answer {method}") from None
        assert "error" not in found, f"{method}: {found['error']}"
        return found["result"]

    def open(self, address, width=1366, height=768):
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        page = self.attach(target)
        page.resize(width, height)
        page.go(address)
        return page

    def attach(self, target):
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, session, target)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.command(f"{domain}.enable", session)
        # Several people sit at once: every page behaves as the one in front.
        self.command("Emulation.setFocusEmulationEnabled", session, enabled=True)
        return page

    # The page that a click opened in a tab of its own.
    def opened_beside(self, known):
        def find():
            targets = self.command("Target.getTargets")["targetInfos"]
            return [one["targetId"] for one in targets if one["type"] == "page" and one["targetId"] not in known]
        return self.attach(wait_for("a new tab", find)[0])

    def targets(self):
        return {one["targetId"] for one in self.command("Target.getTargets")["targetInfos"]}

    def close(self):
        try:
            self.command("Browser.close")
        except (AssertionError, OSError):
            self.process.kill()
        self.process.wait()
        self.to.close()
        self.listener.join()
        self.source.close()
        shutil.rmtree(self.profile, ignore_errors=True)


def wait_for(what, claim, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while True:
        value = claim()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)


class Page:
    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        self.complaints, self.requests, self.statuses = [], [], []

    def heard(self, method, params):
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"], ensure_ascii=False)[:600])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(params["args"], ensure_ascii=False)[:600])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"] + " " + params["entry"].get("url", ""))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Network.responseReceived":
            self.statuses.append((params["response"]["status"], params["response"]["url"]))

    def command(self, method, **params):
        return self.browser.command(method, self.session, **params)

    def go(self, address):
        self.command("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def resize(self, width, height):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=width < 600)

    def evaluate(self, script):
        found = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True,
                             userGesture=True)
        assert "exceptionDetails" not in found, f"{script}: {found['exceptionDetails']}"
        return found["result"].get("value")

    def wait(self, script, seconds=PATIENCE_S):
        def holds():
            try:
                # For a moment between two pages a document is empty.
                return self.evaluate(f"!!(document.documentElement && ({script}))")
            except AssertionError as error:
                if "navigated" not in str(error):
                    raise
                return False  # the page is being replaced by the next one
        try:
            return wait_for(script, holds, seconds)
        except AssertionError as error:
            shown = self.evaluate("document.body ? [document.querySelector('dialog[open]'), document.getElementById('notice'),"
                                  " document.body].map((one) => one ? one.innerText.slice(0, 2000) : '').join('\\n--\\n') : ''")
            raise AssertionError(f"{error}\n-- the page shows:\n{shown}\n-- {self.complaints}") from None

    def text(self, selector):
        return self.evaluate(f"(document.querySelector({json.dumps(selector)}) || {{}}).innerText || ''")

    def says(self, selector, words, seconds=PATIENCE_S):
        self.wait(f"(document.querySelector({json.dumps(selector)})?.innerText || '').includes({json.dumps(words)})",
                  seconds)

    # A button by its words, as a person finds it; `within` narrows the search.
    def press(self, words, within="body"):
        find = (f"[...document.querySelectorAll({json.dumps(within + ' button')})]"
                f".find((one) => one.textContent.trim() === {json.dumps(words)} && !one.disabled && one.offsetParent)")
        self.wait(f"!!{find}")
        self.evaluate(f"{find}.click()")

    def fill(self, selector, value):
        self.wait(f"!!document.querySelector({json.dumps(selector)})")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).value = ''")
        self.command("Input.insertText", text=value)

    def picture(self, file, whole=True):
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 9000), "scale": 1}
        options = {"clip": clip, "captureBeyondViewport": True} if whole else {}
        self.command("Page.bringToFront")  # a page behind another may not be drawn
        try:
            shot = self.command("Page.captureScreenshot", format="png", **options)
        except AssertionError as error:  # what is claimed is claimed by words; a picture is for people to look at
            print(f"no picture {file.name}: {error}")
            return
        file.write_bytes(base64.b64decode(shot["data"]))

    def printed(self, file):
        paper = self.command("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        file.write_bytes(base64.b64decode(paper["data"]))

    def leaks(self, origin):
        """Requests that left our daemon."""
        own = (origin, "about:", "data:", "blob:" + origin)
        return [address for address in self.requests if not address.startswith(own)]

    def sideways(self):
        """How many pixels the page is wider than its window."""
        return self.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
