#!/usr/bin/env python3
"""The work of vae_step.cpp in PyTorch, as one would write it. Prints images per second: the median
over epochs, the first of which is left out. Takes the number of threads."""
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH, INPUT, HIDDEN, LATENT = 128, 784, 400, 20
BATCHES_PER_EPOCH, EPOCHS = 100, 21  # as in vae_step.cpp


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(INPUT, HIDDEN)
        self.mean = nn.Linear(HIDDEN, LATENT)
        self.log_variance = nn.Linear(HIDDEN, LATENT)
        self.decoder = nn.Linear(LATENT, HIDDEN)
        self.output = nn.Linear(HIDDEN, INPUT)

    def loss(self, x):
        h = F.relu(self.encoder(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        logits = self.output(F.relu(self.decoder(z)))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
        return (reconstruction + kl) / len(x)


torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
images = torch.rand(BATCH * BATCHES_PER_EPOCH, INPUT)
vae = Vae()
adam = torch.optim.Adam(vae.parameters(), lr=1e-3)

seconds = []
for epoch in range(EPOCHS):
    start = time.perf_counter()
    for rows in torch.randperm(len(images)).split(BATCH):
        adam.zero_grad()
        vae.loss(images[rows]).backward()
        adam.step()
    seconds.append(time.perf_counter() - start)
print(len(images) / statistics.median(seconds[1:]))
