"""One DDPO iteration of a small policy in PyTorch eager: rollout, one gradient pass, one update.

Reads {trajectories, steps, width, depth, rounds} as JSON; prints the least ms of an iteration by number of threads,
on the clock and on the CPU. As in
the published training loops, the gradient is accumulated step by step over all trajectories.
"""
import json
import math
import sys
import time

import torch

job = json.load(sys.stdin)
count, steps = job["trajectories"], job["steps"]
times = [0.99 * (steps - k) / steps for k in range(steps + 1)]
FEATURES = 9


def build():
    sizes = [2 + FEATURES] + [job["width"]] * job["depth"]
    layers = []
    for wide, narrow in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(wide, narrow), torch.nn.SiLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 2))


def features(t):
    u = (min(10.0, max(-10.0, 2 * math.log((1 - t) / t)))) / 10
    waves = [f(k * math.pi * u / 2) for k in (1, 2, 3, 4) for f in (math.sin, math.cos)]
    return torch.tensor([[u, *waves]]).expand(count, FEATURES)


def denoise(network, x, t):
    alpha, sigma = 1 - t, t
    v = alpha * alpha + sigma * sigma
    out = network(torch.cat([x / math.sqrt(v), features(t)], 1))
    return alpha / v * x - sigma / math.sqrt(v) * out


def coefficients(k):
    """gDDIM at eta = 1 from times[k] to times[k + 1]; the last step is a jump to x0Hat."""
    t, s = times[k], times[k + 1]
    if s == 0:
        return 0.0, 1.0, 0.0
    rho = s * (1 - t) / (t * (1 - s))
    cx = s / t * rho
    return cx, (1 - s) - cx * (1 - t), s * math.sqrt(1 - rho * rho)


def iteration(network, optimiser):
    kept = []
    with torch.no_grad():
        x = torch.randn(count, 2)
        for k in range(steps):
            cx, c0, cz = coefficients(k)
            after = cx * x + c0 * denoise(network, x, times[k]) + cz * torch.randn(count, 2)
            if cz > 0:
                kept.append((k, x, after))
            x = after
        reward = x[:, 0]
        advantage = ((reward - reward.mean()) / (reward.std() + 1e-8)).clamp(-5, 5)
    optimiser.zero_grad()
    for k, x, after in kept:
        cx, c0, cz = coefficients(k)
        mean = cx * x + c0 * denoise(network, x, times[k])
        log_prob = (-((after - mean) ** 2) / (2 * cz * cz)).sum(1)
        (-(advantage * log_prob).sum() / (count * len(kept))).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()


def least(threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    network = build()
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-4, weight_decay=1e-4)
    wall = cpu = float("inf")
    for round_number in range(job["rounds"] + 1):
        start, start_cpu = time.perf_counter(), time.process_time()
        iteration(network, optimiser)
        if round_number > 0:
            wall = min(wall, 1000 * (time.perf_counter() - start))
            cpu = min(cpu, 1000 * (time.process_time() - start_cpu))
    return {"threads": threads, "ms": wall, "cpuMs": cpu}


default = torch.get_num_threads()
runs = [least(n) for n in sorted({1, default})]
print(json.dumps({"version": torch.__version__, "runs": runs}))
