"""
Makes network.safetensors: what PyTorch answers, in double precision, for weights and inputs that an integer hash gives.
The hash is written again in hashed.ts, so that three million weights need not be stored.

    python3 test/network/golden/make.py
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "src" / "train"))
import network  # noqa: E402

PARTS = ["skip1", "skip2", "up2"]


def hashed(name, shape):
    """Multiples of 2^-23 in [-1, 1): the mixer of MurmurHash3 on the index plus the FNV-1a hash of the name."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint32(shift)
        h *= np.uint32(factor)
    h ^= h >> np.uint32(16)
    return ((h >> np.uint32(8)).astype(np.float64) * 2.0**-23 - 1).reshape(shape)


def weights(module):
    """Weights that keep the size of what they multiply, norms near 1, biases near 0; no zero layers."""
    state = {}
    for name, old in module.state_dict().items():
        shape = tuple(old.shape)
        values = hashed(name, shape)
        if len(shape) == 1 and name.endswith("weight"):
            values = 1 + 0.25 * values
        elif len(shape) == 1:
            values = 0.125 * values
        elif not name.startswith(("tokens", "position")):
            values = values * np.sqrt(3 / np.prod(shape[1:]))
        state[name] = torch.from_numpy(values.astype(np.float32))
    return state


def inputs(batch=3):
    slots = network.SLOT_SIZES
    prompt = [[(7 * image + 3 * slot) % (size + 1) for slot, size in enumerate(slots)] for image in range(batch)]
    prompt[batch - 1] = list(slots)
    return (
        torch.from_numpy(1.5 * hashed("x", (batch, 3, 32, 32))),
        torch.tensor([1.0, 0.625, 0.09375][:batch], dtype=torch.float64),
        torch.tensor([0.75, 0.0, 0.0625][:batch], dtype=torch.float64),
        torch.tensor(prompt),
    )


def answers(dtype):
    model = network.GlyphNetwork()
    model.load_state_dict(weights(model))
    model = model.to(dtype).eval()
    seen = {}
    for part, module in (("skip1", model.down1), ("skip2", model.attend_down), ("up2", model.up2)):
        module.register_forward_hook(lambda _m, _i, out, part=part: seen.__setitem__(part, out))
    x, t, s, prompt = inputs()
    with torch.no_grad():
        out = model(x.to(dtype), t.to(dtype), s.to(dtype), prompt)
    return {"x0Hat": out, "frequencies": model.frequencies, **{name: seen[name][:1, :4] for name in PARTS}}


def save(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in tensors.values()))


if __name__ == "__main__":
    truth, single = answers(torch.float64), answers(torch.float32)
    error = float((truth["x0Hat"] - single["x0Hat"].double()).abs().max())
    arrays = {name: np.ascontiguousarray(value.numpy().astype(np.float32)) for name, value in truth.items()}
    metadata = {"command": "python3 test/network/golden/make.py", "pytorchF32Error": repr(error)}
    save(Path(__file__).parent / "network.safetensors", arrays, metadata)
    out = truth["x0Hat"]
    print(f"x0Hat: rms {float(out.pow(2).mean().sqrt()):.3f}, PyTorch f32 differs by at most {error:.2e}")
