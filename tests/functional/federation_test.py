#!/usr/bin/env python3
"""A province, a city and a county: three real daemons that hand one another signed documents over HTTPS, with
certificates of an authority made for the story.

    federation_test.py QINGKONGD QINGKONGCTL

A prompt of the province reaches the county over a city that is killed in between, once; the county's follow-up closes
its place at the city, the city's its place at the province; a forged document changes nothing and is shown; a key is
rotated while a peer is down; and what was signed is proved with qingkongctl, and with OpenSSL alone.
"""
import hashlib
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from office import Office, free_port, wait_for

QINGKONGD, QINGKONGCTL = sys.argv[1:3]
PEOPLE = {"officer": (["duty_officer"], ""), "admin": (["admin"], "")}
SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "plans/packs/packs/beijing-demo.toml"
NUMBER = "YH2026-3"
TIERS = {"province": "410000", "city": "411000", "county": "411002"}
ABOVE_AND_BELOW = {"province": ["city"], "city": ["province", "county"], "county": ["city"]}
BELOW = {"province": [("411000", "许昌市")], "city": [("411002", "魏都区")], "county": [("411002", "魏都区")]}
PREFIX = bytes.fromhex("302a300506032b6570032100")  # of an Ed25519 key as OpenSSL reads it


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, **more).stdout


def authority(folder):
    run("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", "-subj", "/CN=story",
        "-keyout", folder / "ca.key", "-out", folder / "ca.crt")
    run("openssl", "req", "-newkey", "ed25519", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", folder / "tls.key",
        "-out", folder / "tls.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    run("openssl", "x509", "-req", "-in", folder / "tls.csr", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key",
        "-CAcreateserial", "-days", "2", "-extfile", folder / "names", "-out", folder / "tls.crt")
    os.chmod(folder / "tls.key", 0o600)


def pack(folder, tier):
    text = SAMPLE.read_text().replace('id = "beijing-demo"', f'id = "story-{tier}"')
    text = text.replace('region_code = "110000"', f'region_code = "{TIERS[tier]}"')
    text = text.replace('tier = "province"', f'tier = "{tier}"', 1)
    regions = "".join(f'    {{ code = "{code}", name = "{name}" }},\n' for code, name in BELOW[tier])
    text = re.sub(r"region = \[\n.*?\]\n", lambda _: "region = [\n" + regions + "]\n", text, count=1, flags=re.S)
    path = folder / f"{tier}.toml"
    path.write_text(text)
    return path


def public_of(key_file):
    return re.search(r"^public (\w+)$", run(QINGKONGCTL, "key", "show", key_file).decode(), re.M)[1]


class Tier(Office):
    def __init__(self, tier, ports, world):
        super().__init__(QINGKONGD, PEOPLE)
        self.tier, self.port, self.world = tier, ports[tier], world
        (self.folder / "signing.key").unlink()
        run(QINGKONGCTL, "key", "new", self.folder / "signing.key")
        self.public = public_of(self.folder / "signing.key")
        config = self.folder / "qingkong.toml"
        text = config.read_text().replace('pack = "beijing-demo"', f'pack = "{pack(self.folder, tier)}"')
        text = re.sub(r"\[http\]\nport = \d+\n", f'[http]\nport = {self.port}\ncertificate = "{world}/tls.crt"\n'
                      f'key = "{world}/tls.key"\n', text)
        text += f'[federation]\nenabled = true\ntrust_file = "{self.folder}/trust.toml"\n'
        for peer in ABOVE_AND_BELOW[tier]:
            text += (f'[[federation.peer]]\nname = "{peer}"\nregion = "{TIERS[peer]}"\n'
                     f'url = "https://127.0.0.1:{ports[peer]}"\nca = "{world}/ca.crt"\n')
        config.write_text(text)
        self.trust = ssl.create_default_context(cafile=str(world / "ca.crt"))

    def believe(self, keys):
        (self.folder / "trust.toml").write_text("".join(
            f'[[key]]\nname = "{tier}"\ntier = "{tier}"\nregions = ["{TIERS[tier]}"]\npublic_key = "{public}"\n'
            'from = "2020-01-01"\n' for tier, public in keys))

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def call(self, who, method, path, body=None, kind="application/json", token=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": kind}
        if who:
            headers["Authorization"] = "Bearer " + self.tokens[who]
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", method=method, data=data,
                                         headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60, context=self.trust) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def get(self, path):
        status, value = self.call("officer", "GET", path)
        assert status == 200, (path, status, value)
        return value

    def has(self, number):
        return self.call("officer", "GET", "/api/v1/prompts/" + number)[0] == 200

    def follow_up_of(self, number, region):
        listed = self.get("/api/v1/prompts/" + number)["follow_up"]
        return next(one for one in listed if one["region"] == region)

    def kill(self):
        self.process.kill()
        self.process.wait()


def prompt(number, colour="orange"):
    return {"number": number, "zone": "豫中", "colour": colour, "from": "2099-12-09T00:00:00+08:00",
            "to": "2099-12-12T00:00:00+08:00", "deadline": "2099-12-08T20:00:00+08:00", "note": ""}


def a_prompt_goes_down_over_a_city_that_is_killed(province, city, county):
    county.kill()
    assert province.call("officer", "POST", "/api/v1/prompts", prompt(NUMBER))[0] == 201
    wait_for("the prompt at the city", lambda: city.has(NUMBER))
    city.kill()
    county.start()
    city.start()
    wait_for("the prompt at the county", lambda: county.has(NUMBER), 90)
    shown = county.get("/api/v1/prompts/" + NUMBER)
    assert shown["source"].startswith("市 city（411000），密钥 "), shown
    wait_for("the receipt", lambda: [one["standing"] for one in province.get("/api/v1/federation/sendings")["items"]]
             == ["delivered"])
    taken = [one for one in city.get("/api/v1/federation/documents")["items"] if one["verdict"] == "taken"]
    assert len(taken) == 1, taken


