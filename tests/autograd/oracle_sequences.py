#!/usr/bin/env python3
"""Writes oracle_sequences.json: what oracle.py does, for recurrent nets.

    python3 tests/autograd/oracle_sequences.py tests/autograd/oracle_sequences.json

PyTorch's layers multiply x by a weight before, which is the identity here, and know another bias, which is
zero. Behind the end of a sequence their results are zero, where ours keep the last state.
"""

import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from oracle import uniform, write

STEPS, BATCH, UNITS = 4, 3, 2
LENGTHS = torch.tensor([2, 4, 1])


def layer(kind, gates, lengths=None):
    """A function of x, weight, bias and first states, which calls torch.nn.LSTM or torch.nn.GRU."""

    def run(x, weight, bias, *first):
        parameters = {
            'weight_ih_l0': torch.eye(gates * UNITS),
            'weight_hh_l0': weight,
            'bias_ih_l0': torch.zeros(gates * UNITS),
            'bias_hh_l0': bias,
        }
        state = tuple(h[None] for h in first)
        state = state if len(state) > 1 else state[0]
        steps = x if lengths is None else pack_padded_sequence(x, lengths, enforce_sorted=False)
        net = kind(gates * UNITS, UNITS)
        y, last = torch.func.functional_call(net, parameters, (steps, state))
        if lengths is None:
            return y
        y, _ = pad_packed_sequence(y, total_length=STEPS)
        last = last[0] if isinstance(last, tuple) else last
        running = torch.arange(STEPS)[:, None] < lengths
        return torch.where(running[..., None], y, last)

    return run


def inputs(gates, states):
    width = gates * UNITS
    return [uniform((STEPS, BATCH, width)), uniform((width, UNITS)), uniform((width,))
            ] + [uniform((BATCH, UNITS)) for _ in range(states)]


torch.manual_seed(3)

# The name that the test knows, the function, its inputs.
CASES = [
    ('lstm', layer(torch.nn.LSTM, 4), inputs(4, 2)),
    ('lstm with lengths', layer(torch.nn.LSTM, 4, LENGTHS), inputs(4, 2)),
    ('gru', layer(torch.nn.GRU, 3), inputs(3, 1)),
    ('gru with lengths', layer(torch.nn.GRU, 3, LENGTHS), inputs(3, 1)),
]

if __name__ == '__main__':
    write(sys.argv[1], 'oracle_sequences', CASES)
