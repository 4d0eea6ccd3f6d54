#!/bin/sh
# PyTorch 2.15.0 (CPU): the variance of a ContinuousBernoulli can come out negative.
#
# It is the likelihood for pixels in [0, 1] in a variational autoencoder. Its variance near p = 1/2 is close to
# that of a uniform law, 1/12 = 0.0833. Single precision gives -0.30 at p = 0.4985, so that stddev is NaN, and
# 0.25 at p = 0.4989. The formula subtracts two terms of the size 1/(1 - 2p)², some 10^5 there, which leaves no
# digit. The class knows the danger and takes a Taylor series near 1/2, but only from 0.499 to 0.501 (its argument
# lims); between 0.49 and 0.499 and on the other side nothing helps. The mean loses its third digit. In double
# precision all is well.
# Ask for the series in a wider range: with ContinuousBernoulli(..., lims=(0.45, 0.55)) the relative error of the
# variance stays below 0.0002.
#
# Output seen, with numpy 2.4.6, 2026-11:
#     p       variance, stddev     in double    with lims=(0.45, 0.55)
#     0.4985  -0.302734 nan        0.083333     0.083333
#     0.4989  0.246094 0.496078    0.083333     0.083333
#     0.5020  0.016602 0.128847    0.083333     0.083333
#     0.4900  0.082336 0.286943    0.083327     0.083327
#     of 1001 variances from 0.497 to 0.4989, 171 are negative; the largest is 0.253906
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.15.0 numpy==2.4.6
"$folder/venv/bin/python3" - <<'PYTHON'
import torch
from torch.distributions import ContinuousBernoulli

def law(p, dtype=torch.float32, **options):
    return ContinuousBernoulli(probs=torch.tensor(p, dtype=dtype), **options)

print("p       variance, stddev     in double    with lims=(0.45, 0.55)")
for p in (0.4985, 0.4989, 0.5020, 0.4900):
    single, double, wide = law(p), law(p, torch.float64), law(p, lims=(0.45, 0.55))
    print(f"{p:.4f}  {single.variance:.6f} {single.stddev:.6f}".ljust(28),
          f"{double.variance:.6f}     {wide.variance:.6f}")
    assert abs(double.variance - wide.variance) < 1e-5
near = ContinuousBernoulli(probs=torch.linspace(0.497, 0.4989, 1001)).variance
print(f"of 1001 variances from 0.497 to 0.4989, {int((near < 0).sum())} are negative; the largest is {near.max():.6f}")
assert near.min() < 0 and near.max() > 0.2, "the variance has been mended"
PYTHON
