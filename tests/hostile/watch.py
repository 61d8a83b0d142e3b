"""Looks at a daemon all the time while others do it harm, and says what it saw at the worst."""
import http.client
import pathlib
import threading
import time

RSS_MAX_MIB = 512
ANSWER_MAX_S = 1.0


class Watch(threading.Thread):
    def __init__(self, office):
        super().__init__(daemon=True)
        self.office, self.over, self.rss, self.slowest, self.broken = office, threading.Event(), 0, 0.0, ""
        self.pid = office.process.pid

    def end(self):
        self.over.set()
        self.join()

    def hold(self):
        """The daemon is the process it was, answered in time, and stayed small."""
        assert not self.broken, self.broken
        assert self.office.process.poll() is None and self.office.process.pid == self.pid, "the daemon has ended"
        # Sanitizers keep what was let go, and are slow.
        slack = 5 if b"__asan_init" in pathlib.Path(self.office.program).read_bytes() else 1
        assert self.rss < RSS_MAX_MIB * slack, f"{self.rss} MiB"
        assert self.slowest < ANSWER_MAX_S * slack, f"an answer took {self.slowest:.2f} s"

    def run(self):
        while not self.over.is_set():
            begun = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.office.port, timeout=10)
                connection.request("GET", "/healthz")
                if connection.getresponse().status != 200:
                    self.broken = self.broken or "/healthz is not 200"
                connection.close()
                status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
                self.rss = max(self.rss, int(status.split("VmRSS:")[1].split()[0]) // 1024)
            except (OSError, IndexError, http.client.HTTPException) as error:
                self.broken = self.broken or f"the daemon does not answer: {error!r}"
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.over.wait(0.03)
