"""
Answers of PyTorch for the shipped reward classifiers: `/usr/bin/python3 test/network/golden/reward_classifier.py`, to be run again
when the weights change. Images of a formula that TypeScript repeats: channel c, row i, column j of image n is
sin(0.37 (n + 1) i + 0.21 j + c) as f32.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "src" / "train"))

from classifier_networks import RewardClassifier  # noqa: E402
from weights import read_safetensors  # noqa: E402

folder = ROOT / "public" / "models" / "glyphs"
manifest = json.loads((folder / "reward-classifiers.json").read_text())
tensors = read_safetensors(folder / manifest["file"])
n, c, i, j = np.meshgrid(np.arange(3), np.arange(3), np.arange(32), np.arange(32), indexing="ij")
images = torch.from_numpy(np.sin(0.37 * (n + 1) * i + 0.21 * j + c).astype(np.float32))


def answers(member, dtype):
    network = RewardClassifier().to(dtype)
    prefix = f"{member}."
    state = {name[len(prefix) :]: value.to(dtype) for name, value in tensors.items() if name.startswith(prefix)}
    network.load_state_dict(state)
    with torch.no_grad():
        _, logits = network(images.to(dtype))
    heats = manifest["temperatures"][member]
    return [(one / heat).log_softmax(1) for one, heat in zip(logits, heats)]


members = range(len(manifest["temperatures"]))
exact = [answers(member, torch.float64) for member in members]
single = [answers(member, torch.float32) for member in members]
error = max((a - b.double()).abs().max().item() for m in members for a, b in zip(exact[m], single[m]))
text = json.dumps(
    {
        "sha256": manifest["sha256"],
        "singleError": error,
        "logProbs": [[[round(v, 7) for v in slot.flatten().tolist()] for slot in slots] for slots in exact],
    }
)
(Path(__file__).parent / "reward-classifier.json").write_text(text + "\n")
print(error)
