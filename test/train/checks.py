"""Numbers of the offline code for test/train/numerics.test.ts, as JSON on standard output."""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src/train"))

import torch  # noqa: E402

from shares import completed, shipped_shares  # noqa: E402
from dataset import BACKGROUND, NEAR_COLOURS, HELD_OUT_COLOURS, INK, SEEN_COLOURS, draw_colours, drop_slots  # noqa: E402
from distil import draw_times, jump_loss, state_at  # noqa: E402
from evaluate import continued, folded, frechet  # noqa: E402
from flow import gddim_step  # noqa: E402
from likeness import Lately, Likeness, Moments, openness, read_pairs  # noqa: E402
from refine import SAMPLERS, Remembered, asked_batch, draw, early_share, reading_loss, shortened  # noqa: E402
from classifier_networks import EvaluationClassifier  # noqa: E402
from network import SLOT_SIZES, VOCABULARY  # noqa: E402
from weights import read_safetensors, write_safetensors  # noqa: E402

torch.manual_seed(0)
out = {}

# gDDIM on a point mass (x0Hat = x0 exactly) keeps the law of x_t at every eta.
out["gddim"] = [
    {"eta": eta, "mean": c0 + cx * (1 - t), "std": ((cx * t) ** 2 + cz**2) ** 0.5, "s": s, "target": target}
    for eta in (0.0, 0.5, 1.0, 2.0, 50.0)
    for t, s in ((0.99, 0.5), (0.5, 0.25))
    for c0, cx, cz, target in [gddim_step(t, s, eta)]
]

# Two Gaussians with diagonal covariances have a closed Frechet distance; features are made to have them exactly.
basis = torch.linalg.qr(torch.randn(400, 4, dtype=torch.double) - 0)[0]
basis = basis - basis.mean(0)
basis = torch.linalg.qr(basis)[0] * (399**0.5)
a, b = basis * torch.tensor([1.0, 2.0, 3.0, 1.0]), basis * torch.tensor([2.0, 2.0, 1.0, 1.0]) + 0.5
out["frechet"] = {"same": frechet(a, a), "apart": frechet(a, b), "closed": 4 * 0.25 + 1 + 0 + 4 + 0}

# The loss of a straight path vanishes for the network that knows its end, and only for it.
x0, eps = torch.randn(8, 3, 32, 32), torch.randn(8, 3, 32, 32)
states = torch.stack([x0 * (1 - t) + eps * t for t in torch.linspace(1, 0, 9)], 1)
t, s = draw_times(torch.zeros(8, dtype=torch.long), "flow-map")
prompt = torch.zeros(8, 6, dtype=torch.long)
out["jump"] = {
    "right": jump_loss(lambda x, t, s, p: x0, states, prompt, t, s).item(),
    "wrong": jump_loss(lambda x, t, s, p: x0 + 0.1, states, prompt, t, s).item(),
    "between": (state_at(states, t) - (x0 * (1 - t[:, None, None, None]) + eps * t[:, None, None, None])).abs().max().item(),
    "ordered": bool((s < t).all()),
}

# Refining: images of a network that knows the answer are that answer at every eta; the last call's slope passes whole; being
# surer than usual gains nothing, being wrong costs.
known = x0.clone().requires_grad_(True)
drawn = [draw(lambda x, t, s, p: known, prompt, steps, eta) for steps, eta in ((1, 0.0), (4, 0.0), (4, 1.0), (8, 50.0))]
(slope,) = torch.autograd.grad(drawn[0].sum(), known)
labels = torch.zeros(2, 6, dtype=torch.long)
labels[1] = torch.tensor(SLOT_SIZES)
sure = [torch.eye(size)[[0, 0]] * 30 for size in SLOT_SIZES]
wrong = [torch.eye(size)[[1, 1]] * 30 for size in SLOT_SIZES]
usual = torch.full((6,), 0.1)
memory = Remembered(4)
for k in range(3):
    memory.add(torch.full((2, 3, 32, 32), float(k)), torch.full((2, 6), k))
# Values that come out too rarely are drawn towards; nothing pulls where shares are the real ones, or where prompts say the slot.
flat = [torch.zeros(2, size, requires_grad=True) for size in SLOT_SIZES]
figures = Likeness(torch.randn(8, 3), [torch.zeros(1, size) for size in SLOT_SIZES], [4])


def share_slope(wanted):
    """The loss of shares of two images of which the second says nothing, and its slope along some logits."""
    shares, _ = figures.losses(4, torch.zeros(2, 3), flat, labels)
    return shares.item(), torch.autograd.grad(shares, wanted)[0]


