"""
Follows the teacher's guided ODE and keeps states on the way: what students learn from.

Half of the trajectories start from pure noise (the ODE states), half from a real image noised to a random time (re-noised
states, which gDDIM at eta > 0 visits). Prompts are full and partial. Written in shards, so that it can be stopped and
resumed; the n-th shard is the same whoever makes it.
"""

import argparse
import time
from pathlib import Path

import torch

from dataset import Glyphs, drop_slots
from flow import euler_path
from network import GlyphNetwork
from weights import load_weights

KEPT = 9  # states at t = 1, 0.875, .. 0


def partial_prompts(prompt, generator):
    """Half of the prompts are full, the others lose slots at rates of their own; few are empty."""
    full = torch.rand(len(prompt), 1, generator=generator) < 0.5
    return torch.where(full, prompt, drop_slots(prompt, generator, whole=0.06, partial=0.94))


def make_shard(network, glyphs, seed, options):
    """dict of states [n, 9, 3, 32, 32] (fp16), first [n] (index of the first state that means something), prompts [n, 6]."""
    generator = torch.Generator().manual_seed(seed)
    per_state = options.steps // (KEPT - 1)
    times = [1 - k / options.steps for k in range(options.steps + 1)]
    states, first, prompts = [], [], []
    for part in range(options.shard // options.batch):
        x0, prompt = glyphs.batch(options.batch, generator)
        prompt = partial_prompts(prompt, generator)
        begin = 0 if part % 2 == 0 else int(torch.randint(1, KEPT - 1, (1,), generator=generator))
        t = times[begin * per_state]
        x = (1 - t) * x0 + t * torch.randn(x0.shape, generator=generator)
        path = euler_path(network, x, times[begin * per_state :], prompt, options.scale)[:, ::per_state]
        missing = path[:, :1].expand(-1, begin, -1, -1, -1)
        states.append(torch.cat([missing, path], 1).half())
        first.append(torch.full((len(x),), begin))
        prompts.append(prompt)
    return {"states": torch.cat(states), "first": torch.cat(first), "prompts": torch.cat(prompts)}


def load_shards(folder):
    """All trajectories of a folder, as one dict."""
    shards = [torch.load(path) for path in sorted(Path(folder).glob("shard-*.pt"))]
    if not shards:
        raise SystemExit(f"{folder}: must hold shards, got none; run `npm run train -- trajectories` first")
    return {name: torch.cat([shard[name] for shard in shards]) for name in shards[0]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".train/data")
    parser.add_argument("--teacher", default=".train/teacher/teacher.safetensors")
    parser.add_argument("--out", default=".train/trajectories")
    parser.add_argument("--count", type=int, default=10240, help="trajectories in all")
    parser.add_argument("--shard", type=int, default=512, help="trajectories per shard")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=32, help="Euler steps, a multiple of 8")
    parser.add_argument("--scale", type=float, default=3.0, help="guidance scale")
    parser.add_argument("--minutes", type=float, default=60, help="stops after the shard in which this is reached")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    glyphs = Glyphs(options.data, "train")
    network = GlyphNetwork().to(memory_format=torch.channels_last).eval()
    load_weights(network, options.teacher)
    Path(options.out).mkdir(parents=True, exist_ok=True)
    started, made = time.time(), 0
    shards = -(-options.count // options.shard)
    for index in range(shards):
        path = Path(options.out) / f"shard-{index:04d}.pt"
        if path.exists():
            continue
        if time.time() - started > 60 * options.minutes:
            print(f"stopped after {options.minutes} minutes: {index} of {shards} shards", flush=True)
            break
        shard = make_shard(network, glyphs, 10_000 * options.seed + index, options)
        torch.save(shard, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)
        made += len(shard["first"])
        speed = made / (time.time() - started)
        left = (shards - index - 1) * options.shard / speed / 60
        print(f"shard {index + 1} of {shards}: {speed:.1f} trajectories/s, about {left:.0f} min left", flush=True)
