#!/usr/bin/env python3
"""Writes oracle.hpp: what PyTorch's optimizers make of a small quadratic, step by step.

    python3 oracle.py > oracle.hpp
"""
import torch

STEPS = 6

CASES = {
    "sgd": lambda w: torch.optim.SGD(w, lr=0.005),
    "momentum": lambda w: torch.optim.SGD(w, lr=0.002, momentum=0.9),
    "nesterov": lambda w: torch.optim.SGD(w, lr=0.002, momentum=0.8, nesterov=True),
    "rmsprop": lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9, eps=1e-3),
    "adam": lambda w: torch.optim.Adam(w, lr=0.1, betas=(0.8, 0.95), eps=1e-3),
    "adamw": lambda w: torch.optim.AdamW(w, lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.5),
}


def run(make):
    """The parameters after each step; the learning rate is halved after the third."""
    w = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    curvature = torch.tensor([1.0, 10.0, 100.0], dtype=torch.float64)
    optimizer = make([w])
    path = []
    for step in range(STEPS):
        if step == 3:
            optimizer.param_groups[0]["lr"] /= 2
        optimizer.zero_grad()
        (curvature * (w - 0.5) ** 2 / 2).sum().backward()
        optimizer.step()
        path.append(w.tolist())
    return path


print(f"// Written by oracle.py with PyTorch {torch.__version__}; run that to change it.")
print("#pragma once\n")
print("#include <array>\n#include <map>\n#include <string>\n#include <vector>\n")
print("/// By name of the optimizer: the three parameters after each step.")
print("inline const std::map<std::string, std::vector<std::array<double, 3>>> oracle = {")
for name, make in CASES.items():
    print(f'    {{"{name}",')
    rows = ["{" + ", ".join(repr(x) for x in row) + "}" for row in run(make)]
    print("     {" + ",\n      ".join(rows) + "}},")
print("};")
