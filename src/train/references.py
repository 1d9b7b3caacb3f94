"""
Features of real glyphs, which the page takes Frechet distances to: the leading principal components of the first evaluation
classifier's 128 features. Fewer of them make the distance less biased for the few hundred images that a page draws.

`components` [128, 32] turn a classifier's features into these; `train.features` [2000, 32] of training glyphs are the
reference; `heldOut.features` [600, 32] of families that took no part,
with their prompts `heldOut.prompts` [600, 6], say what prompts to draw and how far real images of that number are off.
`heldOut.readings` [600, 6]: 1 read as labelled by the ensemble, 0 read otherwise, 255 where the font does not say.
"""

import argparse
import time

import torch

from classifiers import ensemble
from dataset import Glyphs
from evaluate import features, load_judges
from network import SLOT_SIZES
from weights import save_weights

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".train/data")
    parser.add_argument("--judges", default=".train/classifiers/evaluation-classifiers.safetensors")
    parser.add_argument("--out", default=".train/classifiers")
    parser.add_argument("--n", type=int, default=2000, help="training glyphs")
    parser.add_argument("--held-out", type=int, default=600, help="glyphs of held-out families")
    parser.add_argument("--components", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    started = time.time()
    members, temperatures = load_judges(options.judges)
    judge = members[0]
    train, held_out = Glyphs(options.data, "train"), Glyphs(options.data, "heldOut")
    real = train.batch(options.n, torch.Generator().manual_seed(options.seed))[0]
    unseen, prompts = held_out.batch(options.held_out, torch.Generator().manual_seed(options.seed + 1))
    seen, new = features(judge, real), features(judge, unseen)
    values, vectors = torch.linalg.eigh(torch.cov(seen.T))
    components = vectors[:, -options.components :].half().double()
    guesses = torch.stack([p.argmax(1) for p in ensemble(members, unseen, temperatures)], 1)
    silent = torch.tensor(255).expand_as(prompts)
    readings = torch.where(prompts < torch.tensor(SLOT_SIZES), (guesses == prompts).long(), silent)
    save_weights(
        {
            "components": components,
            "train.features": seen @ components,
            "heldOut.features": new @ components,
            "heldOut.prompts": prompts,
            "heldOut.readings": readings,
        },
        options.out, "real-features", options, train.sha256,
        {"varianceExplained": round((values[-options.components :].sum() / values.sum()).item(), 4)},
        seconds=round(time.time() - started),
    )
