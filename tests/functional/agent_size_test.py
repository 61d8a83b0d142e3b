#!/usr/bin/env python3
"""What qingkong-agent costs a plant's machine, and that its container file names what is there.

    agent_size_test.py QINGKONGD MOSQUITTO QINGKONG_AGENT

The program without its symbols is below 5 MB and holds below 20 MB of memory while it has an order on record, a queue
of readings and a link. The container file copies what the tree has or the build makes, and installs every library that
the program asks for.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from agent_test import Plant, a_bureau, key_of, readings_at
from office import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY_BYTES_MAX = 5_000_000
RESIDENT_BYTES_MAX = 20_000_000
# Of the image that the container file begins with.
IN_THE_BASE = {"libc6", "libgcc-s1"}


def the_program_is_small(agent):
    with tempfile.TemporaryDirectory() as place:
        stripped = pathlib.Path(place) / "agent"
        subprocess.run(["strip", "-o", stripped, agent], check=True)
        size = stripped.stat().st_size
    print(f"qingkong-agent without symbols: {size / 1e6:.2f} MB")
    assert size < BINARY_BYTES_MAX, f"{size} bytes, at most {BINARY_BYTES_MAX}"


def it_holds_little_memory(programs):
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"], '[[meters]]\nfolder = "{folder}/one"\n') as plant:
        (plant.folder / "one").mkdir()
        plant.kill()
        plant.start()
        story.begin()
        plant.wait_for_order(story)
        readings_at(plant.folder / "one")(500)
        wait_for("the readings to be taken", lambda: not list((plant.folder / "one").glob("*.json")))
        time.sleep(2)
        with open(f"/proc/{plant.process.pid}/status", encoding="ascii") as status:
            text = status.read()
        resident, peak = (int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE).group(1)) << 10
                          for name in ("VmRSS", "VmHWM"))
        print(f"resident {resident / 1e6:.1f} MB, at most {peak / 1e6:.1f} MB")
        assert peak < RESIDENT_BYTES_MAX, f"{peak} bytes, at most {RESIDENT_BYTES_MAX}"


def owner_of(library):
    """The package that a library comes from; what /lib is a link to is asked for under both names."""
    for path in (library, str(pathlib.Path(library).resolve()), "/usr" + library):
        found = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    return ""


def the_container_file_names_what_is_there(agent):
    text = (ROOT / "packaging/agent/Dockerfile").read_text()
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    words = [line.split() for line in joined.splitlines() if line]
    assert words[0] == ["FROM", "debian:12-slim"]
    for copy in (line for line in words if line[0] == "COPY"):
        built = copy[1].startswith("build/release/")
        assert built or (ROOT / copy[1]).is_file(), f"{copy[1]} is not in the tree"
        assert not built or copy[1].removeprefix("build/release/") == "daemon/agent/qingkong-agent", copy[1]
    assert ["USER", "qingkong-agent"] in words, "it does not run as root"
    installed = set(re.search(r"--no-install-recommends(.*?)&&", joined).group(1).split())
    asked = {}
    for line in subprocess.run(["ldd", agent], check=True, capture_output=True, text=True).stdout.splitlines():
        if "=> /" in line:
            library = line.split("=> ")[1].split(" ")[0]
            asked[library] = owner_of(library)
    direct = subprocess.run(["objdump", "-p", agent], check=True, capture_output=True, text=True).stdout
    for name in re.findall(r"NEEDED\s+(\S+)", direct):
        packages = [package for library, package in asked.items() if pathlib.Path(library).name == name]
        assert not packages or packages[0] in installed | IN_THE_BASE, f"{name} is of {packages[0]}: not installed"
    config = words[-1][-1].strip('"]')
    assert config == "/etc/qingkong-agent/agent.toml"


def main():
    the_program_is_small(sys.argv[3])
    the_container_file_names_what_is_there(sys.argv[3])
    it_holds_little_memory(sys.argv[1:4])


if __name__ == "__main__":
    main()
