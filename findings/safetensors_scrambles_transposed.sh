#!/bin/sh
# safetensors 0.8.0: the NumPy writer saves a transposed array in the wrong order, and says nothing.
#
# Weights are often written as linear.T, for a library that keeps them the other way round. One expects the file
# to hold that matrix, as with 0.7.0, or an error, as from safetensors.torch. But the writer hands over the shape
# of the view together with the memory of the array below it, which is still in the old order: [[1, 2], [3, 4]].T
# comes back as [[1, 2], [3, 4]]. A square matrix shows nothing, and any other has the right shape and wrong
# numbers. The docstring asks for contiguous arrays; no check does. Arrays in Fortran's order have the same fate.
# Give it numpy.ascontiguousarray(x).
#
# Output seen, 2026-11, numpy 2.4.6 (the array x = [[0, 3], [1, 4], [2, 5]], a transpose, after a file):
#     0.7.0 transpose [[0, 3], [1, 4], [2, 5]] made contiguous [[0, 3], [1, 4], [2, 5]]
#     0.8.0 transpose [[0, 1], [2, 3], [4, 5]] made contiguous [[0, 3], [1, 4], [2, 5]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/transpose.py" <<'PYTHON'
import numpy as np
import safetensors
from safetensors.numpy import load, save

x = np.arange(6, dtype=np.float32).reshape(2, 3).T
kept = load(save({"x": x}))["x"]
contiguous = load(save({"x": np.ascontiguousarray(x)}))["x"]
print(safetensors.__version__, "transpose", kept.astype(int).tolist(),
      "made contiguous", contiguous.astype(int).tolist())
assert kept.shape == x.shape and np.array_equal(contiguous, x)
assert np.array_equal(kept, x) == (safetensors.__version__ == "0.7.0"), "the behaviour has changed"
PYTHON
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpy==2.4.6
for version in 0.7.0 0.8.0; do
    "$folder/venv/bin/pip" install --quiet "safetensors==$version"
    "$folder/venv/bin/python3" "$folder/transpose.py"
done
