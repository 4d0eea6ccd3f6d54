#!/bin/sh
# PyTorch 2.15.0 (CPU): what Adam remembers of a gradient that has become zero never becomes zero.
#
# After one step with gradient 1 and 2000 with gradient 0, one expects 0.9^2000 · 0.1 = 3e-93, which is 0
# in single precision. But exp_avg ends at 5.6e-45, four times the smallest number there is, and stays:
# 0.9 · 4 is rounded to 4. Every weight of a dead unit ends so, and Intel processors compute with such
# denormal numbers many times more slowly. torch.set_flush_denormal(True), off by default, ends it; so does
# nn::FlushDenormals in our optimizers.
#
# Output seen: 2.15.0 5.605193857299268e-45 -> 0.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python3" - <<'PYTHON'
import torch

weight = torch.nn.Parameter(torch.ones(1))
adam = torch.optim.Adam([weight])

def steps(count, gradient):
    for _ in range(count):
        weight.grad = torch.full((1,), gradient)
        adam.step()
    return adam.state[weight]["exp_avg"].item()

steps(1, 1.0)
kept = steps(2000, 0.0)
assert kept == steps(2000, 0.0), "it still changes"
assert torch.set_flush_denormal(True)
flushed = steps(10, 0.0)
print(torch.__version__.split("+")[0], kept, "->", flushed)
assert 0 < kept < 1e-38, "Adam no longer keeps denormal numbers"
assert flushed == 0
PYTHON