def the_follow_up_goes_back(province, city, county):
    for tier, above in ((county, city), (city, province)):
        region = TIERS[tier.tier]
        status, value = tier.call("officer", "POST", f"/api/v1/prompts/{NUMBER}/follow",
                                  {"region": region, "state": "followed", "note": "已启动"})
        assert status == 200, value
        wait_for(f"the follow-up of {tier.tier}", lambda: above.follow_up_of(NUMBER, region)["state"] == "followed", 90)
        assert "验签" in above.follow_up_of(NUMBER, region)["by"]
        assert not above.follow_up_of(NUMBER, region)["late"]


def a_forged_document_changes_nothing(province, city):
    true = province.get("/api/v1/federation/sendings")["items"][0]["document"]
    forged = true.replace("orange", "yellow").replace(NUMBER, "FORGED-1")
    status, problem = city.call("", "POST", "/api/v1/federation/documents", forged.encode(), "application/octet-stream")
    assert status == 403, problem
    assert city.call("", "POST", "/api/v1/federation/documents", b"\xff{", "application/octet-stream")[0] == 422
    assert not city.has("FORGED-1")
    verdicts = [one["verdict"] for one in city.get("/api/v1/federation/documents")["items"]][:2]
    assert verdicts == ["malformed", "bad_signature"], verdicts
    before = city.get("/api/v1/federation/documents")["items"][-1]
    status, receipt = city.call("", "POST", "/api/v1/federation/documents", true.encode(), "application/octet-stream")
    assert status == 200 and receipt == json.loads(before["receipt"]), "a replay gets the receipt of the first time"


def a_key_is_rotated_while_the_city_is_down(province, city, county):
    city.kill()
    assert province.call("officer", "POST", "/api/v1/prompts", prompt("YH2026-4", "red"))[0] == 201
    wait_for("an attempt", lambda: province.get("/api/v1/federation/sendings")["items"][0]["failures"] > 0)
    old = province.public
    run(QINGKONGCTL, "key", "rotate", province.folder / "signing.key", "--in-use",
        hashlib.sha256(bytes.fromhex(old)).hexdigest())
    province.stop()
    province.start()
    province.public = public_of(province.folder / "signing.key")
    assert province.public != old
    city.start()
    wait_for("the refusal", lambda: "403" in province.get("/api/v1/federation/sendings")["items"][0]["answer"], 120)
    assert not city.has("YH2026-4"), "a key that is not in the list is not believed"
    city.believe([("province", old), ("province", province.public), ("county", county.public)])
    city.reload()
    wait_for("the prompt under the new key", lambda: city.has("YH2026-4"), 180)
    assert hashlib.sha256(bytes.fromhex(province.public)).hexdigest()[:16] in city.get("/api/v1/prompts/YH2026-4")["source"]


def it_is_proved_without_a_daemon(province, city, world):
    sent = wait_for("the receipt of the second", lambda: next(
        (one for one in province.get("/api/v1/federation/sendings")["items"]
         if one["subject"] == "YH2026-4" and one["standing"] == "delivered"), None))
    for name, what in (("prompt.json", "document"), ("receipt.json", "receipt")):
        (world / name).write_text(sent[what])
    trust = world / "trust.toml"
    trust.write_text((city.folder / "trust.toml").read_text() + (
        f'[[key]]\nname = "city"\ntier = "city"\nregions = ["411000"]\npublic_key = "{city.public}"\nfrom = "2020-01-01"\n'))
    verify = lambda file: subprocess.run([QINGKONGCTL, "federation", "verify", file, "--trust", trust],
                                         capture_output=True).returncode
    assert (verify(world / "prompt.json"), verify(world / "receipt.json")) == (0, 0)
    (world / "bent.json").write_text(sent["document"].replace("red", "orange"))
    assert verify(world / "bent.json") == 1
    assert json.loads(sent["receipt"])["body"]["digest"] == hashlib.sha256(sent["document"].encode()).hexdigest()
    (world / "key.der").write_bytes(PREFIX + bytes.fromhex(province.public))
    run("openssl", "pkey", "-pubin", "-inform", "DER", "-in", world / "key.der", "-out", world / "key.pem")
    bare = re.sub(r',?"signature":"[0-9a-f]+"', "", sent["document"])
    (world / "signed").write_bytes(b"qingkong federation 1\n" + bare.encode())
    (world / "signature").write_bytes(bytes.fromhex(json.loads(sent["document"])["signature"]))
    run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", world / "key.pem", "-rawin", "-in", world / "signed",
        "-sigfile", world / "signature")


def main():
    with tempfile.TemporaryDirectory(prefix="qingkong-tiers-") as place:
        world = pathlib.Path(place)
        authority(world)
        ports = {tier: free_port() for tier in TIERS}
        tiers = {tier: Tier(tier, ports, world) for tier in TIERS}
        for one in tiers.values():
            one.believe([(tier, tiers[tier].public) for tier in ABOVE_AND_BELOW[one.tier]])
        with tiers["province"] as province, tiers["city"] as city, tiers["county"] as county:
            a_prompt_goes_down_over_a_city_that_is_killed(province, city, county)
            the_follow_up_goes_back(province, city, county)
            a_forged_document_changes_nothing(province, city)
            a_key_is_rotated_while_the_city_is_down(province, city, county)
            it_is_proved_without_a_daemon(province, city, world)
    print("ok")


if __name__ == "__main__":
    main()