even, _ = share_slope(flat[1])
for kind in range(3):
    figures.slots[4, kind][1].drawn.means = [torch.tensor([0.1, 0.3, 0.3, 0.3])]
pull = share_slope(flat[1])[1]
# Each ink and each ground as often as the others, yet one pair too rarely: only the pair is drawn towards.
pairs = Likeness(torch.randn(8, 3), [torch.zeros(1, size) for size in SLOT_SIZES], [4]).pairs[4]
rare = torch.full((SLOT_SIZES[INK], SLOT_SIZES[BACKGROUND]), 0.01)
rare[0, 0], rare[0, 1:], rare[1:, 0] = 0.001, 0.011, 0.011
pairs.drawn.means = [rare.flatten()]
before = pairs.distance()
leaning = [torch.zeros(2, size) for size in SLOT_SIZES]
leaning[INK][:, 0] = 3.0
leaning[BACKGROUND].requires_grad_(True)
pair_pull = torch.autograd.grad(pairs.loss(read_pairs(leaning)), leaning[BACKGROUND])[0]
# Means of all so far, then of the last ones.
lately = Lately([torch.tensor(0.0)], 100)
lately.add([torch.tensor(1.0)], 50)
halfway = lately.means[0].item()
lately.add([torch.tensor(1.0)], 50)


class TwoColours:
    """Prompts with colours as real glyphs have them."""

    def batch(self, size, generator=None, colours=SEEN_COLOURS):
        prompt = torch.zeros(size, 6, dtype=torch.long)
        prompt[:, INK], prompt[:, BACKGROUND] = draw_colours(size, generator, colours)
        return prompt[:, INK].float()[:, None, None, None].expand(-1, 3, 32, 32), prompt


batch_x, batch_prompt, batch_near = asked_batch(TwoColours(), 20000)
near_prompt = batch_prompt[batch_near]
# Moments: nothing pulls on features of real glyphs; where drawn ones spread too little, descent spreads them.
real_features = torch.randn(4000, 3)
same, narrow = Moments(real_features), Moments(real_features)
for _ in range(2):
    same.loss(real_features)
    narrow.loss(0.5 * real_features)
narrow_features = (0.5 * real_features).requires_grad_(True)
(spread,) = torch.autograd.grad(narrow.loss(narrow_features), narrow_features)
# Each sampler and openness of prompts has figures of its own.
short = torch.zeros(4, 6, dtype=torch.long)
short[1, 1:4] = torch.tensor(SLOT_SIZES)[1:4]
short[2, 1:] = torch.tensor(SLOT_SIZES)[1:]
short[3, 1] = SLOT_SIZES[1]
likeness = Likeness(real_features[:8], [torch.zeros(8, size) for size in SLOT_SIZES], [1, 4])
likeness.losses(4, real_features[:3] + 5, [torch.zeros(3, size) for size in SLOT_SIZES], short[:3])
likeness.losses(1, real_features[:1] + 5, [torch.zeros(1, size) for size in SLOT_SIZES], short[3:])
kept = shortened(torch.zeros(20000, 6, dtype=torch.long)) < torch.tensor(SLOT_SIZES)[None]
out["likeness"] = {
    "same": same.distance(),
    "narrow": narrow.distance(),
    "outwards": (spread * narrow_features).sum().item(),
    "open": openness(short).tolist(),
    "touched": [f"{sampler}/{kind}" for (sampler, kind), moments in likeness.moments.items() if moments.distance() > 0],
    "early": early_share(torch.tensor([0.9, 0.9, 0.2, 0.9]), short).tolist(),
    "characterAlone": (kept.sum(1) == 1).float().mean().item(),
    "styleLost": (kept[:, 1:].long() == torch.tensor([0, 0, 0, 1, 1])).all(1).float().mean().item(),
    "oneColour": (kept[:, 4] != kept[:, 5]).float().mean().item(),
    "bothColours": ((~kept[:, 4:]).all(1) & kept[:, 1:4].all(1)).float().mean().item(),
    "characterKept": bool(kept[:, 0].all()),
    "pairDistance": before,
    "pairPull": pair_pull[1].tolist(),
    "lately": [halfway, lately.means[0].item()],
}
# Two styles, one three times as frequent; bold ones are always upright. Nothing is known of sans letters.
few = {"character": [[0, 1.0]], "style": [[0, 0, 1, 0.25], [2, 0, 3, 0.75]], "colours": [[0, 1, 0.5], [3, 1, 0.5]]}
nothing = torch.tensor(SLOT_SIZES)[None].repeat(20000, 1)
whole = completed(nothing, few, torch.Generator().manual_seed(3))
light = nothing.clone()
light[:, 1] = 0
sans = nothing.clone()
sans[:, 3] = 0
tables = shipped_shares()
out["completed"] = {
    "frequent": (whole[:, 1] == 2).float().mean().item(),
    "together": bool(((whole[:, 1] == 2) == (whole[:, 3] == 3)).all()),
    "ink": (whole[:, INK] == 3).float().mean().item(),
    "given": completed(light, few)[:, 1:4].unique(dim=0).tolist(),
    "unknown": completed(sans, few)[:, 1:4].unique(dim=0).tolist(),
    "sums": [sum(row[-1] for row in tables[name]) for name in ("character", "style", "colours")],
    "pairs": sorted(row[:2] for row in tables["colours"]) == SEEN_COLOURS.nonzero().tolist(),
}
out["nearColours"] = {
    "share": batch_near.float().mean().item(),
    "said": bool((near_prompt < torch.tensor(SLOT_SIZES)).all()),
    "allowed": NEAR_COLOURS[near_prompt[:, INK], near_prompt[:, BACKGROUND]].min().item(),
    "elsewhere": (NEAR_COLOURS * (SEEN_COLOURS + HELD_OUT_COLOURS)).sum().item(),
    "left": (SEEN_COLOURS + HELD_OUT_COLOURS + NEAR_COLOURS).sum().item(),
    "image": (batch_x[batch_near, 0, 0, 0] == near_prompt[:, INK]).all().item(),
}
out["refine"] = {
    "even": even,
    "pull": pull[1].tolist(),
    "saidPull": pull[0].abs().max().item(),
    "drawn": max((x - known).abs().max().item() for x in drawn),
    "slope": (slope - 1).abs().max().item(),
    "chances": sum(chance for _, chance, _ in SAMPLERS),
    "sure": reading_loss(sure, labels, usual).item(),
    "wrong": reading_loss(wrong, labels, usual).item(),
    "remembered": memory.some(3, 2)[1][:, 0].tolist(),
}

