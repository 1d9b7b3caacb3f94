"""
Tells drawn glyphs from real ones of the same prompt: small trained heads on the frozen features of a critic [Sauer21, Sauer23],
and one head on the pixels themselves, for edges. Prompts enter by projection [Miyato18].
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from classifier_networks import RewardClassifier
from network import SLOT_SIZES

WIDTH = 48
LEVELS = (32, 64, 128, 128)  # channels of the critic's four layers


def load_critics(tensors):
    """The frozen critics of `critic-classifiers.safetensors`, one per member."""
    critics = []
    for member in sorted({name.split(".")[0] for name in tensors}):
        critic = RewardClassifier()
        critic.load_state_dict({name.split(".", 1)[1]: value for name, value in tensors.items() if name.split(".")[0] == member})
        for parameter in critic.parameters():
            parameter.requires_grad_(False)
        critics.append(critic.to(memory_format=torch.channels_last).eval())
    return critics


class Head(nn.Module):
    """
    Scores [n, places] of one level of features [n, c, h, w], given the prompt's vector. Not held down by spectral norms: on
    frozen features they kept it from telling anything apart (loss 1.95 of 2 after 200 steps).
    """

    def __init__(self, channels, stride=1):
        super().__init__()
        self.mix = nn.Conv2d(channels, WIDTH, 1)
        self.look = nn.Conv2d(WIDTH, WIDTH, 3, stride=stride, padding=1)
        self.score = nn.Conv2d(WIDTH, 1, 1)
        self.asked = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, features, prompt):
        h = F.leaky_relu(self.mix(features), 0.2)
        h = F.leaky_relu(self.look(h), 0.2)
        matching = (h * self.asked(prompt)[:, :, None, None]).sum(1, keepdim=True) / WIDTH**0.5
        return (self.score(h) + matching).flatten(1)


class Discriminator(nn.Module):
    """Scores [n, places of all heads] of images, their critic's features and their prompts; above 0 looks real."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.ModuleList([nn.Embedding(size + 1, WIDTH) for size in SLOT_SIZES])
        self.pixels = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, WIDTH, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
        )
        self.heads = nn.ModuleList([Head(channels, 2 if i == 0 else 1) for i, channels in enumerate((*LEVELS, WIDTH))])

    def forward(self, x, levels, prompt):
        asked = sum(table(prompt[:, slot]) for slot, table in enumerate(self.tokens)) / len(SLOT_SIZES) ** 0.5
        return torch.cat([head(f, asked) for head, f in zip(self.heads, [*levels, self.pixels(x)])], 1)
