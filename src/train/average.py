"""
Averages weights of a student between states of one training path, each with its learning rate annealed [Izmailov18]. Refining swings:
one state keeps some colour pairs that were never trained, a later one others, and their average most of both.
"""

import argparse
import json
from pathlib import Path

from network import GlyphNetwork
from weights import load_weights, save_weights


def average(options):
    shares = {path: float(share) for path, share in (pair.split("=") for pair in options.states.split(","))}
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise SystemExit(f"--states: shares must sum to 1, got {sum(shares.values())}")
    sums, manifests = {}, {}
    for path, share in shares.items():
        network = GlyphNetwork()
        load_weights(network, path)
        manifests[path] = json.loads(Path(path).with_suffix(".json").read_text())
        for name, value in network.state_dict().items():
            sums[name] = sums.get(name, 0) + share * value.float()
    newest = max(manifests.values(), key=lambda manifest: manifest["seconds"])
    states = [
        {"share": share, "sha256": manifests[path]["sha256"], "seconds": manifests[path]["seconds"]}
        for path, share in shares.items()
    ]
    options.seed = newest["seed"]
    Path(options.out).mkdir(parents=True, exist_ok=True)
    about = {key: newest[key] for key in ("steps", "images", "seconds", "trajectories") if key in newest}
    save_weights(sums, options.out, "student", options, newest["data"]["sha256"], {}, recipeOfNewest=newest["recipe"], averageOf=states, **about)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", required=True, help="FILE=SHARE,FILE=SHARE: files of students with their manifests beside them")
    parser.add_argument("--out", default=".train/students/averaged")
    average(parser.parse_args())
