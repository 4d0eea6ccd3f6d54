#!/usr/bin/env python3
"""Writes oracle_images.json: what oracle.py does, for convolutions, pooling and upsampling.

    python3 tests/autograd/oracle_images.py tests/autograd/oracle_images.json

PyTorch has the channels of an image in front, (B, C, H, W), and those of a kernel, (O, C, h, w).
"""

import sys

import torch
import torch.nn.functional as F

from oracle import uniform, write


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def on_images(function):
    """Of a function of what PyTorch has, one of images and kernels as we have them."""
    return lambda *inputs: channels_last(
        function(*(channels_first(x) if x.dim() == 4 else x for x in inputs)))


def patches(x, kernel, **slide):
    columns = F.unfold(channels_first(x), kernel, **slide)  # (B, C h w, places)
    rows = columns.unflatten(1, (x.shape[3], *kernel)).permute(0, 4, 2, 3, 1)
    return rows.reshape(-1, kernel[0] * kernel[1] * x.shape[3])


torch.manual_seed(2)

# The name that the test knows, the function, its inputs.
CASES = [
    ('patches', lambda x: patches(x, (3, 2), stride=2, padding=1), [uniform((2, 5, 4, 3))]),
    ('conv2d', on_images(lambda x, k, b: F.conv2d(x, k, b, stride=2, padding=1)),
     [uniform((2, 5, 4, 3)), uniform((4, 3, 2, 3)), uniform((4,))]),
    ('conv2d without bias', on_images(F.conv2d), [uniform((2, 3, 4, 2)), uniform((2, 2, 3, 2))]),
    ('conv2d_transposed',
     on_images(lambda x, k, b: F.conv_transpose2d(x, k, b, stride=2, padding=1, output_padding=1)),
     [uniform((2, 3, 2, 4)), uniform((4, 3, 3, 2)), uniform((2,))]),
    ('conv2d_transposed without bias', on_images(lambda x, k: F.conv_transpose2d(x, k, stride=3)),
     [uniform((2, 2, 2, 3)), uniform((3, 2, 1, 2))]),
    ('max_pool2d', on_images(lambda x: F.max_pool2d(x, 3, 2)), [uniform((2, 5, 6, 3))]),
    ('average_pool2d', on_images(lambda x: F.avg_pool2d(x, 2)), [uniform((2, 4, 5, 3))]),
    ('upsample_nearest', on_images(lambda x: F.interpolate(x, scale_factor=3, mode='nearest')),
     [uniform((2, 1, 2, 3))]),
]

if __name__ == '__main__':
    write(sys.argv[1], 'oracle_images', CASES)
