#!/usr/bin/env python3
"""Compares every operation with PyTorch, at the ends of the range and all over it.

    against_torch.py BUILD [--python PYTHON] [--sweep N] [OPERATION...]

PYTHON is one that has torch (as in build/tests/bench/vae_step --python venv/bin/python3); BUILD is a build
folder, in which tests/against_torch and tests/against_torch_double are built. Each operation's value and
gradients are compared, in single and in double precision, on: zeros of both signs, denormals, ±1e4, the largest
numbers, infinities and NaN, alone and among others, in each place of a row; N random bit patterns (100000),
which is to say numbers of all sizes; rows as long as a SIMD batch and one more or less; a million numbers in a
row; and no elements.

Numbers agree if both are NaN, or the same infinity, or equal to 64 roundings. In single precision PyTorch's
double is asked as well: where it says that ours is nearer to the truth than PyTorch's single, or as near, all
is well; and so it is where changing the inputs in their last bit moves the truth as far. What remains is in
DIFFERENCES, with its reason, or is a fault. Prints a table; the exit code is 1 if there is a fault.
"""

import argparse
import itertools
import math
import os
import pathlib
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError:
    if "--python" not in sys.argv[:-1]:
        sys.exit(f"{__doc__}\nThis Python has no torch: name one that has with --python.")
    at = sys.argv.index("--python")
    os.execv(sys.argv[at + 1], [sys.argv[at + 1], *sys.argv[:at], *sys.argv[at + 2:]])


# --- what PyTorch has under our names -----------------------------------------------------------------------

def positive_part(a, b):
    return torch.where(a > 0, a, b)


def labels(logits):
    return torch.arange(len(logits)) % max(logits.shape[1], 1)


def events(x):
    return x.reshape(len(x), math.prod(x.shape[1:])).sum(1)


def on_images(function):
    """Channels last, as we have them, of a function that has them first."""
    return lambda *x: function(*(v.permute(0, 3, 1, 2) if v.dim() == 4 else v for v in x)).permute(0, 2, 3, 1)


def patches(x):
    columns = F.unfold(x.permute(0, 3, 1, 2), (3, 2), stride=2, padding=1)
    rows = columns.unflatten(1, (x.shape[3], 3, 2)).permute(0, 4, 2, 3, 1)
    return rows.reshape(-1, 6 * x.shape[3])


def lstm(x, weight, bias, h, c):
    """Written out: torch.nn.LSTM multiplies x by a matrix before, and 0 · NaN is NaN."""
    states = []
    for step in x:
        i, f, g, o = (step + h @ weight.T + bias).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        states.append(h)
    return torch.stack(states)


def gru(x, weight, bias, h):
    states = []
    for step in x:
        r, z, n = zip(step.chunk(3, 1), (h @ weight.T + bias).chunk(3, 1))
        z = sum(z).sigmoid()
        n = (n[0] + sum(r).sigmoid() * n[1]).tanh()
        h = n + z * (h - n)
        states.append(h)
    return torch.stack(states)


def gaussian_kl(m, l):
    return events(0.5 * (l.expm1() + m * m - l))


def gaussian_kl_to_prior(m, l, pm, pl):
    return events(0.5 * (pl - l + (l - pl).expm1() + (m - pm) ** 2 * (-pl).exp()))


def bce(l, t):
    return events(F.binary_cross_entropy_with_logits(l, t, reduction="none"))


def normal_log_prob(m, l, x):
    return -0.5 * events(l + (x - m) ** 2 * (-l).exp() + math.log(2 * math.pi))


def mixture_log_prob(m, l, w, x):
    each = -0.5 * (l + (x[:, None] - m) ** 2 * (-l).exp() + math.log(2 * math.pi)).sum(2)
    return torch.logsumexp(F.log_softmax(w, 0) + each, 1)


def entropy(l):
    return events(-F.softmax(l, 1) * F.log_softmax(l, 1))


def categorical_kl(q, p):
    return events(F.softmax(q, 1) * (F.log_softmax(q, 1) - F.log_softmax(p, 1)))


