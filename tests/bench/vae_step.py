#!/usr/bin/env python3
"""The work of vae_step.cpp in PyTorch, as one would write it, and in JAX, an epoch as one jitted scan.

    vae_step.py torch-eager|torch-fused|torch-compiled|jax THREADS

Prints name and version, or an empty line if it is not installed. Then, for each line that it reads,
trains for an epoch and prints how many images it took per second."""
import math
import os
import sys
import time

BATCH, INPUT, HIDDEN, LATENT = 128, 784, 400, 20
BATCHES_PER_EPOCH = 100  # as in vae_step.cpp
RATE = 1e-3
COUNT = BATCH * BATCHES_PER_EPOCH


def torch_epoch(kind, threads):
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Vae(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Linear(INPUT, HIDDEN)
            self.mean = nn.Linear(HIDDEN, LATENT)
            self.log_variance = nn.Linear(HIDDEN, LATENT)
            self.decoder = nn.Linear(LATENT, HIDDEN)
            self.output = nn.Linear(HIDDEN, INPUT)

        def forward(self, x):
            h = F.relu(self.encoder(x))
            mean, log_variance = self.mean(h), self.log_variance(h)
            z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            logits = self.output(F.relu(self.decoder(z)))
            reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
            return (reconstruction + kl) / len(x)

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    images = torch.rand(COUNT, INPUT)
    vae = Vae()
    adam = torch.optim.Adam(vae.parameters(), lr=RATE, fused=kind != "torch-eager")
    loss = torch.compile(vae) if kind == "torch-compiled" else vae

    def epoch():
        for rows in torch.randperm(COUNT).split(BATCH):
            adam.zero_grad()
            loss(images[rows]).backward()
            adam.step()

    words = {"torch-eager": "eager", "torch-fused": "fused Adam", "torch-compiled": "compiled"}
    return f"PyTorch {torch.__version__.split('+')[0]}, {words[kind]}", epoch


def jax_epoch(threads):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])  # its threads are as many
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax
    from jax import numpy as jnp

    def linear(key, inputs, outputs):
        bound = 1 / math.sqrt(inputs)
        return {"weight": jax.random.uniform(key, (inputs, outputs), minval=-bound, maxval=bound),
                "bias": jnp.zeros(outputs)}

    def apply(layer, x):
        return x @ layer["weight"] + layer["bias"]

    def loss(p, x, key):
        h = jax.nn.relu(apply(p["encoder"], x))
        mean, log_variance = apply(p["mean"], h), apply(p["log_variance"], h)
        z = mean + jnp.exp(0.5 * log_variance) * jax.random.normal(key, mean.shape)
        logits = apply(p["output"], jax.nn.relu(apply(p["decoder"], z)))
        reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits)
        kl = -0.5 * jnp.sum(1 + log_variance - mean**2 - jnp.exp(log_variance))
        return (reconstruction + kl) / len(x)

    def step(images, state, this):
        p, m, v, t = state
        rows, key = this
        g = jax.grad(loss)(p, images[rows], key)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate, unbias = RATE / (1 - 0.9**t), 1 / (1 - 0.999**t)
        p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(unbias * v) + 1e-8), p, m, v)
        return (p, m, v, t), None

    def run(state, images, key):
        for_order, for_noise = jax.random.split(key)
        rows = jax.random.permutation(for_order, COUNT).reshape(BATCHES_PER_EPOCH, BATCH)
        keys = jax.random.split(for_noise, BATCHES_PER_EPOCH)
        return jax.lax.scan(lambda state, this: step(images, state, this), state, (rows, keys))[0]

    run = jax.jit(run, donate_argnums=0)
    keys = iter(jax.random.split(jax.random.key(0), 1000))
    images = jax.random.uniform(next(keys), (COUNT, INPUT))
    p = {name: linear(next(keys), i, o)
         for name, i, o in (("encoder", INPUT, HIDDEN), ("mean", HIDDEN, LATENT),
                            ("log_variance", HIDDEN, LATENT), ("decoder", LATENT, HIDDEN),
                            ("output", HIDDEN, INPUT))}
    state = (p, jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p), 0.0)

    def epoch():
        nonlocal state
        state = jax.block_until_ready(run(state, images, next(keys)))

    return f"JAX {jax.__version__}, one scan", epoch


def main():
    kind, threads = sys.argv[1], int(sys.argv[2])
    try:
        name, epoch = jax_epoch(threads) if kind == "jax" else torch_epoch(kind, threads)
    except ImportError:
        name, epoch = "", None
    print(name, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        epoch()
        print(COUNT / (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()
