#!/bin/sh
# OpenBLAS 0.3.34 on x86-64: with a NaN, isamax and idamax name an element that is neither NaN nor the largest.
#
# BLAS leaves open what iamax does with NaN. One expects the place of the NaN, as from argmax of NumPy, or that of
# the largest number. In {1, NaN, 3} isamax names the 1. idamax happens to name the NaN there, and the smallest
# number of {1, 2, 3, NaN}.
#
# The kernel looks for the largest magnitude with maxps, which returns its second operand when one of the two is
# NaN, so that a NaN may stay as the "largest". Then it searches that value with comiss, which sets the same
# flag for "equal" and for "not comparable": the first element it compares is taken for a match. Where the NaN
# must lie for this depends on the length and, in longer arrays, on their address. Whoever looks for the largest
# gradient or the pivot of an elimination with iamax must ask for NaN first.
#
# Output seen, with the wheel scipy-openblas32 0.3.34.481.3 (places counted from 0), 2026-11; the kernels for
# Haswell, Zen, Nehalem and AVX-512 answer alike:
#     isamax [1.0, nan, 3.0]: 0
#     idamax [1.0, nan, 3.0]: 1
#     isamax [1.0, 2.0, 3.0, nan]: 2
#     idamax [1.0, 2.0, 3.0, nan]: 0
#     isamax [1.0, 3.0, -4.0, 2.0]: 2
#     idamax [1.0, 3.0, -4.0, 2.0]: 2
#
# Needs an x86-64 processor. Fails when the behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scipy-openblas32==0.3.34.481.3
"$folder/venv/bin/python3" - <<'PYTHON'
import ctypes
import glob
import scipy_openblas32

library = ctypes.CDLL(glob.glob(scipy_openblas32.get_lib_dir() + "/libscipy_openblas*.so")[0])

def place(name, element, numbers):
    function = getattr(library, "scipy_cblas_" + name)
    function.restype = ctypes.c_size_t
    answer = function(len(numbers), (element * len(numbers))(*numbers), 1)
    print(f"{name} {numbers}: {answer}")
    return answer

def places(numbers):
    return [place("isamax", ctypes.c_float, numbers), place("idamax", ctypes.c_double, numbers)]

nan = float("nan")
assert places([1.0, nan, 3.0])[0] == 0, "the behaviour of isamax has changed"
assert places([1.0, 2.0, 3.0, nan])[1] == 0, "the behaviour of idamax has changed"
assert places([1.0, 3.0, -4.0, 2.0]) == [2, 2]
PYTHON
