#!/usr/bin/env python3
"""The work of conv_step.cpp in PyTorch.

    conv_step.py torch-eager|torch-fused|torch-last|torch-compiled THREADS"""
import peers

BATCH, LATENT, FEATURES = 128, 20, 256
COUNT = 20 * BATCH  # images of an epoch, as in conv_step.cpp


def networks(nn):
    see = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
                        nn.Flatten(), nn.Linear(3136, FEATURES), nn.ReLU())
    draw = nn.Sequential(nn.Linear(LATENT, FEATURES), nn.ReLU(), nn.Linear(FEATURES, 3136), nn.ReLU(),
                         nn.Unflatten(1, (64, 7, 7)), nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(),
                         nn.ConvTranspose2d(32, 1, 4, 2, 1))
    return see, FEATURES, draw


def epoch_of(kind, threads):
    return peers.torch_epoch(kind, threads, networks, (COUNT, 1, 28, 28), LATENT, BATCH)


if __name__ == "__main__":
    peers.take_turns(epoch_of, COUNT)
