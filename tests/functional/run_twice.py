#!/usr/bin/env python3
"""The whole of December 2015 in simulated time, twice: the loop closes, and the same seed gives the same bytes.

usage: run_twice.py QINGKONG_SIM [SEED]
"""
import subprocess
import sys
import time


def play(program, seed):
    started = time.monotonic()
    done = subprocess.run([program, "run"] + (["--seed", seed] if seed else []),
                          capture_output=True, check=False)
    print(f"exit {done.returncode} after {time.monotonic() - started:.1f} s", flush=True)
    sys.stderr.buffer.write(done.stderr)
    return done


def main():
    program, seed = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    once = play(program, seed)
    sys.stdout.buffer.write(once.stdout)
    if once.returncode != 0:
        return 1
    if not once.stdout.startswith(b"seed "):
        print("the seed does not stand first")
        return 1
    if play(program, seed).stdout != once.stdout:
        print("the second run told another story")
        return 1
    print("the same bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