full = torch.zeros(20000, 6, dtype=torch.long)
said = (drop_slots(full) < torch.tensor(SLOT_SIZES)[None]).sum(1)
out["promptLengths"] = torch.bincount(said, minlength=7).div(20000).tolist()
out["colours"] = {"both": (SEEN_COLOURS * HELD_OUT_COLOURS).sum().item(), "heldOut": HELD_OUT_COLOURS.sum().item()}

judge = EvaluationClassifier()
with torch.no_grad():
    for _ in range(3):
        judge(torch.randn(16, 3, 32, 32))
judge.eval()
x = torch.randn(4, 3, 32, 32)
with torch.no_grad():
    apart = [(p - q).abs().max().item() for p, q in zip(judge(x)[1], judge.folded()(x)[1])]
out["folding"] = max(apart)

with tempfile.TemporaryDirectory() as folder:
    tensors = {"b": torch.randn(3, 5), "a": torch.tensor([1.5])}
    path = Path(folder) / "x.safetensors"
    first = write_safetensors(path, tensors)
    again = write_safetensors(path, tensors)
    back = read_safetensors(path)
out["safetensors"] = {
    "names": sorted(back),
    "error": (back["b"] - tensors["b"]).abs().max().item(),
    "same": first == again,
}
# Capitals of the letters that differ in size only count as their small letters, others do not; "not said" stays.
characters = VOCABULARY["slots"][0]["values"]
tokens = torch.arange(len(characters) + 1)
out["folded"] = {
    "moved": "".join(characters[i] for i in tokens[:-1].tolist() if folded(tokens)[i] != i),
    "to": "".join(characters[folded(tokens)[i]] for i in tokens[:-1].tolist() if folded(tokens)[i] != i),
    "unsaid": folded(tokens)[-1].item() == len(characters),
}

# What a report keeps when it goes on: everything, all but one network's rows, or nothing.
same = {"teacher": "t", "flow-map": "f", "judges": "j", "data": "d"}
rows = [{"model": name} for name in ("real", "teacher", "flow-map", "endpoint")]
report = {"version": 3, "madeOf": {**same, "endpoint": "e"}, "rows": rows}
with contextlib.redirect_stdout(None):
    out["continued"] = [
        [row["model"] for row in continued(before, made_of)["rows"]]
        for before, made_of in (
            (report, same),
            (report, {**same, "flow-map": "g"}),
            (report, {**same, "judges": "k"}),
            ({**report, "version": 1}, same),
        )
    ]
    out["continuedTwice"] = continued(continued(report, same), same)["madeOf"].get("endpoint")
print(json.dumps(out))
