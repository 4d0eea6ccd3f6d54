#!/usr/bin/env python3
"""The work of lstm_step.cpp in PyTorch.

    lstm_step.py torch-eager|torch-fused|torch-compiled THREADS"""
import peers

STEPS, BATCH, SYMBOLS, EMBEDDING, UNITS, CODE = 32, 128, 64, 64, 256, 32
COUNT = 5 * BATCH  # sequences of an epoch, as in lstm_step.cpp


def epoch_of(kind, threads):
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(SYMBOLS, EMBEDDING)
            self.encoder = nn.LSTM(EMBEDDING, UNITS)
            self.to_code = nn.Linear(UNITS, CODE)
            self.from_code = nn.Linear(CODE, UNITS)
            self.decoder = nn.LSTM(EMBEDDING, UNITS)
            self.output = nn.Linear(UNITS, SYMBOLS)

        def forward(self, words):
            words = words.t()  # time first, which is faster
            before = torch.cat([torch.zeros_like(words[:1]), words[:-1]])
            _, (last, _) = self.encoder(self.embed(words))
            h = torch.tanh(self.from_code(self.to_code(last)))
            states, _ = self.decoder(self.embed(before), (h, torch.zeros_like(h)))
            logits = self.output(states).flatten(0, 1)
            return F.cross_entropy(logits, words.flatten(), reduction="sum") / words.shape[1]

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    return peers.torch_training(kind, Autoencoder(), torch.randint(SYMBOLS, (COUNT, STEPS)), BATCH)


if __name__ == "__main__":
    peers.take_turns(epoch_of, COUNT)