def functions():
    """Our name: PyTorch's function, and the kind of its inputs (see INPUTS)."""
    unary = {
        "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "square": torch.square, "abs": torch.abs,
        "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "leaky_relu": F.leaky_relu,
        "softplus": F.softplus, "elu": F.elu, "elu_0.75": lambda x: F.elu(x, 0.75),
        "clip": lambda x: x.clamp(-20, 1e4), "negate": torch.neg, "x_plus_c": lambda x: x + 1.5,
        "c_minus_x": lambda x: 1.5 - x, "c_times_x": lambda x: 1.5 * x, "x_over_c": lambda x: x / 1.5,
        "c_over_x": lambda x: 1.5 / x,
    }
    binary = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div,
              "where": positive_part}
    rows = {
        "sum": torch.sum, "sum_0": lambda x: x.sum(0), "sum_1": lambda x: x.sum(1),
        "mean": torch.mean, "mean_0": lambda x: x.mean(0), "mean_1": lambda x: x.mean(1),
        "max_0": lambda x: x.max(0)[0], "max_1": lambda x: x.max(1)[0],
        "log_sum_exp_0": lambda x: x.logsumexp(0), "log_sum_exp_1": lambda x: x.logsumexp(1),
        "softmax_0": lambda x: x.softmax(0), "softmax_1": lambda x: x.softmax(1),
        "log_softmax_0": lambda x: x.log_softmax(0), "log_softmax_1": lambda x: x.log_softmax(1),
        "transpose": lambda x: x.T, "reshape": lambda x: x.reshape(-1), "slice": lambda x: x[:, 1:],
        "gather": lambda x: x[torch.arange(5) % len(x)],
        "cross_entropy_with_logits": lambda x: F.cross_entropy(x, labels(x), reduction="none"),
        "categorical_loss": lambda x: F.cross_entropy(x, labels(x)),
        "categorical_log_prob": lambda x: -F.cross_entropy(x, labels(x), reduction="none"),
        "categorical_entropy": entropy,
        "standard_normal_log_prob": lambda x: -0.5 * events(x ** 2 + math.log(2 * math.pi)),
    }
    two_rows = {
        "concat": lambda a, b: torch.cat([a, b], 1),
        "squared_error": lambda a, b: events((a - b) ** 2), "mse": F.mse_loss,
        "squared_loss": lambda a, b: events((a - b) ** 2).mean(), "categorical_kl": categorical_kl,
    }
    targets = {"bce_with_logits": bce, "bernoulli_loss": lambda l, t: bce(l, t).mean(),
               "bernoulli_log_prob": lambda l, t: -bce(l, t)}
    gaussian = {
        "gaussian_kl": (gaussian_kl, 2), "gaussian_kl_to_prior": (gaussian_kl_to_prior, 4),
        "reparameterize": (lambda m, l, e: m + (l / 2).exp() * e, 3), "normal_log_prob": (normal_log_prob, 3),
    }
    shaped = {
        "normal_log_prob_one_variance": (normal_log_prob, [(5, 7), (1, 1), (5, 7)]),
        "mixture_log_prob": (mixture_log_prob, [(3, 4), (3, 4), (3,), (6, 4)]),
        "matmul": (torch.matmul, [(5, 17), (17, 9)]),
        "linear": (F.linear, [(6, 17), (9, 17), (9,)]),
        "patches": (patches, [(2, 5, 4, 3)]),
        "conv2d": (on_images(F.conv2d), [(2, 5, 4, 3), (4, 3, 2, 3), (4,)]),
        "conv2d_padded": (on_images(lambda x, k, b: F.conv2d(x, k, b, 2, 1)), [(2, 5, 4, 3), (4, 3, 2, 3), (4,)]),
        "conv2d_transposed": (on_images(lambda x, k, b: F.conv_transpose2d(x, k, b, 2, 1, 1)),
                              [(2, 3, 2, 4), (4, 3, 3, 2), (2,)]),
        "max_pool2d": (on_images(lambda x: F.max_pool2d(x, 2, 1)), [(2, 5, 6, 3)]),
        "average_pool2d": (on_images(lambda x: F.avg_pool2d(x, 2, 1)), [(2, 4, 5, 3)]),
        "upsample_nearest": (on_images(lambda x: F.interpolate(x, scale_factor=2, mode="nearest")), [(2, 2, 3, 3)]),
        "lstm": (lstm, [(4, 3, 8), (8, 2), (8,), (3, 2), (3, 2)]),
        "gru": (gru, [(4, 3, 6), (6, 2), (6,), (3, 2)]),
    }
    table = {}
    for family, inputs in ((unary, unary_inputs), (binary, binary_inputs), (rows, row_inputs),
                           (two_rows, lambda g: example_inputs(g, 2)), (targets, target_inputs)):
        table |= {name: (function, inputs) for name, function in family.items()}
    for name, (function, count) in gaussian.items():
        table[name] = (function, lambda g, count=count: example_inputs(g, count))
    for name, (function, shapes) in shaped.items():
        table[name] = (function, lambda g, shapes=shapes: shaped_inputs(g, shapes))
    return table


