"""Between MQTT clients and their broker: carries whole packets, and delays, drops, cuts, duplicates or reorders them as
it is told while it runs.

Only PUBLISH and its acknowledgements meet faults, because a line that loses or doubles a CONNECT or a SUBSCRIBE is a
line without a session, which cut() plays. A line that has lost a packet ends some time later, as TCP lines do: what was
dropped is sent again on the next one, or it was never acknowledged.
"""
import random
import socket
import threading
import time

PUBLISH, PUBACK = 3, 4


class Faults:
    """Probabilities, each of one packet; `delay_s` is the longest."""

    def __init__(self, delay_s=0.0, drop=0.0, cut=0.0, duplicate=0.0, reorder=0.0):
        self.delay_s, self.drop, self.cut = delay_s, drop, cut
        self.duplicate, self.reorder = duplicate, reorder


class FaultProxy:
    CUT_AFTER_DROP_S = 1.0
    HELD_BACK_S = 0.2  # a packet that waits to be overtaken

    def __init__(self, port, seed=1):
        self.broker_port = port
        self.faults = Faults()
        self.chance = random.Random(seed)
        self.lock = threading.Lock()
        self.met = {"delay": 0, "drop": 0, "cut": 0, "duplicate": 0, "reorder": 0}
        self.lines = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()
        self.cut()

    def heal(self):
        """No faults from now on, and no line that has met any."""
        self.faults = Faults()
        self.cut()

    def cut(self):
        with self.lock:
            lines, self.lines = self.lines, []
        for line in lines:
            line.end()

    def draws(self, what, share):
        with self.lock:
            is_met = share > 0 and self.chance.random() < share
            self.met[what] += is_met
        return is_met

    def pause(self):
        longest = self.faults.delay_s
        if longest:
            with self.lock:
                self.met["delay"] += 1
                length = self.chance.random() * longest
            time.sleep(length)

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.broker_port))
            except OSError:
                near.close()
                continue
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = Line(self, near, far)
            with self.lock:
                self.lines.append(line)
            line.start()


class Line:
    def __init__(self, proxy, near, far):
        self.proxy, self.near, self.far = proxy, near, far

    def start(self):
        for source, target in ((self.near, self.far), (self.far, self.near)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def end(self):
        for one in (self.near, self.far):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _exactly(self, source, count):
        data = b""
        while len(data) < count:
            piece = source.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def _packet(self, source):
        head = self._exactly(source, 1)
        size, shift = 0, 0
        while True:
            digit = self._exactly(source, 1)
            head += digit
            size |= (digit[0] & 0x7F) << shift
            shift += 7
            if not digit[0] & 0x80:
                return head + self._exactly(source, size)

    def _carry(self, source, target):
        held_back = Overtaken(target)
        try:
            while True:
                packet = self._packet(source)
                if packet[0] >> 4 in (PUBLISH, PUBACK):
                    self._with_faults(packet, held_back)
                else:
                    held_back.send(packet)
        except (EOFError, OSError):
            pass
        held_back.close()
        self.end()

    def _with_faults(self, packet, held_back):
        proxy, faults = self.proxy, self.proxy.faults
        proxy.pause()
        if proxy.draws("cut", faults.cut):
            raise EOFError
        if proxy.draws("drop", faults.drop):
            threading.Timer(proxy.CUT_AFTER_DROP_S, self.end).start()
            return
        if packet[0] >> 4 == PUBLISH and proxy.draws("reorder", faults.reorder):
            held_back.hold(packet, proxy.HELD_BACK_S)
            return
        held_back.send(packet)
        if proxy.draws("duplicate", faults.duplicate):
            is_at_least_once = packet[0] >> 4 == PUBLISH and packet[0] & 0x06
            held_back.send(bytes([packet[0] | 0x08]) + packet[1:] if is_at_least_once else packet)


class Overtaken:
    """Sends in order, but for a packet that is held until the next one has gone, or until its time is over."""

    def __init__(self, target):
        self.target, self.waiting, self.timer = target, None, None
        self.lock = threading.Lock()

    def send(self, packet):
        with self.lock:
            self.target.sendall(packet)
            self._release()

    def hold(self, packet, seconds):
        with self.lock:
            self._release()
            self.waiting = packet
            self.timer = threading.Timer(seconds, self._late)
            self.timer.daemon = True
            self.timer.start()

    def close(self):
        with self.lock:
            self.waiting = None

    def _release(self):
        packet, self.waiting = self.waiting, None
        if packet:
            self.timer.cancel()
            self.target.sendall(packet)

    def _late(self):
        try:
            with self.lock:
                self._release()
        except OSError:
            pass
