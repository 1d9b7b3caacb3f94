"""The model card: Markdown made of manifests and measurements."""

import json

SLOTS = ("character", "weight", "slant", "typeface", "ink", "background")
# Columns of the measurements: key of the row, head.
READ = (("character", "character"), ("characterFolded", "either case"), *((slot, slot) for slot in SLOTS[1:]))
REAL = {
    "heldOut": "held-out families",
    "train": "training families",
    "held-out glyphs": "held-out glyphs",
    "held-out colours": "held-out colours",
}
FILES = {
    "teacher": "conditional rectified flow, takes guidance, 8 to 32 steps",
    "student": "distilled with guidance 3 inside, then refined against real glyphs, 1 to 8 steps",
    "reward-classifiers": "ensemble that may be a reward",
    "evaluation-classifiers": "ensemble that judges and is never a reward",
}

INTRODUCTION = """# Glyph model

A small text-to-image diffusion model of coloured letters and digits: a prompt says up to six attributes, an image is 32 x 32
pixels of RGB. It exists to study samplers and rewards, not to set type. This file is written by `npm run train -- ship`.

**Data.** Outlines of openly licensed typefaces from the `@fontsource/*` packages, drawn as coverage by the project's own
exact-area rasteriser. The letters are real; **their colours are composited**: ink and background are among ten named colours
each, jittered by 0.04, with enough contrast. Class, weight, style and licence come from each package's metadata, never from a
file's name. Weight: up to 300 is light, 400 and 500 regular, 600 and 700 bold, 800 and 900 black; a family with a single weight
says nothing on weight, and upright handwriting nothing on slant. `npm run train -- data` draws the same bytes again.
Neither fonts nor images are part of the project.

**Held out.** Families are split into train, validation and held-out ones; families of one design are never on both sides.
Some combinations of typeface, slant and character, and of ink and background, are never trained (`src/train/data/rules.json`).

**Known faults.** The labels are the designers': a display face called regular may look black. Capital and small c, o, s, v, w, x
and z differ in size only, which one image alone does not always show; the column "either case" takes both for right. Classifiers that judge are trained on half of the training families, and on the held-out combinations.

**The student** learned the teacher's jumps (method flow-map), then went on through its own sampler (method adversarial): a
discriminator compared its images with real glyphs of the same prompt, and critics read them: what the prompt says, and whether
what it leaves open comes out as often and as varied as in real glyphs. Critics and discriminator are neither rewards nor judges. In
the first 104 minutes one running figure stood for all step counts and prompts, and short prompts kept coming out alike; after that
each sampler and kind of prompt had its own (`src/train/likeness.py`), and their weight was raised. From minute 167 on pairs of
colours are counted too, there are two critics instead of one, and some prompts (15 %, from minute 299 on 20 %) ask for colours that
the data leave out because they are near each other, first in luminance (pink on orange, red on green), then in hue too (yellow on
orange): the teacher has only seen dark letters on orange, and draws red under white ones. Held-out pairs stay untrained.
"Images seen" of a refined student counts network calls.
"""


def model_card(folder, families):
    manifests = {name: _read(folder / f"{name}.json") for name in FILES}
    evaluation = _read(folder / "evaluation.json")
    parts = [INTRODUCTION, _weights(manifests), _evaluation(evaluation), _sheets(folder), _families(families)]
    return "\n".join(part for part in parts if part)


def _read(path):
    return json.loads(path.read_text()) if path.exists() else None


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def _recipe(manifest):
    """Of averaged weights that of the newest state."""
    return manifest.get("recipeOfNewest", manifest["recipe"])


def _averaged(manifest):
    """Which states of the training were averaged [Izmailov18], where they were."""
    states = [f"{state['share']:g} of minute {state['seconds'] / 60:.0f}" for state in manifest.get("averageOf", [])]
    return f"; average of annealed states: {' and '.join(states)}" if states else ""


def _weights(manifests):
    rows, notes = [], []
    for name, manifest in manifests.items():
        if manifest is None:
            continue
        minutes = manifest.get("seconds", 0) / 60
        images = f"{manifest.get('images', 0):,}"
        rows.append([name, FILES[name], f"{manifest['parameters']:,}", images, f"{minutes:.0f}", manifest["seed"], manifest["sha256"][:12]])
        recipe = ", ".join(f"{key} {value}" for key, value in _recipe(manifest).items() if value is not None)
        notes.append(f"- {name}: {recipe}; {json.dumps(manifest['metrics'])}{_averaged(manifest)}")
    head = ["file", "what", "parameters", "images seen", "minutes", "seed", "sha256"]
    return "## Weights\n\nfp16 safetensors, each with a manifest.\n\n" + _table(head, rows) + "\n" + "\n".join(notes) + "\n"


def _evaluation(evaluation):
    if evaluation is None:
        return None
    head = ["model", "N", "eta", "prompts", "seed", *(title for _, title in READ), "FD", "P / R", "nearest 5 / 50 %", "n"]
    rows = []
    for row in evaluation["rows"]:
        name = f"real, {REAL[row['split']]}" if row["model"] == "real" else row["model"]
        numbers = [f"{row[key]:.3f}" if key in row else "" for key, _ in READ]
        nearest = " / ".join(f"{v:.3f}" for v in row.get("nearestTrain", []))
        rows.append(
            [name, row.get("steps", ""), row.get("eta", ""), row.get("prompts", ""), row["seed"], *numbers,
             f"{row['frechet']:.1f}", f"{row['precision']:.2f} / {row['recall']:.2f}", nearest, row["n"]]
        )
    text = (
        "## Measurements\n\nShare of images that the evaluation classifiers read as asked, per slot that the prompt says (standard error "
        "at most 0.5 / sqrt(n)); either case: C and c, O and o, S, V, W, X, Z alike count as one character; held-out glyphs: typeface, slant "
        "and character as never trained together; held-out colours: ink and background as never trained together; completed: what "
        "prompts leave open was drawn for each image by the shares of src/prompt/shares.json, and judged by the prompt as asked; FD: "
        "Frechet distance to training images in the first judge's features; P / R: precision and recall there; nearest: root mean square "
        "distance in coverage to the nearest training glyph of the same character. The teacher is guided with scale "
        f"{evaluation['guidanceOfTeacher']}. Real rows say what these judges make of real glyphs. FD falls with n: compare rows of equal n only.\n\n"
    )
    missing = evaluation.get("missing", 0)
    note = f"\n{missing} planned rows were not computed yet.\n" if missing else ""
    return text + _table(head, rows) + note


def _sheets(folder):
    sheets = sorted(path.name for path in folder.glob("*.png"))
    if not sheets:
        return None
    return "## Contact sheets\n\n" + "\n".join(f"![{name}]({name})" for name in sheets) + "\n"


def _families(families):
    rows = [[f["name"], f["version"], f["category"], f["licence"], f["split"], f["styles"], f["images"]] for f in families["families"]]
    counts = ", ".join(f"{count:,} {split}" for split, count in families["images"].items())
    head = ["family", "version", "class", "licence", "split", "styles", "images"]
    return f"## Typefaces\n\n{len(rows)} families; images: {counts}; sha256 of the data `{families['sha256']}`.\n\n" + _table(head, rows)
