"""
How often attributes come together among the glyphs that networks are trained on, for prompts that are completed before an image is
drawn: what a prompt leaves open is then drawn for each image, as text-to-image systems let a language model do [Betker23].
Writes src/prompt/shares.json, which the page reads (src/prompt/completion.ts) and `evaluate` too.
"""

import argparse
import json
from pathlib import Path

import torch

from dataset import BACKGROUND, CHARACTER, INK, SEEN_COLOURS, STYLE, Glyphs
from network import SLOT_SIZES

PATH = Path(__file__).parent.parent / "prompt" / "shares.json"
DIGITS = 6


def count_shares(glyphs):
    """
    Shares by which training draws glyphs. Styles are [weight, slant, typeface, share]: a token past the last value of its slot is
    one that a typeface's metadata do not say. Pairs of colours [ink, background, share] are all alike.
    """
    chances = glyphs.chances.double() / glyphs.chances.double().sum()
    characters = torch.zeros(SLOT_SIZES[CHARACTER], dtype=torch.float64).index_add(0, glyphs.prompts[:, CHARACTER], chances)
    styles, which = glyphs.prompts[:, STYLE].unique(dim=0, return_inverse=True)
    shares = torch.zeros(len(styles), dtype=torch.float64).index_add(0, which, chances)
    pairs = SEEN_COLOURS.nonzero().tolist()
    return {
        "data": glyphs.sha256,
        "character": [[token, round(share, DIGITS)] for token, share in enumerate(characters.tolist())],
        "style": [[*style, round(share, DIGITS)] for style, share in zip(styles.tolist(), shares.tolist())],
        "colours": [[*pair, round(1 / len(pairs), DIGITS)] for pair in pairs],
    }


def shipped_shares():
    """The shares that the page completes prompts by."""
    return json.loads(PATH.read_text())


def completed(prompt, shares, generator=None):
    """Prompts [n, 6] with what they leave open drawn by the shares, given what they say; combinations that never occur stay open."""
    out = prompt.clone()
    for name, slots in (("character", [CHARACTER]), ("style", STYLE), ("colours", [INK, BACKGROUND])):
        table = torch.tensor(shares[name], dtype=torch.float64)
        values, said = table[:, :-1].long(), prompt[:, slots]
        is_open = said == torch.tensor(SLOT_SIZES)[slots]
        fits = (is_open[:, None] | (said[:, None] == values[None])).all(2)
        weights = fits * table[:, -1]
        known = weights.sum(1) > 0
        pick = torch.multinomial(torch.where(known[:, None], weights, torch.ones_like(weights)), 1, generator=generator)[:, 0]
        out[:, slots] = torch.where(known[:, None] & is_open, values[pick], said)
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".train/data")
    parser.add_argument("--out", default=str(PATH))
    options = parser.parse_args()
    lines = json.dumps(count_shares(Glyphs(options.data, "train")), indent=1)
    Path(options.out).write_text(lines + "\n")
    print(f"written {options.out}")
