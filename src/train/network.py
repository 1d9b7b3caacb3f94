"""
The network of the glyph model: a small U-Net that predicts x0Hat from a noisy image, its time, and a prompt of six slots.
src/network builds the same function in TensorFlow.js from the same tensors; test/network compares the two.

Conventions: x [B, 3, 32, 32] in [-1, 1]; rectified flow x_t = (1 - t) x0 + t eps, t in [0, 1]; prompt [B, 6] of token
numbers, one per slot of src/prompt/vocabulary.json, the last token of a slot meaning "not said".

`s`, 0 <= s <= t, is the time that the caller jumps to. The teacher has no use for it (its embedding stays zero); a flow-map
student answers with the x0Hat for which the straight line from x_t lands on the teacher's x_s [Boffi24, Kim24].
"""

import json
import math
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

VOCABULARY = json.loads((Path(__file__).parent.parent / "prompt" / "vocabulary.json").read_text())
SLOT_SIZES = [len(slot["values"]) for slot in VOCABULARY["slots"]]

PATCH = 2
CHANNELS = (64, 96, 128)
EMBEDDING = 160
FREQUENCIES = 32
HEADS = 4
GROUPS = 8
PROMPT_CHANNELS = 32


class ResBlock(nn.Module):
    """GroupNorm, SiLU, 3x3 convolution, twice; the embedding scales and shifts the second norm (FiLM)."""

    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.film = nn.Linear(EMBEDDING, 2 * channels_out)
        self.norm2 = nn.GroupNorm(GROUPS, channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        self.skip = nn.Conv2d(channels_in, channels_out, 1) if channels_in != channels_out else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x, embedding):
        h = self.conv1(F.silu(self.norm1(x)))
        scale, shift = self.film(embedding)[:, :, None, None].chunk(2, 1)
        h = self.norm2(h) * (1 + scale) + shift
        return self.skip(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    """Self-attention over the positions of an image, with 4 heads; qkv and out are matrix products (1x1)."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        batch, channels, height, width = x.shape
        heads = self.qkv(self.norm(x)).reshape(batch, 3, HEADS, channels // HEADS, height * width)
        q, k, v = heads.unbind(1)
        weights = ((q * (channels // HEADS) ** -0.5).transpose(-1, -2) @ k).softmax(-1)
        mixed = v @ weights.transpose(-1, -2)
        return x + self.out(mixed.reshape(batch, channels, height, width))


class GlyphNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        low, middle, high = CHANNELS
        self.input = nn.Conv2d(3 * PATCH * PATCH, low, 3, padding=1)
        self.position = nn.Parameter(torch.zeros(1, low, 16, 16))
        self.time1 = nn.Linear(2 * FREQUENCIES, EMBEDDING)
        self.time2 = nn.Linear(EMBEDDING, EMBEDDING)
        self.jump = nn.Linear(2 * FREQUENCIES, EMBEDDING)
        nn.init.zeros_(self.jump.weight)
        nn.init.zeros_(self.jump.bias)
        self.tokens = nn.ModuleList([nn.Embedding(size + 1, EMBEDDING) for size in SLOT_SIZES])
        self.prompt1 = nn.Linear(EMBEDDING, EMBEDDING)
        self.prompt2 = nn.Linear(EMBEDDING, EMBEDDING)
        # Where a stroke of this character goes: without it, convolutions draw strokes but no letters.
        self.layout = nn.Linear(EMBEDDING, PROMPT_CHANNELS * 64)
        self.layout_mix = nn.Conv2d(PROMPT_CHANNELS, middle, 1)
        nn.init.zeros_(self.layout_mix.weight)
        nn.init.zeros_(self.layout_mix.bias)
        self.down1 = ResBlock(low, low)
        self.shrink1 = nn.Conv2d(low, low, 3, stride=2, padding=1)
        self.down2 = ResBlock(low, middle)
        self.attend_down = Attention(middle)
        self.shrink2 = nn.Conv2d(middle, middle, 3, stride=2, padding=1)
        self.down3 = ResBlock(middle, high)
        self.middle1 = ResBlock(high, high)
        self.attend_middle = Attention(high)
        self.middle2 = ResBlock(high, high)
        self.up3 = ResBlock(2 * high, high)
        self.up2 = ResBlock(high + middle, middle)
        self.attend_up = Attention(middle)
        self.up1 = ResBlock(middle + low, low)
        self.norm = nn.GroupNorm(GROUPS, low)
        self.output = nn.Conv2d(low, 3 * PATCH * PATCH, 3, padding=1)
        # In double precision, since PyTorch's linspace of floats depends on the processor's vector width.
        frequencies = torch.exp(torch.linspace(0, math.log(1000), FREQUENCIES, dtype=torch.float64)).float()
        self.register_buffer("frequencies", frequencies, persistent=False)

    def waves(self, t):
        angle = t[:, None] * self.frequencies[None]
        return torch.cat([angle.sin(), angle.cos()], 1)

    def forward(self, x, t, s, prompt):
        """x0Hat [B, 3, 32, 32] for x [B, 3, 32, 32], t [B], s [B], prompt [B, 6]."""
        asked = sum(table(prompt[:, slot]) for slot, table in enumerate(self.tokens))
        embedding = self.time2(F.silu(self.time1(self.waves(t)))) + self.jump(self.waves(s))
        embedding = F.silu(embedding + self.prompt2(F.silu(self.prompt1(asked))))
        layout = self.layout_mix(self.layout(embedding).view(-1, PROMPT_CHANNELS, 8, 8))

        h = self.input(F.pixel_unshuffle(x, PATCH).contiguous(memory_format=torch.channels_last)) + self.position
        skip1 = self.down1(h, embedding)
        skip2 = self.attend_down(self.down2(self.shrink1(skip1), embedding) + layout)
        skip3 = self.down3(self.shrink2(skip2), embedding)
        h = self.middle2(self.attend_middle(self.middle1(skip3, embedding)), embedding)
        h = self.up3(torch.cat([h, skip3], 1), embedding)
        h = F.interpolate(h, scale_factor=2, mode="nearest")
        h = self.attend_up(self.up2(torch.cat([h, skip2], 1), embedding) + layout)
        h = F.interpolate(h, scale_factor=2, mode="nearest")
        h = self.up1(torch.cat([h, skip1], 1), embedding)
        return F.pixel_shuffle(self.output(F.silu(self.norm(h))), PATCH)


def unsaid(prompt):
    """The empty prompt for as many images: every slot at its last token."""
    return torch.tensor(SLOT_SIZES)[None].expand(len(prompt), -1)


def without(prompt, slots):
    """The prompts [n, 6] with these slots "not said"."""
    lost = torch.isin(torch.arange(len(SLOT_SIZES)), torch.tensor(slots))
    return torch.where(lost[None], unsaid(prompt), prompt)
