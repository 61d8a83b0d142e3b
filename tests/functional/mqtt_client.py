"""A small MQTT 3.1.1 client on the standard library, enough to play a fleet of enterprises in a test.

QoS 1 both ways. publish() returns once the broker has acknowledged; messages go to a callback on the
client's own thread.
"""
import socket
import struct
import threading


def _text(value):
    data = value.encode()
    return struct.pack("!H", len(data)) + data


def _length(size):
    out = b""
    while True:
        size, digit = divmod(size, 128)
        out += bytes([digit | (0x80 if size else 0)])
        if not size:
            return out


class Client:
    def __init__(self, port, client_id, on_message=lambda topic, payload: None, user=None, password="",
                 will=None, clean=True):
        self.on_message = on_message
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.lock = threading.Lock()
        self.changed = threading.Condition()
        self.last_id = 0
        self.unacknowledged = set()
        flags = (2 if clean else 0) | (0xC0 if user else 0) | (0x0C if will else 0)
        no_keep_alive = struct.pack("!H", 0)  # it may say nothing for as long as the test takes
        body = _text("MQTT") + bytes([4, flags]) + no_keep_alive + _text(client_id)
        for one in will or ():  # its topic and what is said there
            body += _text(one)
        if user:
            body += _text(user) + _text(password)
        self._send(0x10, body)
        kind, answer = self._receive()
        assert kind == 0x20 and answer[1] == 0, "the broker refuses the client"
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def subscribe(self, topic):
        self._send(0x82, struct.pack("!H", self._next_id()) + _text(topic) + b"\x01")

    def publish(self, topic, payload, retain=False):
        number = self._next_id()
        with self.changed:
            self.unacknowledged.add(number)
        self._send(0x32 | retain, _text(topic) + struct.pack("!H", number) + payload.encode())

    def wait_until_acknowledged(self, seconds=60):
        with self.changed:
            assert self.changed.wait_for(lambda: not self.unacknowledged, seconds), "no PUBACK"

    def close(self):
        self.socket.close()

    def _next_id(self):
        with self.lock:
            self.last_id = self.last_id % 65535 + 1
            return self.last_id

    def _send(self, kind, body):
        with self.lock:
            self.socket.sendall(bytes([kind]) + _length(len(body)) + body)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def _receive(self):
        kind = self._exactly(1)[0]
        size, shift = 0, 0
        while True:
            digit = self._exactly(1)[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                return kind, self._exactly(size)

    def _run(self):
        try:
            while True:
                kind, body = self._receive()
                if kind >> 4 == 3:
                    end = 2 + struct.unpack("!H", body[:2])[0]
                    topic, rest = body[2:end].decode(), body[end:]
                    if kind & 0x06:
                        self._send(0x40, rest[:2])
                        rest = rest[2:]
                    self.on_message(topic, rest.decode(errors="replace"))
                elif kind >> 4 == 4:
                    with self.changed:
                        self.unacknowledged.discard(struct.unpack("!H", body)[0])
                        self.changed.notify_all()
        except (EOFError, OSError):
            pass
