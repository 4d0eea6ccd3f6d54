"""What the scripts of this folder share: a VAE and the training of a model in PyTorch, as one would write
them, and turns taken with a benchmark that counts examples per second."""
import sys
import time


def torch_epoch(kind, threads, networks, shape, latent, batch):
    """What `torch_training` gives, for a VAE.

    `networks(nn)` gives the layers from the image to the features, how many features those are, and the
    layers from the code to the logits; `shape` is that of all images, (N, ...). The kind `torch-last` has
    channels last in memory, and so has `torch-compiled` where there are any."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Vae(nn.Module):
        def __init__(self):
            super().__init__()
            self.see, features, self.draw = networks(nn)
            self.mean = nn.Linear(features, latent)
            self.log_variance = nn.Linear(features, latent)

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
    images, vae = torch.rand(*shape), Vae()
    if len(shape) == 4 and kind in ("torch-last", "torch-compiled"):
        images = images.to(memory_format=torch.channels_last)
        vae = vae.to(memory_format=torch.channels_last)
    return torch_training(kind, vae, images, batch)


def torch_training(kind, model, examples, batch):
    """The name of PyTorch and its version, and a function that trains for an epoch. The value of the model
    at some examples is the loss. Of the kinds `torch-eager` is as one writes it, the others have a fused
    Adam, and `torch-compiled` goes through torch.compile."""
    import torch

    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=kind != "torch-eager")
    loss = torch.compile(model) if kind == "torch-compiled" else model

    def epoch():
        for rows in torch.randperm(len(examples)).split(batch):
            adam.zero_grad()
            loss(examples[rows]).backward()
            adam.step()

    words = {"torch-eager": "eager", "torch-fused": "fused Adam", "torch-last": "channels last",
             "torch-compiled": "compiled"}
    return f"PyTorch {torch.__version__.split('+')[0]}, {words[kind]}", epoch


def take_turns(epoch_of, examples):
    """Prints name and version of the kind on the command line, or an empty line if it is not installed.
    Then, for each line that it reads, trains for an epoch and prints how many examples it took per second.

    `epoch_of(kind, threads)` gives that name and the epoch, which has so many examples."""
    kind, threads = sys.argv[1], int(sys.argv[2])
    try:
        name, epoch = epoch_of(kind, threads)
    except ImportError:
        name, epoch = "", None
    print(name, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        epoch()
        print(examples / (time.perf_counter() - start), flush=True)
