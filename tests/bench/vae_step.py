#!/usr/bin/env python3
"""The work of vae_step.cpp in PyTorch, as one would write it, and in JAX, an epoch as one jitted scan.

    vae_step.py torch-eager|torch-fused|torch-compiled|jax THREADS"""
import math
import os

import peers

BATCH, INPUT, HIDDEN, LATENT = 128, 784, 400, 20
BATCHES_PER_EPOCH = 100  # as in vae_step.cpp
RATE = 1e-3
COUNT = BATCH * BATCHES_PER_EPOCH


def networks(nn):
    see = nn.Sequential(nn.Linear(INPUT, HIDDEN), nn.ReLU())
    draw = nn.Sequential(nn.Linear(LATENT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, INPUT))
    return see, HIDDEN, draw


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


def epoch_of(kind, threads):
    if kind == "jax":
        return jax_epoch(threads)
    return peers.torch_epoch(kind, threads, networks, (COUNT, INPUT), LATENT, BATCH)


if __name__ == "__main__":
    peers.take_turns(epoch_of, COUNT)