# --- inputs -------------------------------------------------------------------------------------------------

class Generator:
    """Random numbers of one precision."""

    def __init__(self, dtype, sweep):
        self.dtype, self.sweep = dtype, sweep
        self.info = np.finfo(dtype)
        self.random = np.random.default_rng(1)
        far = 88.5 if dtype == np.float32 else 709.5  # where eˣ is nearly too large
        sizes = [0, self.info.smallest_subnormal, self.info.tiny / 2**10, self.info.tiny, self.info.eps, 1e-4, 1, 20,
                 far, 1e4, self.info.max, math.inf]
        self.special = np.array([s * x for x in sizes for s in (1, -1)] + [math.nan], dtype)
        self.few = np.array([0, -0.0, self.info.tiny / 2**10, 1, -2, 1e4, -1e4, self.info.max, -self.info.max, math.inf,
                             -math.inf, math.nan], dtype)

    def bits(self, *shape):
        """Numbers of all sizes, NaN among them."""
        size = np.dtype(self.dtype).itemsize
        return np.frombuffer(self.random.bytes(size * math.prod(shape)), self.dtype).reshape(shape).copy()

    def scaled(self, *shape):
        """Normal numbers, each array of another size."""
        scale = 10.0 ** self.random.uniform(-3, 4)
        return (self.random.standard_normal(shape) * scale).astype(self.dtype)

    def planted(self, *shape):
        """Such with a special one here and there."""
        x = self.random.standard_normal(shape).astype(self.dtype)
        chosen = self.random.random(shape) < min(0.05, 1.5 / max(math.prod(shape[1:]), 1))
        x[chosen] = self.random.choice(self.special, chosen.sum())
        return x

    def grid(self, numbers, count):
        return [np.array(column, self.dtype) for column in zip(*itertools.product(numbers, repeat=count))]


WIDTHS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100]


def unary_inputs(g):
    yield "special", [g.special]
    yield "bits", [g.bits(g.sweep)]
    yield "numbers", [g.random.uniform(-100, 100, g.sweep).astype(g.dtype)]
    yield "none", [np.zeros((2, 0), g.dtype)]


def binary_inputs(g):
    yield "special", g.grid(g.special, 2)
    yield "bits", [g.bits(g.sweep), g.bits(g.sweep)]
    for a, b in (((5, 7), (7,)), ((5, 1), (5, 7)), ((5, 7), (1,)), ((3, 1), (1, 4))):
        for _ in range(30):
            yield "broadcast", [g.planted(*a), g.planted(*b)]
    yield "none", [np.zeros((2, 0), g.dtype), np.zeros((1, 1), g.dtype)]
    yield "none", [np.zeros((0, 3), g.dtype), np.zeros((3,), g.dtype)]


