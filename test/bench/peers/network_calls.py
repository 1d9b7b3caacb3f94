"""Times the glyph network in PyTorch eager on one thread: least of the rounds, ms per call. Reads JSON from standard input."""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src" / "train"))

import torch
from network import GlyphNetwork
from weights import load_weights

request = json.load(sys.stdin)
torch.set_num_threads(1)
network = GlyphNetwork().to(memory_format=torch.channels_last)
load_weights(network, request["file"])
network.eval()
x = torch.randn(request["images"], 3, 32, 32).to(memory_format=torch.channels_last)
t, s = torch.full((len(x),), 0.6), torch.full((len(x),), 0.2)
prompt = torch.zeros(len(x), 6, dtype=torch.long)
best = float("inf")
with torch.no_grad():
    for _ in range(request["rounds"] + 1):
        start = time.perf_counter()
        network(x, t, s, prompt)
        best = min(best, time.perf_counter() - start)
print(json.dumps({"ms": 1000 * best, "version": torch.__version__}))
