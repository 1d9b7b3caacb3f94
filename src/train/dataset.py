"""
The drawn glyphs of src/train/data as training batches: coloured images with prompts.

Images are [n, 3, 32, 32] in [-1, 1]. Prompts are [n, 6] token numbers in the order of src/prompt/vocabulary.json; the last
token of a slot means "not said", and is also the label of an image whose font's metadata does not say.
"""

import json
from pathlib import Path

import numpy as np
import torch

from network import SLOT_SIZES, VOCABULARY

RULES = json.loads((Path(__file__).parent / "data" / "rules.json").read_text())
COLOUR_NAMES = list(VOCABULARY["colours"])
COLOURS = torch.tensor([VOCABULARY["colours"][name] for name in COLOUR_NAMES])
LUMINANCE = COLOURS @ torch.tensor([0.3, 0.59, 0.11])
CHARACTER, WEIGHT, SLANT, TYPEFACE, INK, BACKGROUND = range(6)
STYLE = [WEIGHT, SLANT, TYPEFACE]


def _allowed_colours():
    """
    Three matrices [ink, background] of 0 and 1: pairs that are seen in training, pairs that are held out, and all others of two
    colours, which are too near each other in hue or in luminance for the data.
    """
    rule = RULES["colours"]
    apart = torch.cdist(COLOURS, COLOURS) >= rule["minDistance"]
    bright = (LUMINANCE[:, None] - LUMINANCE[None]).abs() >= rule["minLuminanceDifference"]
    held = torch.zeros_like(apart)
    for ink, background in RULES["heldOutCombinations"]["colours"]:
        held[COLOUR_NAMES.index(ink), COLOUR_NAMES.index(background)] = True
    distinct = ~torch.eye(len(COLOURS), dtype=torch.bool)
    far = apart & bright
    return (far & ~held).float(), (far & held).float(), (distinct & ~far & ~held).float()


SEEN_COLOURS, HELD_OUT_COLOURS, NEAR_COLOURS = _allowed_colours()


class Glyphs:
    """The data set in a folder that the data stage wrote. `split` keeps one of train, validation, heldOut."""

    def __init__(self, folder, split, held_out_combinations=False, families=None):
        folder = Path(folder)
        if not (folder / "glyphs.json").exists():
            raise SystemExit(f"{folder}: must hold glyphs.json, got none; run `npm run train -- data` first")
        labels = json.loads((folder / "glyphs.json").read_text())
        self.sha256 = (folder / "sha256").read_text().strip()
        size = labels["size"]
        images = np.fromfile(folder / "glyphs.bin", np.uint8).reshape(-1, size, size)
        style = np.array(labels["style"])
        styles = labels["styles"]
        keep = np.array([s["split"] == split for s in styles])[style]
        keep &= np.array(labels["heldOutCombination"]) == int(held_out_combinations)
        if families is not None:
            keep &= np.array([s["family"] in families for s in styles])[style]
        self.families = [styles[i]["family"] for i in style[keep]]
        self.images = torch.from_numpy(images[keep])
        self.prompts = torch.stack(
            [
                torch.from_numpy(np.array(labels["character"])[keep]),
                *(
                    torch.from_numpy(_slot(styles, name, SLOT_SIZES[slot])[style[keep]])
                    for slot, name in ((WEIGHT, "weight"), (SLANT, "slant"), (TYPEFACE, "typeface"))
                ),
            ],
            1,
        ).long()
        self._weigh()

    def _weigh(self):
        counts = torch.bincount(self.prompts[:, TYPEFACE], minlength=SLOT_SIZES[TYPEFACE] + 1).float()
        # Between "as many as there are" and "all classes alike": sans is 15 times as frequent as handwriting.
        self.chances = counts.clamp(min=1).rsqrt()[self.prompts[:, TYPEFACE]]

    @staticmethod
    def joined(sets):
        """One data set of several."""
        first, *others = sets
        for other in others:
            first.families = first.families + other.families
            first.images = torch.cat([first.images, other.images])
            first.prompts = torch.cat([first.prompts, other.prompts])
        first._weigh()
        return first

    def __len__(self):
        return len(self.images)

    def batch(self, size, generator=None, colours=SEEN_COLOURS):
        """`size` coloured images and their full prompts, drawn with replacement."""
        index = torch.multinomial(self.chances, size, replacement=True, generator=generator)
        return self.coloured(index, generator, colours)

    def coloured(self, index, generator=None, colours=SEEN_COLOURS):
        ink, background = draw_colours(len(index), generator, colours)
        prompt = torch.cat([self.prompts[index], ink[:, None], background[:, None]], 1)
        return composite(self.images[index], ink, background, generator), prompt


def _slot(styles, name, size):
    values = np.array([s[name] for s in styles])
    return np.where(values < 0, size, values)


def draw_colours(size, generator=None, colours=SEEN_COLOURS):
    """Token numbers of ink and background [size] each, all allowed pairs alike."""
    pair = torch.multinomial(colours.flatten(), size, replacement=True, generator=generator)
    return torch.div(pair, len(COLOUR_NAMES), rounding_mode="floor"), pair % len(COLOUR_NAMES)


def composite(coverage, ink, background, generator=None, jitter=RULES["colours"]["jitter"]):
    """Coverage [n, 32, 32] of bytes in the given colours, each colour jittered: [n, 3, 32, 32] in [-1, 1]."""

    def colour(token):
        noise = jitter * torch.randn(len(token), 3, generator=generator)
        return (COLOURS[token] + noise).clamp(0, 1)[:, :, None, None]

    front, back = colour(ink), colour(background)
    return (back + (front - back) * (coverage[:, None].float() / 255)) * 2 - 1


def drop_slots(prompt, generator=None, whole=0.1, partial=0.4, small=0.05):
    """
    The prompt with slots made "not said": 10 % of samples lose all, 40 % lose each slot at a rate drawn uniformly per sample
    (so that prompts of every length occur), the others 5 % of slots. The character is dropped half as often in the second
    group: it is the hardest to learn.
    """
    n = len(prompt)
    kind = torch.rand(n, 1, generator=generator)
    rate = torch.where(kind < whole + partial, torch.rand(n, 1, generator=generator), torch.full((n, 1), small))
    rate = rate.repeat(1, len(SLOT_SIZES))
    rate[:, CHARACTER] = rate[:, CHARACTER] * 0.5
    rate = torch.where(kind < whole, torch.ones_like(rate), rate)
    dropped = torch.rand(n, len(SLOT_SIZES), generator=generator) < rate
    return torch.where(dropped, torch.tensor(SLOT_SIZES)[None], prompt)
