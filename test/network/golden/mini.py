"""
Makes mini.onnx, a tiny network of the shipped form as src/train/export_onnx.py writes it, and mini.safetensors, what PyTorch says of
it in double precision: x0Hat, and a few steps of the teacher's training (src/train/teacher.py) on one batch.

    python3 test/network/golden/mini.py
"""

import copy
from pathlib import Path

import numpy as np
import torch
from make import hashed, inputs, network, save, weights

# Sizes as MINI in hashed.ts; the module reads them when a network is made or called.
network.CHANNELS, network.EMBEDDING, network.FREQUENCIES = (4, 8, 12), 8, 4
network.GROUPS, network.PROMPT_CHANNELS = 2, 2

from checkpoint import Average, learning_rate  # noqa: E402
from dataset import SEEN_COLOURS, composite  # noqa: E402
from export_onnx import export  # noqa: E402
from teacher import AVERAGE_DECAY, flow_loss  # noqa: E402

HERE = Path(__file__).parent
# A rate far above the real one, since six steps of its warm-up would move nothing.
STEPS, RATE = 6, 0.1


def fresh(dtype):
    model = network.GlyphNetwork()
    model.load_state_dict(weights(model))
    return model.to(dtype)


def answer(dtype):
    x, t, s, prompt = inputs()
    with torch.no_grad():
        return fresh(dtype)(x.to(dtype), t.to(dtype), s.to(dtype), prompt)


def training(dtype):
    """Losses and gradient norms of the steps, gradient norms by tensor of the first, and averages by tensor after the last."""
    model = fresh(dtype)
    average = Average(copy.deepcopy(model), AVERAGE_DECAY)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, betas=(0.9, 0.99), weight_decay=0.01)
    x0, eps = (torch.from_numpy(hashed(name, (4, 3, 32, 32))).to(dtype) for name in ("x0", "eps"))
    t = torch.tensor([0.9375, 0.5, 0.0625, 0.25], dtype=dtype)
    prompt = torch.cat([inputs(3)[3], torch.tensor([[7, 1, 0, 2, 9, 3]])])
    losses, norms, first = [], [], {}
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(RATE, step, step / STEPS)
        loss = flow_loss(model, x0, prompt, t, 1.5 * eps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        first = first or {name: p.grad.norm().item() for name, p in model.named_parameters()}
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        optimiser.step()
        average.update(model)
        losses.append(loss.item())
    # Sums with weights of both signs, so that a turned matrix does not pass for the right one.
    sums = {name: (value * torch.from_numpy(hashed(name, value.shape))).sum().item() for name, value in
            average.network.named_parameters()}
    return np.array(losses), np.array(norms), first, sums


def painted():
    """An image of hashed coverage, cyan on purple, without jitter."""
    coverage = torch.from_numpy(np.floor((hashed("coverage", (1, 32, 32)) + 1) * 128).astype(np.uint8))
    return composite(coverage, torch.tensor([4]), torch.tensor([6]), jitter=0)


if __name__ == "__main__":
    truth, single = answer(torch.float64), answer(torch.float32)
    losses, norms, first, sums = training(torch.float64)
    losses32, norms32, _, _ = training(torch.float32)
    arrays = {
        "x0Hat": truth, "losses": losses, "gradientNorms": norms, "firstGradients": list(first.values()), "averages": list(sums.values()),
        "seenColours": SEEN_COLOURS, "painted": painted(),
    }
    metadata = {
        "command": "python3 test/network/golden/mini.py",
        "pytorchF32Error": repr(float((truth - single.double()).abs().max())),
        "lossF32Error": repr(float(np.abs(losses / losses32 - 1).max())),
        "normF32Error": repr(float(np.abs(norms / norms32 - 1).max())),
        "parameters": ",".join(first),
    }
    save(HERE / "mini.safetensors", {k: np.ascontiguousarray(np.asarray(v), np.float32) for k, v in arrays.items()}, metadata)
    export(fresh(torch.float32), HERE / "mini.onnx")
    print(losses, norms, metadata)
