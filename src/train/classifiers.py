"""
Trains the attribute classifiers: two families that share nothing but the task, and critics.

Reward classifiers (what RLHF may optimise) and evaluation classifiers (which judge, and are never optimised) differ in
architecture, seeds, and data: the training families are dealt out to the two, designs with siblings together.
Evaluation classifiers also see the held-out combinations, of their own families, or they could not judge them.
Critics only help to train the student (`npm run train -- refine`); they do not ship.
A member that is on disk already is not trained again.
"""

import argparse
import hashlib
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from classifier_networks import EvaluationClassifier, RewardClassifier
from dataset import RULES, SEEN_COLOURS, HELD_OUT_COLOURS, Glyphs
from network import SLOT_SIZES, VOCABULARY
from weights import save_weights

SLOT_NAMES = [slot["name"] for slot in VOCABULARY["slots"]]
KINDS = {"reward": (RewardClassifier, 100), "evaluation": (EvaluationClassifier, 200), "critic": (RewardClassifier, 300)}


def families_of(kind, families):
    """The half of the training families that a kind of classifier sees; critics, which neither reward nor judge, see all."""
    if kind == "critic":
        return set(families)
    sibling = {name: group[0] for group in RULES["siblings"] for name in group}

    def half(name):
        digest = hashlib.sha256(("judge " + sibling.get(name, name)).encode()).digest()
        return "reward" if digest[0] % 2 == 0 else "evaluation"

    return {name for name in families if half(name) == kind}


def shifted(x, dy, dx, strength, generator=None):
    """Images moved by dy - 1 and dx - 1 pixels (0 to 2 each), with noise of a strength (a number or [n, 1, 1, 1])."""
    padded = F.pad(x, (1, 1, 1, 1), mode="replicate")
    return padded[:, :, dy : dy + 32, dx : dx + 32] + strength * torch.randn(x.shape, generator=generator)


def moved(x, generator=None):
    """A batch moved by up to a pixel each way, each image with noise of a strength of its own (0 to 0.1)."""
    dy, dx = torch.randint(0, 3, (2,), generator=generator).tolist()
    strength = 0.1 * torch.rand(len(x), 1, 1, 1, generator=generator)
    return shifted(x, dy, dx, strength, generator)


def targets(prompt):
    """Labels for the cross-entropy; "not said" is ignored."""
    unsaid = prompt == torch.tensor(SLOT_SIZES)[None]
    return torch.where(unsaid, torch.full_like(prompt, -100), prompt)


