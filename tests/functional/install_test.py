#!/usr/bin/env python3
"""What 'cmake --install' puts in place: the programs, the manual page and the completion of this very program, and what
Prometheus and Grafana read.

    install_test.py CMAKE BUILD_FOLDER
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def said_by(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, **more).stdout


def main():
    cmake, build = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="qk-install-") as place:
        prefix = pathlib.Path(place)
        said_by(cmake, "--install", build, "--prefix", place)
        ctl = prefix / "bin/qingkongctl"
        for program in ("qingkongd", "qingkong-sim", "qingkongctl"):
            assert os.access(prefix / "bin" / program, os.X_OK), program
        manual = (prefix / "share/man/man1/qingkongctl.1").read_text(encoding="utf-8")
        assert manual == said_by(ctl, "manual") and ".TH QINGKONGCTL" in manual, manual[:200]
        completion = prefix / "share/bash-completion/completions/qingkongctl"
        assert completion.read_text(encoding="utf-8") == said_by(ctl, "completion", "bash")
        bound = said_by("bash", "-c", f"source '{completion}' && complete -p qingkongctl")
        assert "qingkongctl" in bound, bound
        shipped = pathlib.Path(__file__).resolve().parents[2] / "packaging/monitoring"
        monitoring = prefix / "share/qingkong/monitoring"
        names = {"alerts.yml", "prometheus.yml", "dashboard-duty.json", "dashboard-service.json", "README.md"}
        assert {file.name for file in monitoring.iterdir()} == names
        for name in names:
            assert (monitoring / name).read_bytes() == (shipped / name).read_bytes(), name
    print("programs, manual page, completion, alerts and dashboards are installed")


if __name__ == "__main__":
    main()
