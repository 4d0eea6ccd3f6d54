#!/usr/bin/env python3
"""The work of conv_step.cpp in PyTorch, as one would write it.

    conv_step.py torch-eager|torch-fused|torch-last|torch-compiled THREADS

`last` has channels last in memory and a fused Adam, `compiled` that and torch.compile. Prints name and
version, or an empty line if it is not installed. Then, for each line that it reads, trains for an epoch
and prints how many images it took per second."""
import sys
import time

BATCH, CODE, HIDDEN = 128, 20, 256
BATCHES_PER_EPOCH = 20  # as in conv_step.cpp
RATE = 1e-3
COUNT = BATCH * BATCHES_PER_EPOCH


def torch_epoch(kind, threads):
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Vae(nn.Module):
        def __init__(self):
            super().__init__()
            self.see = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1),
                                     nn.ReLU(), nn.Flatten(), nn.Linear(3136, HIDDEN), nn.ReLU())
            self.mean = nn.Linear(HIDDEN, CODE)
            self.log_variance = nn.Linear(HIDDEN, CODE)
            self.draw = nn.Sequential(nn.Linear(CODE, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 3136),
                                      nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
                                      nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(),
                                      nn.ConvTranspose2d(32, 1, 4, 2, 1))

        def forward(self, x):
            h = self.see(x)
            mean, log_variance = self.mean(h), self.log_variance(h)
            z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            logits = self.draw(z)
            reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
            return (reconstruction + kl) / len(x)

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    images = torch.rand(COUNT, 1, 28, 28)
    vae = Vae()
    if kind in ("torch-last", "torch-compiled"):
        images = images.to(memory_format=torch.channels_last)
        vae = vae.to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(vae.parameters(), lr=RATE, fused=kind != "torch-eager")
    loss = torch.compile(vae) if kind == "torch-compiled" else vae

    def epoch():
        for rows in torch.randperm(COUNT).split(BATCH):
            adam.zero_grad()
            loss(images[rows]).backward()
            adam.step()

    words = {"torch-eager": "eager", "torch-fused": "fused Adam", "torch-last": "channels last",
             "torch-compiled": "compiled"}
    return f"PyTorch {torch.__version__.split('+')[0]}, {words[kind]}", epoch


def main():
    kind, threads = sys.argv[1], int(sys.argv[2])
    try:
        name, epoch = torch_epoch(kind, threads)
    except ImportError:
        name, epoch = "", None
    print(name, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        epoch()
        print(COUNT / (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()
