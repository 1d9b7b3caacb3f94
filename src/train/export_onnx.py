"""
Writes a network as ONNX, for runtimes that are not ours: inputs x [n, 3, 32, 32], t [n], s [n], prompt [n, 6] (int64), output
x0Hat [n, 3, 32, 32], n free. The page does not use it; benchmarks compare ONNX Runtime with the page's own network.
"""

import argparse
from pathlib import Path

import torch

from network import SLOT_SIZES, GlyphNetwork
from weights import load_weights

OPSET = 17  # the newest that Debian's torch 1.13 writes
INPUTS = ("x", "t", "s", "prompt")


def export(network, path, opset=OPSET):
    """Writes a network with its weights in f32."""
    network = network.eval()
    # Two images: with one, the tracer would take the batch for a constant.
    example = (torch.randn(2, 3, 32, 32), torch.rand(2), torch.rand(2), torch.zeros(2, len(SLOT_SIZES), dtype=torch.long))
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network, example, str(path), opset_version=opset, input_names=list(INPUTS), output_names=["x0Hat"],
        dynamic_axes={name: {0: "n"} for name in (*INPUTS, "x0Hat")},
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", default="public/models/glyphs/student.safetensors", help="safetensors file")
    parser.add_argument("--out", default=".train/onnx/student.onnx", help="file to write")
    options = parser.parse_args()
    network = GlyphNetwork()
    load_weights(network, options.weights)
    export(network, options.out)
    print(f"written {options.out}, {Path(options.out).stat().st_size} bytes", flush=True)