def train_member(kind, index, data, options):
    make, first_seed = KINDS[kind]
    generator = torch.Generator().manual_seed(options.seed + first_seed + index)
    torch.manual_seed(options.seed + first_seed + index)
    network = make().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=0.02, foreach=True)
    colours = SEEN_COLOURS if kind == "reward" else ((SEEN_COLOURS + HELD_OUT_COLOURS) > 0).float()
    started, steps, budget = time.time(), 0, 60 * options.minutes
    while (share := max((time.time() - started) / budget, steps / (options.steps or math.inf))) < 1:
        x, prompt = data.batch(128, generator, colours)
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (steps + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        x = moved(x, generator).contiguous(memory_format=torch.channels_last)
        loss = sum(
            F.cross_entropy(logits, targets(prompt)[:, slot]) for slot, logits in enumerate(network(x)[1])
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        steps += 1
        if steps % 50 == 0:
            speed = steps * 128 / (time.time() - started)
            print(f"{kind} {index}, step {steps}: loss {loss.item():.3f}, {speed:.0f} images/s, {100 * share:.0f} %", flush=True)
    return network.eval(), steps


@torch.no_grad()
def measure(members, glyphs, temperatures, n, seed=3):
    """Accuracy and expected calibration error (15 bins) per slot of an ensemble, on images of other families."""
    generator = torch.Generator().manual_seed(seed)
    x, prompt = glyphs.batch(n, generator)
    probabilities = ensemble(members, x, temperatures)
    report = {}
    for slot, name in enumerate(SLOT_NAMES):
        said = targets(prompt)[:, slot] >= 0
        p, label = probabilities[slot][said], prompt[said, slot]
        confidence, guess = p.max(1)
        report[name] = {
            "accuracy": round((guess == label).float().mean().item(), 4),
            "calibrationError": round(_calibration_error(confidence, guess == label), 4),
            "n": int(said.sum()),
        }
    return report


@torch.no_grad()
def ensemble(members, x, temperatures=None, batch=250):
    """Mean probabilities [n, values] per slot of the members, each at its temperatures [slots]."""
    temperatures = temperatures or [[1.0] * len(SLOT_SIZES)] * len(members)
    parts = []
    for begin in range(0, len(x), batch):
        logits = [member(x[begin : begin + batch])[1] for member in members]
        parts.append(
            [
                sum((one[slot] / heat[slot]).softmax(1) for one, heat in zip(logits, temperatures)) / len(members)
                for slot in range(len(SLOT_SIZES))
            ]
        )
    return [torch.cat([part[slot] for part in parts]) for slot in range(len(SLOT_SIZES))]


def _calibration_error(confidence, right, bins=15):
    error = 0.0
    which = (confidence * bins).long().clamp(max=bins - 1)
    for b in range(bins):
        mine = which == b
        if mine.any():
            error += mine.float().mean().item() * abs(confidence[mine].mean() - right[mine].float().mean()).item()
    return error


@torch.no_grad()
def fit_temperatures(members, glyphs, n):
    """
    Temperature per slot, the same for all members, that makes the likelihood of the validation families' labels under the
    mean of the members' probabilities largest (grid, 0.25 to 4). Members fitted one by one would be unsure as an ensemble.
    """
    x, prompt = glyphs.batch(n, torch.Generator().manual_seed(4))
    outputs = [[torch.cat(part) for part in zip(*(m(x[i : i + 250])[1] for i in range(0, n, 250)))] for m in members]
    grid = [0.25 * 2 ** (k / 8) for k in range(33)]
    label = targets(prompt)

    def loss(slot, heat):
        mean = sum((member[slot] / heat).softmax(1) for member in outputs) / len(members)
        return F.nll_loss(mean.clamp(min=1e-9).log(), label[:, slot]).item()

    return [round(min(grid, key=lambda heat: loss(slot, heat)), 4) for slot in range(len(SLOT_SIZES))]


def train_kind(kind, options):
    all_families = set(Glyphs(options.data, "train").families)
    mine = families_of(kind, all_families)
    sets = [Glyphs(options.data, "train", families=mine)]
    if kind == "evaluation":
        sets.append(Glyphs(options.data, "train", held_out_combinations=True, families=mine))
    data = Glyphs.joined(sets)
    validation, held_out = Glyphs(options.data, "validation"), Glyphs(options.data, "heldOut")
    print(f"{kind}: {len(data)} images of {len(mine)} families", flush=True)
    members, steps, seconds = [], 0, 0.0
    for index in range(options.members):
        path = Path(options.out) / f"{kind}-{index}.pt"
        if path.exists():
            state = torch.load(path)
            network = KINDS[kind][0]().eval()
            network.load_state_dict(state["network"])
            network.to(memory_format=torch.channels_last)
        else:
            started = time.time()
            network, trained = train_member(kind, index, data, options)
            state = {"network": network.state_dict(), "steps": trained, "seconds": time.time() - started}
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(state, path)
        members.append(network)
        steps, seconds = steps + state["steps"], seconds + state["seconds"]
    exported = [member.folded() for member in members]
    temperatures = [fit_temperatures(exported, validation, options.n)] * len(exported)
    metrics = {"heldOutFamilies": measure(exported, held_out, temperatures, options.n)}
    print({name: slot["accuracy"] for name, slot in metrics["heldOutFamilies"].items()}, flush=True)
    tensors = {f"{i}.{name}": value for i, member in enumerate(exported) for name, value in member.state_dict().items()}
    about = {
        "kind": kind,
        "members": len(members),
        "architecture": exported[0].description,
        "temperatures": temperatures,
        "families": sorted(mine),
    }
    save_weights(
        tensors, options.out, f"{kind}-classifiers", options, data.sha256, metrics,
        steps=steps, images=128 * steps, seconds=round(seconds), **about,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".train/data")
    parser.add_argument("--out", default=".train/classifiers")
    parser.add_argument("--kinds", default="evaluation,reward", help="which to train")
    parser.add_argument("--members", type=int, default=2, help="classifiers per ensemble")
    parser.add_argument("--minutes", type=float, default=3, help="per classifier")
    parser.add_argument("--n", type=int, default=2000, help="images to calibrate and to measure on")
    parser.add_argument("--steps", type=int, help="ends earlier, after so many steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for kind in options.kinds.split(","):
        train_kind(kind, options)
