"""
Weights as safetensors (fp16), with a manifest beside them that says where they come from.

The format: 8 bytes of header length, a JSON header {name: {dtype, shape, data_offsets}}, then the bytes of all tensors.
Debian has no package for it, and it is short enough to write here.
"""

import hashlib
import json
import struct
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import torch

DTYPES = {"F16": np.float16, "F32": np.float32}


def write_safetensors(path, tensors):
    """Writes named tensors as fp16, in the order of their names; returns the file's sha256."""
    header, blobs, offset = {}, [], 0
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name].detach().float().numpy().astype(np.float16))
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: must be finite in fp16, got values that are not; train with a lower rate")
        header[name] = {
            "dtype": "F16",
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        blobs.append(array.tobytes())
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def read_safetensors(path):
    """Named tensors of a file, as fp32."""
    data = Path(path).read_bytes()
    if len(data) < 8:
        raise SystemExit(f"{path}: must be a safetensors file, got {len(data)} bytes; fetch it again")
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + at for at in entry["data_offsets"])
        flat = np.frombuffer(data[begin:end], DTYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(flat.astype(np.float32)).reshape(entry["shape"])
    return tensors


def load_weights(network, path):
    """Loads a safetensors file into a network; a missing, additional or misshapen tensor is an error that names it."""
    network.load_state_dict(read_safetensors(path))


def save_weights(tensors, folder, name, options, data_sha256, metrics, **about):
    """Writes NAME.safetensors and NAME.json (manifest) into a folder. `about` goes into the manifest as it is."""
    path = Path(folder) / f"{name}.safetensors"
    sha256 = write_safetensors(path, tensors)
    manifest = {
        "version": 1,
        "file": path.name,
        "bytes": path.stat().st_size,
        "sha256": sha256,
        "dtype": "F16",
        "parameters": sum(tensor.numel() for tensor in tensors.values()),
        "tensors": {key: list(value.shape) for key, value in sorted(tensors.items())},
        "data": {"sha256": data_sha256},
        "recipe": {key: value for key, value in vars(options).items() if key not in ("out", "data")},
        "seed": options.seed,
        **about,
        "metrics": metrics,
        "software": {"torch": torch.__version__},
        "date": datetime.now(timezone.utc).date().isoformat(),
    }
    path.with_suffix(".json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"written {path}, {sha256}", flush=True)
