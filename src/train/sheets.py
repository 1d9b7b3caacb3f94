"""Contact sheets: grids of samples as PNG, to be looked at."""

import torch
import numpy as np
from PIL import Image

from flow import sample
from network import SLOT_SIZES, VOCABULARY

SLOTS = {slot["name"]: slot["values"] for slot in VOCABULARY["slots"]}
NAMES = list(SLOTS)


def prompt_of(**said):
    """Prompt [6] of named values; what is not named is not said."""
    return [SLOTS[name].index(said[name]) if name in said else size for name, size in zip(NAMES, SLOT_SIZES)]


def save_grid(images, path, columns, zoom=2):
    """Writes images [n, 3, 32, 32] in rows, a pixel of grey between them."""
    pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    rows = -(-len(pixels) // columns)
    sheet = np.full((rows * 34, columns * 34, 3), 128, np.uint8)
    for i, image in enumerate(pixels):
        y, x = (34 * v + 1 for v in divmod(i, columns))
        sheet[y : y + 32, x : x + 32] = image
    Image.fromarray(sheet).resize((columns * 34 * zoom, rows * 34 * zoom), Image.NEAREST).save(path, optimize=True)


def character_prompts():
    """Every character in a full prompt; style and colours change from one to the next."""
    pairs = [("red", "white"), ("white", "blue"), ("black", "yellow"), ("yellow", "green"), ("purple", "pink"), ("cyan", "black")]
    return [
        prompt_of(
            character=character,
            weight=SLOTS["weight"][i % 4],
            slant=SLOTS["slant"][(i // 4) % 2],
            typeface=SLOTS["typeface"][i % 5],
            ink=pairs[i % 6][0],
            background=pairs[i % 6][1],
        )
        for i, character in enumerate(SLOTS["character"])
    ]


def style_prompts():
    """Rows: typefaces and slants; columns: weights of four characters."""
    return [
        prompt_of(character=c, weight=w, slant=s, typeface=f, ink="black", background="white")
        for f in SLOTS["typeface"]
        for s in SLOTS["slant"]
        for c in "AgR5"
        for w in SLOTS["weight"]
    ]


def partial_prompts():
    """Rows: only A, only bold italic, only red on white, only a handwriting k, nothing at all."""
    asked = [
        dict(character="A"),
        dict(weight="bold", slant="italic"),
        dict(ink="red", background="white"),
        dict(character="k", typeface="handwriting"),
        dict(),
    ]
    return [prompt_of(**said) for said in asked for _ in range(16)]


SHEETS = {"characters": (character_prompts, 16), "styles": (style_prompts, 16), "partial": (partial_prompts, 16)}


def write_sheets(models, folder, scale):
    """NAME-MODEL-STEPS.png for each model: the teacher at 32 guided steps, students at 4 and 1."""
    for name, network in models.items():
        teacher = name == "teacher"
        for steps in (32,) if teacher else (4, 1):
            for sheet, (prompts, columns) in SHEETS.items():
                prompt = torch.tensor(prompts())
                images = sample(network, prompt, steps, 0.0, torch.Generator().manual_seed(5), scale if teacher else 1.0)
                save_grid(images, folder / f"{sheet}-{name}-{steps}.png", columns)
                print(f"written {folder}/{sheet}-{name}-{steps}.png", flush=True)