def row_inputs(g):
    rows = np.stack(g.grid(g.few, 3), 1)
    yield "special", [rows]
    yield "special", [rows.T.copy()]
    for width in WIDTHS:
        yield "rows", [g.planted(200, width)]
        yield "columns", [g.planted(width, 200)]
        for _ in range(10):
            yield "scaled", [g.scaled(20, width)]
    yield "bits", [g.bits(g.sweep // 33, 33)]
    yield "long", [g.random.random((1, 1000000)).astype(g.dtype)]
    yield "long", [g.random.random((1000000, 1)).astype(g.dtype)]
    yield "long", [g.random.random((100000, 3)).astype(g.dtype)]
    for shape in ((2, 0), (0, 3), (0, 0)):
        yield "none", [np.zeros(shape, g.dtype)]


def example_inputs(g, count):
    numbers = g.special if count == 2 else g.few if count == 3 else g.few[[0, 3, 4, 5, 6, 9, 10, 11]]
    yield "special", [x[:, None] for x in g.grid(numbers, count)]
    for width in WIDTHS:
        yield "rows", [g.planted(200, width) for _ in range(count)]
        for _ in range(10):
            yield "scaled", [g.scaled(20, width) for _ in range(count)]
    for shape in ((2, 0), (0, 3)):
        yield "none", [np.zeros(shape, g.dtype)] * count


def target_inputs(g):
    logits, targets = zip(*itertools.product(g.special, [0, 0.25, 0.5, 1]))
    yield "special", [np.array(logits, g.dtype)[:, None], np.array(targets, g.dtype)[:, None]]
    for width in WIDTHS:
        yield "rows", [g.planted(200, width), g.random.random((200, width)).astype(g.dtype)]
        for _ in range(10):
            yield "scaled", [g.scaled(20, width), g.random.random((20, width)).astype(g.dtype)]
    yield "long", [g.scaled(3, 20000), g.random.random((3, 20000)).astype(g.dtype)]
    for shape in ((2, 0), (0, 3)):
        yield "none", [np.zeros(shape, g.dtype)] * 2


def shaped_inputs(g, shapes):
    for _ in range(200):
        yield "rows", [g.planted(*shape) for shape in shapes]
    for _ in range(50):
        yield "scaled", [g.scaled(*shape) for shape in shapes]


# --- comparing ----------------------------------------------------------------------------------------------

class Ours:
    """tests/against_torch, which answers as long as it is asked."""

    def __init__(self, program, dtype):
        self.dtype = dtype
        self.process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, shape):
        size = math.prod(shape) * np.dtype(self.dtype).itemsize
        return np.frombuffer(self.process.stdout.read(size), self.dtype).reshape(shape)

    def __call__(self, name, inputs):
        """The value and the gradients, or what it says instead."""
        shapes = [",".join(map(str, x.shape)) or "." for x in inputs]
        self.process.stdin.write((" ".join([name, *shapes]) + "\n").encode())
        for x in inputs:
            self.process.stdin.write(x.tobytes())
        self.process.stdin.flush()
        line = self.process.stdout.readline().decode()
        if not line:
            raise SystemExit(f"{name}: the program has ended")
        if line.startswith("!"):
            return line[2:].strip()
        value = self.read(tuple(map(int, line.split())))
        return [value, *(self.read(x.shape) for x in inputs)]


def theirs(function, inputs, dtype, shake=lambda x: x):
    variables = [torch.tensor(x, dtype=dtype, requires_grad=True) for x in inputs]
    try:
        y = function(*variables)
        cotangent = shake(np.arange(y.numel()) % 3 + 1.0)
        y.backward(torch.tensor(cotangent, dtype=dtype).reshape(y.shape))
    except (RuntimeError, IndexError, ValueError, ZeroDivisionError) as error:
        return str(error).splitlines()[0]
    return [y.detach().numpy(), *((torch.zeros_like(x) if x.grad is None else x.grad).numpy() for x in variables)]


def spread(function, inputs, dtype, part):
    """How far values or gradients in double move when all inputs, and the cotangent, change in the last bit of
    `dtype`: what rounding the inputs alone would cost. Of eight random changes, the largest."""
    random = np.random.default_rng(2)
    shake = lambda x: x * (1 + np.finfo(dtype).eps * random.uniform(-1, 1, x.shape))
    exact, moved = theirs(function, inputs, torch.float64)[part], 0
    for _ in range(8):
        moved = np.fmax(moved, np.abs(theirs(function, [shake(x.astype(float)) for x in inputs], torch.float64,
                                             shake)[part] - exact))
    return moved


def agree(a, b, info, roundings=64):
    """Element by element."""
    near = np.abs(a - b) <= roundings * info.eps * np.abs(b) + 8 * float(info.smallest_subnormal)
    return near | (a == b) | (np.isnan(a) & np.isnan(b))


# --- where we differ, and why -------------------------------------------------------------------------------

class Case:
    """What is compared: ours, theirs and the truth, which is PyTorch's double, are arrays of one shape."""

    def __init__(self, name, part, inputs, ours, theirs, truth):
        self.name, self.part, self.inputs = name, part, [np.asarray(x, float) for x in inputs]
        self.ours, self.theirs, self.truth = ours, theirs, truth


def x_is(holds):
    """Where the first input is such."""
    return lambda case, info: holds(case.inputs[0]) & np.ones(case.ours.shape, bool)


def row_has(holds, axis):
    """Along the axis of the first input, kept."""
    return lambda case, info: holds(case.inputs[0]).any(axis, keepdims=True) & np.ones(case.ours.shape, bool)


def within(roundings):
    """So many roundings of 1."""
    return lambda case, info: np.abs(case.ours - case.truth) <= roundings * info.eps


def of_the_largest(case, info):
    """To the roundings of the largest number of all."""
    size = np.nanmax(np.where(np.isfinite(case.truth), np.abs(case.truth), 0), initial=1)
    return np.abs(case.ours - case.truth) <= 2048 * info.eps * size


def as_logits(case, info):
    """To the roundings of the largest logit of a row."""
    rows = [np.abs(x).max(1, initial=1) for x in case.inputs]
    size = np.maximum.reduce(rows).reshape((-1,) + (1,) * (case.ours.ndim - 1))
    return (np.abs(case.ours - case.truth) <= 512 * info.eps * size) | np.isnan(size) & np.isnan(case.ours)


def too_small(case, info):
    return (np.abs(case.ours) < 1e6 * info.tiny) & (np.abs(case.theirs) < 1e6 * info.tiny)


def overflows(case, info):
    """Where a sum of the largest numbers is on its way."""
    some = any((np.abs(x) > np.sqrt(float(info.max))).any() for x in case.inputs)
    some |= (np.abs(case.truth) > float(info.max) / 8).any()
    return np.full(case.ours.shape, some) & ~(np.isfinite(case.ours) & np.isfinite(case.theirs) &
                                             np.isfinite(case.truth))


def exponent_near_the_end(case, info):
    """Where a power of e is more than half of the largest number or its root: xsimd's ends there."""
    end = np.log(float(info.max))
    near = lambda x: np.abs(np.abs(x) - end) < 0.5
    if case.name == "reparameterize":
        exponents = [case.inputs[1] / 2]
    elif len(case.inputs) == 2:
        exponents = [case.inputs[1]]
    else:
        exponents = [case.inputs[3], case.inputs[1] - case.inputs[3]]
    holds = np.logical_or.reduce([near(x) for x in exponents])
    return holds if holds.shape == case.ours.shape else holds.any(1)


def infinite_logit(case, info):
    x = case.inputs[0]
    return np.isinf(x).any(1) & np.ones(case.ours.shape, bool)


def long(case, info):
    """A million numbers, which PyTorch adds one by one: the roundings of as many."""
    terms = max(x.size for x in case.inputs)
    cotangents = terms * 2 if case.part != "value" else 1
    return (terms >= 100000 and info.eps < 1e-12) & (np.abs(case.ours - case.theirs) <= terms * info.eps *
                                np.maximum(np.abs(case.theirs), cotangents / terms))


def as_exponent(case, info):
    """e to a number that has the roundings of the largest element, or of its distance from others."""
    size = np.abs(np.where(np.isfinite(case.inputs[0]), case.inputs[0], 0)).max(initial=1)
    return np.abs(case.ours - case.theirs) <= 8 * info.eps * min(size, 1e6) * np.abs(case.theirs)


def far_out(case, info):
    some = max(np.abs(x).max() for x in case.inputs) > 80 or any(np.isnan(x).any() for x in case.inputs)
    return np.full(case.ours.shape, some) | within(512)(case, info)


ONE_STEP = "e^λ − 1 keeps its digits; PyTorch's derivative of it subtracts"
NEARER = "in double PyTorch is farther from the truth: e^(x − y) has the roundings of y, and it adds one by one"
ORDER = "a sum that overflows on its way depends on the order of the additions"
FLAT = "the slope of tanh and sigmoid comes from the value, near whose ends it has few digits; in PyTorch as well"
LOGARITHMS = "differences of logarithms are rounded as the logarithms are"
XSIMD = "xsimd's exponential is infinite, or 0, from half the largest number on; no variance is of that size"
INFINITE = "gradients of what is infinite are NaN; PyTorch makes some of them 0"

# What each difference concerns: a part of the result ("" is all), and where; and the reason.
DIFFERENCES = {
    "tanh": [("gradient", within(16), FLAT)],
    "lstm": [("gradient", of_the_largest, FLAT)],
    "gru": [("gradient", of_the_largest, FLAT)],
    "relu": [("gradient", x_is(np.isnan), "the value is NaN, and a slope there means nothing: 0, PyTorch's 1")],
    "clip": [("gradient", x_is(np.isnan), "the value is NaN, and a slope there means nothing: 1, PyTorch's 0"),
             ("gradient", x_is(lambda x: (x == -20) | (x == 1e4)),
              "the ends belong to what is let through: 1, PyTorch's 0, and 1 in version 1.13")],
    "bce_with_logits": [("value", infinite_logit, "a logit of infinity gives NaN or infinity: 0 · infinity"),
                        ("value", within(16), "64 logarithms are taken as one, which rounds as 1 does")],
    "cross_entropy_with_logits": [("gradient", as_exponent, NEARER)],
    "log_softmax_0": [("", within(64), LOGARITHMS), ("gradient", long, NEARER)],
    "log_softmax_1": [("", within(128), LOGARITHMS)],
    "softmax_0": [("gradient", within(64), "q (d − average) is rounded as d is"), ("value", long, NEARER)],
    "softmax_1": [("gradient", within(64), "q (d − average) is rounded as d is")],
    "categorical_entropy": [("", as_logits, LOGARITHMS)],
    "categorical_kl": [("", as_logits, LOGARITHMS)],
    "gaussian_kl": [("", exponent_near_the_end, XSIMD), ("gradient 1", within(8), ONE_STEP)],
    "gaussian_kl_to_prior": [("", exponent_near_the_end, XSIMD), ("gradient 1", within(8), ONE_STEP),
                             ("gradient 3", within(8), ONE_STEP)],
    "reparameterize": [("", exponent_near_the_end, XSIMD)],
    "log_sum_exp_0": [("gradient", row_has(np.isposinf, 0), INFINITE), ("gradient", as_exponent, NEARER),
                      ("gradient", long, NEARER)],
    "log_sum_exp_1": [("gradient", row_has(np.isposinf, 1), INFINITE), ("gradient", as_exponent, NEARER)],
    "softplus": [("", x_is(lambda x: x > 20), "PyTorch takes x for softplus x from 20 on, and 1 for its slope")],
    "mixture_log_prob": [("", far_out, "squares are multiplied out, for one product in place of many differences: "
                          "infinities meet, and large numbers round, see nn::GaussianMixture")],
}
for alpha in ("elu", "elu_0.75"):
    DIFFERENCES[alpha] = [("gradient", within(16), "far below 0 the slope y + α comes from the value"),
                          ("gradient", x_is(np.isnan), "the value is NaN: NaN, PyTorch's 1")]
for axis in (0, 1):
    DIFFERENCES[f"max_{axis}"] = [("gradient", row_has(np.isnan, axis), "of several NaN the last gets the gradient")]
DIFFERENCES["categorical_loss"] = DIFFERENCES["categorical_log_prob"] = DIFFERENCES["cross_entropy_with_logits"]
DIFFERENCES["bernoulli_log_prob"] = DIFFERENCES["bernoulli_loss"] = DIFFERENCES["bce_with_logits"]
EVERYWHERE = [
    ("", too_small, "eˣ below the smallest normal number is 0, PyTorch's a denormal"),
    ("", overflows, ORDER),
]


# --- the campaign -------------------------------------------------------------------------------------------

class Row:
    """A row of the table: an operation in one precision."""

    def __init__(self, name, ours, precision):
        self.name, self.ours = name, ours
        self.single = precision == "single"
        self.dtype = np.float32 if self.single else np.float64
        self.info = np.finfo(self.dtype)
        self.compared = self.nearer = self.faults = 0
        self.argued, self.refused = {}, {}

    def compare(self, function, kind, inputs):
        ours = self.ours(self.name, inputs)
        truth = theirs(function, inputs, torch.float64)
        single = theirs(function, inputs, torch.float32) if self.single else truth
        if isinstance(ours, str) or isinstance(single, str):
            return self.compare_refusals(inputs, ours, single)
        parts = ["value"] + [f"gradient {i}" for i in range(len(inputs))]
        for i, (part, mine, wanted, true) in enumerate(zip(parts, ours, single, truth)):
            if mine.shape != wanted.shape:
                return self.fault(f"{part}: shape {mine.shape}, PyTorch's {wanted.shape}", inputs)
            with np.errstate(all="ignore"):
                case = Case(self.name, part, inputs, *(np.atleast_1d(x).astype(float) for x in (mine, wanted, true)))
                self.compare_numbers(case, kind, lambda: spread(function, inputs, self.dtype, i))

    def compare_refusals(self, inputs, ours, single):
        said = ("both refuse" if isinstance(ours, str) and isinstance(single, str) else
                f"PyTorch has {[x.shape for x in single][0]}, and we throw" if isinstance(ours, str) else
                f"PyTorch throws ({single}), and we have {ours[0].shape}")
        self.refused[said] = [x.shape for x in inputs]

    def compare_numbers(self, case, kind, moves):
        self.compared += case.ours.size
        wrong = ~agree(case.ours, case.theirs, self.info)
        if not wrong.any():
            return
        error = np.abs(case.ours - case.truth)
        if self.single:
            rounded = case.truth.astype(np.float32).astype(float)
            good = wrong & (agree(case.ours, rounded, self.info) | (error <= 4 * np.abs(case.theirs - case.truth)))
            self.nearer += good.sum()
            wrong &= ~good
        for part, holds, reason in [*DIFFERENCES.get(self.name, []), *EVERYWHERE]:
            if part in case.part and wrong.any():
                argued = wrong & holds(case, self.info)
                self.argued[reason] = self.argued.get(reason, 0) + argued.sum()
                wrong &= ~argued
        if wrong.any():
            wrong &= ~(error <= 16 * np.atleast_1d(moves()))
        if wrong.any():
            self.faults += wrong.sum()
            show(case, kind, wrong)


def show(case, kind, wrong):
    """The first few faults."""
    print(f"FAULT {case.name} {case.part}, {kind} {[x.shape for x in case.inputs]}: {wrong.sum()} of {wrong.size}")
    for at in list(zip(*np.nonzero(wrong)))[:4]:
        seen = [str(x[at] if x.shape == case.ours.shape else x[at[0]] if x.ndim and len(x) == len(case.ours) else "...")
                for x in case.inputs]
        print(f"    at {tuple(map(int, at))}, of {'; '.join(text.replace(chr(10), '')[:70] for text in seen)}: "
              f"{case.ours[at]}, PyTorch {case.theirs[at]}, in double {case.truth[at]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("operations", nargs="*", metavar="OPERATION")
    parser.add_argument("--python", help="with torch, if this one has none")
    parser.add_argument("--sweep", type=int, default=100000, metavar="N")
    flags = parser.parse_args()
    torch.set_num_threads(1)
    subprocess.run(["ninja", "-C", str(flags.build), "tests/against_torch", "tests/against_torch_double"], check=True,
                   stdout=subprocess.DEVNULL)
    start, faults, compared = time.monotonic(), 0, 0
    rows = []
    for precision, program in (("single", "against_torch"), ("double", "against_torch_double")):
        dtype = np.float32 if precision == "single" else np.float64
        ours = Ours(flags.build.resolve() / "tests" / program, dtype)
        for name, (function, inputs) in functions().items():
            if flags.operations and name not in flags.operations:
                continue
            row = Row(name, ours, precision)
            for kind, arrays in inputs(Generator(dtype, flags.sweep)):
                row.compare(function, kind, arrays)
            rows.append((precision, row))
    print("| operation | precision | numbers compared | ours nearer to the truth | differ as argued | faults |\n"
          "|---|---|--:|--:|--:|--:|")
    for precision, row in rows:
        print(f"| {row.name} | {precision} | {row.compared} | {row.nearer} | {sum(row.argued.values())} | "
              f"{row.faults} |")
    argued = {}
    for precision, row in rows:
        for reason, count in row.argued.items():
            if count:
                argued.setdefault(reason, {}).setdefault(row.name, []).append(f"{count} {precision}")
    for reason, names in argued.items():
        print(f"\n{reason}:\n    " + ", ".join(f"{name} ({', '.join(counts)})" for name, counts in names.items()))
    refused = {}
    for precision, row in rows:
        for said, shapes in row.refused.items():
            refused.setdefault((said, tuple(shapes)), []).append(row.name)
    for (said, shapes), names in refused.items():
        print(f"of shape {' and '.join(map(str, shapes))}, {said}: {', '.join(dict.fromkeys(names))}")
    print()
    compared = sum(row.compared for _, row in rows)
    faults = sum(row.faults for _, row in rows)
    print(f"{compared} numbers of {len(rows) // 2} operations compared with PyTorch {torch.__version__} in "
          f"{time.monotonic() - start:.0f} s, {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
