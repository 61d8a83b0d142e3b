#!/usr/bin/env python3
"""December 2015 in simulated time: the loop closes on the whole region, and the same seed gives the same bytes.

usage: run_twice.py QINGKONG_SIM [SEED]

The whole is played once; it is a smaller region that is played twice, since a byte that depends on anything but
the seed shows in 40 enterprises as in 320.
"""
import subprocess
import sys
import time


def play(program, seed, *more):
    started = time.monotonic()
    done = subprocess.run([program, "run", *more] + (["--seed", seed] if seed else []),
                          capture_output=True, check=False)
    print(f"exit {done.returncode} after {time.monotonic() - started:.1f} s", flush=True)
    sys.stderr.buffer.write(done.stderr)
    return done


def main():
    program, seed = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    whole = play(program, seed)
    sys.stdout.buffer.write(whole.stdout)
    if whole.returncode != 0:
        return 1
    if not whole.stdout.startswith(b"seed "):
        print("the seed does not stand first")
        return 1
    small = ("--enterprises", "40")
    if play(program, seed, *small).stdout != play(program, seed, *small).stdout:
        print("the second run told another story")
        return 1
    print("the same bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
