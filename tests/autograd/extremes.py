"""Writes what PyTorch makes of numbers at the ends of their range: zeros of both signs, denormals, ±10⁴,
the largest, infinities, NaN; values and gradients, in both precisions.

    python3 tests/autograd/extremes.py tests/autograd/extremes.json

The test `at the ends of the range ...` compares, and lists where Tapestry differs on purpose.
"""
import itertools
import math
import sys

import torch
import torch.nn.functional as F


def unary(dtype):
    info = torch.finfo(dtype)
    far = 88.5 if dtype == torch.float32 else 709.5  # where eˣ is nearly too large
    sizes = [0.0, info.smallest_normal / 2**20, info.smallest_normal, 1e-4, 1, 20, far, 1e4, info.max, math.inf]
    return [[sign * size for sign in (1, -1) for size in sizes] + [math.nan]]


def pairs(dtype):
    info = torch.finfo(dtype)
    some = [0.0, -0.0, info.smallest_normal / 2**20, 1, -2, 1e4, info.max, math.inf, -math.inf, math.nan]
    return [list(column) for column in zip(*itertools.product(some, some))]


def logits_and_targets(dtype):
    logits = [0.0, -0.0, 1e-4, -20, 1e4, -1e4, torch.finfo(dtype).max, math.inf, -math.inf, math.nan]
    return [list(column) for column in zip(*itertools.product(logits, [0, 0.5, 1]))]


def means_and_log_variances(dtype):
    means = [0.0, 1e-4, 1e4, math.inf, math.nan]
    log_variances = [0.0, -1e-4, 1e-4, 20, -1e4, 1e4, math.inf, -math.inf, math.nan]
    return [list(column) for column in zip(*itertools.product(means, log_variances))]


ROWS = [[0.0, -0.0, 0.0], [1e4, -1e4, 0], [1e4, 1e4, 1e4], [1e8, 1e8, 1e8], [88, 89, 90], [-1e4, -1e4 - 1, -1e4],
        [math.inf, 0, 1], [-math.inf, 0, 1], [-math.inf, -math.inf, -math.inf], [math.inf, math.inf, 0],
        [math.inf, -math.inf, 0], [math.nan, 0, 1], [0, 1, math.nan], [math.nan, -math.inf, 0],
        [math.inf, 0, math.nan], [1e-40, -1e-40, 0]]


def rows(dtype):
    return [ROWS]


def gaussian_kl(m, l):
    return (0.5 * (l.expm1() + m * m - l)).sum(1)


def each(f):
    """Every pair as an example of its own, as the losses take them."""
    return lambda *x: f(*(column[:, None] for column in x))


CASES = {
    'exp': (torch.exp, unary), 'log': (torch.log, unary), 'sqrt': (torch.sqrt, unary),
    'square': (torch.square, unary), 'abs': (torch.abs, unary), 'tanh': (torch.tanh, unary),
    'sigmoid': (torch.sigmoid, unary), 'relu': (torch.relu, unary), 'leaky_relu': (F.leaky_relu, unary),
    'softplus': (F.softplus, unary), 'elu': (F.elu, unary),
    'clip': (lambda x: x.clamp(-20, 1e4), unary), 'reciprocal': (lambda x: 1 / x, unary),
    'add': (torch.add, pairs), 'subtract': (torch.sub, pairs), 'multiply': (torch.mul, pairs),
    'divide': (torch.div, pairs), 'where': (lambda a, b: torch.where(a > 0, a, b), pairs),
    'squared_error': (each(lambda a, b: ((a - b) ** 2).sum(1)), pairs),
    'bce_with_logits': (each(lambda l, t: F.binary_cross_entropy_with_logits(l, t, reduction='none').sum(1)),
                        logits_and_targets),
    'gaussian_kl': (each(gaussian_kl), means_and_log_variances),
    'reparameterize': (lambda m, l: m + (l / 2).exp() * 3, means_and_log_variances),
    'sum': (lambda x: x.sum(1), rows), 'mean': (lambda x: x.mean(1), rows), 'max': (lambda x: x.max(1)[0], rows),
    'log_sum_exp': (lambda x: x.logsumexp(1), rows), 'softmax': (lambda x: x.softmax(1), rows),
    'log_softmax': (lambda x: x.log_softmax(1), rows),
    'cross_entropy_with_logits': (lambda x: F.cross_entropy(x, torch.zeros(len(x), dtype=int), reduction='none'), rows),
}


def cotangent(y):
    """1, 2, 3 along a row, so that rows of softmax have a gradient."""
    return torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape) % 3 + 1


def numbers(x):
    return '[' + ', '.join(f'"{v!r}"' for v in x.detach().double().flatten().tolist()) + ']'


def line(name, dtype):
    function, inputs_of = CASES[name]
    inputs = [torch.tensor(x, dtype=dtype, requires_grad=True) for x in inputs_of(dtype)]
    y = function(*inputs)
    y.backward(cotangent(y))
    fields = [f'"name": "{name}"', f'"bytes": {torch.finfo(dtype).bits // 8}', f'"rows": {len(inputs[0])}',
              '"inputs": [' + ', '.join(numbers(x) for x in inputs) + ']', '"value": ' + numbers(y),
              '"gradients": [' + ', '.join(numbers(x.grad) for x in inputs) + ']']
    return '{' + ', '.join(fields) + '}'


if __name__ == '__main__':
    lines = [line(name, dtype) for dtype in (torch.float32, torch.float64) for name in CASES]
    with open(sys.argv[1], 'w', encoding='utf-8') as file:
        file.write('{"made_with": "python3 tests/autograd/extremes.py tests/autograd/extremes.json",\n'
                   f'"torch": "{torch.__version__}",\n"cases": [\n' + ',\n'.join(lines) + '\n]}\n')
