#!/usr/bin/env python3
"""Writes oracle.json: inputs of operations with the values and gradients that PyTorch computes.

    python3 tests/autograd/oracle.py tests/autograd/oracle.json

A finite difference confirms the wrong gradient of a wrong forward just as happily as a right one;
PyTorch was written by others. Every number is in double precision; the gradients are those of
sum(cotangent * value). The test of the same name reads the file, so PyTorch is not needed to run it.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def uniform(shape, low=-2.0, high=2.0):
    """Random numbers that are exact in single precision."""
    return (low + (high - low) * torch.rand(shape)).float().double()


def bce(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets, reduction='none').sum(1)


def gaussian_kl(mean, log_variance, prior_mean=None, prior_log_variance=None):
    if prior_mean is None:
        prior_mean, prior_log_variance = torch.zeros_like(mean), torch.zeros_like(mean)
    normal = torch.distributions.Normal
    posterior = normal(mean, torch.exp(0.5 * log_variance))
    prior = normal(prior_mean, torch.exp(0.5 * prior_log_variance))
    return torch.distributions.kl_divergence(posterior, prior).sum(1)


SHAPE = (3, 5)
LABELS = torch.tensor([4, 0, 2])
ROWS = torch.tensor([2, 0, 2, 1])
CONDITION = torch.tensor([[1.0, 0.0, 1.0, 1.0, 0.0]] * 3)

# The name that the test knows, the function, its inputs.
CASES = [
    ('add', lambda a, b: a + b, [uniform(SHAPE), uniform((5,))]),
    ('subtract', lambda a, b: a - b, [uniform((3, 1)), uniform(SHAPE)]),
    ('multiply', lambda a, b: a * b, [uniform((3, 1)), uniform((1, 5))]),
    ('divide', lambda a, b: a / b, [uniform(SHAPE), uniform((3, 1), 0.5)]),
    ('negate', lambda x: -x, [uniform(SHAPE)]),
    ('exp', torch.exp, [uniform(SHAPE)]),
    ('log', torch.log, [uniform(SHAPE, 0.25, 4)]),
    ('sqrt', torch.sqrt, [uniform(SHAPE, 0.25, 4)]),
    ('square', torch.square, [uniform(SHAPE)]),
    ('abs', torch.abs, [uniform(SHAPE)]),
    ('tanh', torch.tanh, [uniform(SHAPE)]),
    ('sigmoid', torch.sigmoid, [uniform(SHAPE, -6, 6)]),
    ('relu', F.relu, [uniform(SHAPE)]),
    ('leaky_relu', F.leaky_relu, [uniform(SHAPE)]),
    ('softplus', F.softplus, [uniform(SHAPE, -6, 6)]),
    ('elu', F.elu, [uniform(SHAPE)]),
    ('clip', lambda x: torch.clamp(x, -0.5, 1.0), [uniform(SHAPE)]),
    ('where', lambda a, b: torch.where(CONDITION != 0, a, b), [uniform(SHAPE), uniform((5,))]),
    ('relu at 0', F.relu, [torch.zeros(2)]),
    ('leaky_relu at 0', F.leaky_relu, [torch.zeros(2)]),
    ('abs at 0', torch.abs, [torch.zeros(2)]),
    ('elu at 0', F.elu, [torch.zeros(2)]),
    ('clip at its ends', lambda x: torch.clamp(x, -0.5, 1.0), [torch.tensor([-0.5, 1.0])]),
    ('matmul', torch.matmul, [uniform((3, 4)), uniform((4, 5))]),
    ('matmul in batches', torch.matmul, [uniform((2, 3, 4)), uniform((2, 4, 5))]),
    ('matmul with one matrix', torch.matmul, [uniform((2, 3, 4)), uniform((4, 5))]),
    ('linear', F.linear, [uniform((2, 3, 4)), uniform((5, 4)), uniform((5,))]),
    ('sum', torch.sum, [uniform(SHAPE)]),
    ('sum over axes', lambda x: torch.sum(x, (0, 2)), [uniform((2, 3, 4))]),
    ('mean', torch.mean, [uniform(SHAPE)]),
    ('mean over an axis', lambda x: torch.mean(x, -1, keepdim=True), [uniform((2, 3, 4))]),
    ('max', lambda x: torch.max(x, 1).values, [uniform(SHAPE)]),
    ('log_sum_exp', lambda x: torch.logsumexp(x, 1), [uniform(SHAPE)]),
    ('softmax', lambda x: torch.softmax(x, 1), [uniform(SHAPE)]),
    ('log_softmax', lambda x: torch.log_softmax(x, 0), [uniform(SHAPE)]),
    ('transpose', lambda x: x.permute(2, 0, 1), [uniform((2, 3, 4))]),
    ('reshape', lambda x: x.reshape(4, 6), [uniform((2, 3, 4))]),
    ('concat', lambda a, b: torch.cat([a, b], 1), [uniform((2, 3)), uniform((2, 2))]),
    ('slice', lambda x: x[:, 1:4], [uniform(SHAPE)]),
    ('gather', lambda x: x[ROWS], [uniform(SHAPE)]),
    ('bce_with_logits', bce, [uniform(SHAPE, -4, 4), uniform(SHAPE, 0, 1)]),
    ('bce_with_logits far out', bce,
     [torch.tensor([[-100.0, 100.0], [-500.0, 500.0]]), torch.tensor([[0.25, 0.5], [1.0, 0.0]])]),
    ('cross_entropy_with_logits', lambda x: F.cross_entropy(x, LABELS, reduction='none'),
     [uniform(SHAPE)]),
    ('squared_error', lambda a, b: F.mse_loss(a, b, reduction='none').sum(1),
     [uniform(SHAPE), uniform(SHAPE)]),
    ('mse', F.mse_loss, [uniform(SHAPE), uniform(SHAPE)]),
    ('gaussian_kl', gaussian_kl, [uniform(SHAPE), uniform(SHAPE)]),
    ('gaussian_kl to a prior', gaussian_kl, [uniform(SHAPE) for _ in range(4)]),
    ('reparameterize', lambda m, l, e: m + torch.exp(0.5 * l) * e,
     [uniform(SHAPE) for _ in range(3)]),
]


def plain(array):
    return {'shape': list(array.shape), 'elements': array.detach().flatten().tolist()}


def evaluate(name, function, inputs):
    inputs = [x.clone().requires_grad_() for x in inputs]
    value = function(*inputs)
    cotangent = uniform(value.shape)
    value.backward(cotangent)
    return {
        'name': name,
        'inputs': [plain(x) for x in inputs],
        'cotangent': plain(cotangent),
        'value': plain(value),
        'gradients': [plain(x.grad) for x in inputs],
    }


def write(path, name, cases):
    lines = [json.dumps(evaluate(*case)) for case in cases]
    with open(path, 'w') as file:
        command = 'python3 tests/autograd/%s.py tests/autograd/%s.json' % (name, name)
        file.write('{"made_with": "%s",\n' % command)
        file.write('"torch": "%s",\n"cases": [\n' % torch.__version__)
        file.write(',\n'.join(lines) + '\n]}\n')


if __name__ == '__main__':
    write(sys.argv[1], 'oracle', CASES)
