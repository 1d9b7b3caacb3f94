"""
The two kinds of attribute classifier. Both take [n, 3, 32, 32] in [-1, 1] and answer with features [n, F] and, per prompt
slot, logits [n, values].
"""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from network import SLOT_SIZES


class RewardClassifier(nn.Module):
    """Four 3x3 convolutions (strides 2, 2, 2, 1), each with GroupNorm of 8 groups and SiLU; no batch statistics."""

    description = "conv 32-64-128-128 (strides 2, 2, 2, 1), GroupNorm 8, SiLU; dense 96, SiLU; six heads"
    features = 96

    def __init__(self):
        super().__init__()
        widths = (3, 32, 64, 128, 128)
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2 if i < 3 else 1, padding=1)
            for i, (a, b) in enumerate(zip(widths[:-1], widths[1:]))
        )
        self.norms = nn.ModuleList(nn.GroupNorm(8, width) for width in widths[1:])
        self.dense = nn.Linear(128 * 16, self.features)
        self.heads = nn.ModuleList(nn.Linear(self.features, size) for size in SLOT_SIZES)

    def levels(self, x):
        """Features of each of the four layers."""
        levels = []
        for conv, norm in zip(self.convs, self.norms):
            x = F.silu(norm(conv(x)))
            levels.append(x)
        return levels

    def read(self, levels):
        """Features [n, F] and logits per slot, from the last layer's."""
        features = F.silu(self.dense(levels[-1].flatten(1)))
        return features, [head(features) for head in self.heads]

    def forward(self, x):
        return self.read(self.levels(x))

    def folded(self):
        return copy.deepcopy(self).eval()


class EvaluationClassifier(nn.Module):
    """A small residual network with ReLU; batch normalisation while training, folded into the convolutions for use."""

    description = "conv5 32 /2, conv3 64 /2, residual 64, conv3 96 /2, residual 96, ReLU; dense 128, ReLU; six heads"
    features = 128
    LAYERS = {
        "stem": (3, 32, 5, 2),
        "shrink1": (32, 64, 3, 2),
        "block1a": (64, 64, 3, 1),
        "block1b": (64, 64, 3, 1),
        "shrink2": (64, 96, 3, 2),
        "block2a": (96, 96, 3, 1),
        "block2b": (96, 96, 3, 1),
    }

    def __init__(self):
        super().__init__()
        for name, (inside, outside, kernel, stride) in self.LAYERS.items():
            setattr(self, name, nn.Conv2d(inside, outside, kernel, stride=stride, padding=kernel // 2))
            setattr(self, f"{name}_norm", nn.BatchNorm2d(outside))
        self.dense = nn.Linear(96 * 16, self.features)
        self.heads = nn.ModuleList(nn.Linear(self.features, size) for size in SLOT_SIZES)

    def layer(self, name, x):
        return getattr(self, f"{name}_norm")(getattr(self, name)(x))

    def forward(self, x):
        x = F.relu(self.layer("shrink1", F.relu(self.layer("stem", x))))
        x = F.relu(x + self.layer("block1b", F.relu(self.layer("block1a", x))))
        x = F.relu(self.layer("shrink2", x))
        x = F.relu(x + self.layer("block2b", F.relu(self.layer("block2a", x))))
        features = F.relu(self.dense(x.flatten(1)))
        return features, [head(features) for head in self.heads]

    @torch.no_grad()
    def folded(self):
        """The same function without norms: w / sqrt(variance + tiny) and the shift go into weight and bias."""
        copied = copy.deepcopy(self).eval()
        for name in self.LAYERS:
            conv, norm = getattr(copied, name), getattr(copied, f"{name}_norm")
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            conv.weight.mul_(gain[:, None, None, None])
            conv.bias.copy_((conv.bias - norm.running_mean) * gain + norm.bias)
            setattr(copied, f"{name}_norm", nn.Identity())
        return copied
