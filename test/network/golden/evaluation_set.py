"""
A small set of glyphs of families that no network was trained on, and what PyTorch's classifiers read in them:
`/usr/bin/python3 test/network/golden/evaluation_set.py`, to be run again when the classifiers change. Needs the data stage.
Coverage goes into evaluation-set.bin.gz, one byte a pixel; colours, prompts and readings into evaluation-set.json.
"""

import gzip
import json
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "src" / "train"))

from classifier_networks import EvaluationClassifier, RewardClassifier  # noqa: E402
from dataset import COLOURS, Glyphs, draw_colours  # noqa: E402
from network import SLOT_SIZES  # noqa: E402
from weights import read_safetensors  # noqa: E402

COUNT = 240
HERE, MODELS = Path(__file__).parent, ROOT / "public" / "models" / "glyphs"
CLASSES = {"reward": RewardClassifier, "evaluation": EvaluationClassifier}

glyphs = Glyphs(ROOT / ".train" / "data", "heldOut")
generator = torch.Generator().manual_seed(11)
index = torch.multinomial(glyphs.chances, COUNT, replacement=False, generator=generator)
ink, background = draw_colours(COUNT, generator)


def jittered(token):
    colour = (COLOURS[token] + 0.04 * torch.randn(COUNT, 3, generator=generator)).clamp(0, 1)
    return (colour * 1000).round() / 1000


front, back = jittered(ink), jittered(background)
coverage = glyphs.images[index]
share = coverage[:, None].float() / 255
images = (back[:, :, None, None] + (front - back)[:, :, None, None] * share) * 2 - 1
prompts = torch.cat([glyphs.prompts[index], ink[:, None], background[:, None]], 1)


def readings(kind):
    """Guesses [n, 6], how far ahead of the next value each is, nats, and the weights they come from."""
    manifest = json.loads((MODELS / f"{kind}-classifiers.json").read_text())
    tensors = read_safetensors(MODELS / manifest["file"])
    sums = [0.0] * len(SLOT_SIZES)
    for member, heats in enumerate(manifest["temperatures"]):
        network = CLASSES[kind]()
        network = network.folded() if kind == "evaluation" else network.eval()
        prefix = f"{member}."
        network.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
        with torch.no_grad():
            logits = network(images)[1]
        sums = [total + (one / heat).softmax(1) for total, one, heat in zip(sums, logits, heats)]
    best = [total.log().topk(2, dim=1) for total in sums]
    return {
        "sha256": manifest["sha256"],
        "guesses": torch.stack([top.indices[:, 0] for top in best], 1).tolist(),
        "lead": [[round(v, 5) for v in row] for row in torch.stack([top.values[:, 0] - top.values[:, 1] for top in best], 1).tolist()],
    }


(HERE / "evaluation-set.bin.gz").write_bytes(gzip.compress(bytes(coverage.flatten().tolist()), 9, mtime=0))
rounded = lambda rows: [[round(v, 3) for v in row] for row in rows.tolist()]  # noqa: E731
(HERE / "evaluation-set.json").write_text(
    json.dumps(
        {
            "count": COUNT,
            "ink": rounded(front),
            "background": rounded(back),
            "prompts": prompts.tolist(),
            "slotSizes": SLOT_SIZES,
            "readings": {kind: readings(kind) for kind in CLASSES},
        }
    )
    + "\n"
)
