"""
Distils the teacher into a student that needs 1 to 8 steps, with guidance inside: one network call per step.

Method flow-map [Boffi24, Kim24]: asked at time t for the jump to s, the student answers with the x0Hat whose straight line
lands on the teacher's ODE state x_s: x_s = x0Hat + (x_t - x0Hat) s / t. Method endpoint [Luhman21]: the same for s = 0 only,
which is the end of the teacher's ODE. Both learn from the same trajectories, states between the kept ones being interpolated (the Euler path is piecewise straight),
from pure noise and from re-noised images.
"""

import copy

import torch

from checkpoint import Average, Run, learning_rate
from network import GlyphNetwork
from teacher import arguments
from trajectories import KEPT, load_shards
from weights import load_weights, save_weights

PEAK_RATE = 5e-4
AVERAGE_DECAY = 0.995
COARSE = torch.tensor([1.0, 0.75, 0.5, 0.25])
CLOSEST = 0.95  # s / t is at most this: closer pairs of fp16 states say little


def draw_times(first, method, generator=None):
    """
    Times t and targets s [n]. Half of the t are those of the 4-step sampler, the others anywhere from the trajectory's start
    down to 0.03. Targets: 0 (40 %), the next time of the 4-step sampler (30 %), or anywhere below t.
    """
    n = len(first)
    top = 1 - first.float() / (KEPT - 1)
    anywhere = 0.03 + (top - 0.03) * torch.rand(n, generator=generator)
    coarse = COARSE[torch.randint(0, len(COARSE), (n,), generator=generator)]
    t = torch.where((torch.rand(n, generator=generator) < 0.5) & (coarse <= top), coarse, anywhere)
    below = CLOSEST * t * torch.rand(n, generator=generator)
    step = ((torch.ceil(t * 4) - 1) / 4).clamp(min=0)
    kind = torch.rand(n, generator=generator)
    s = torch.where(kind < 0.4, torch.zeros(n), torch.where(kind < 0.7, torch.minimum(step, CLOSEST * t), below))
    return t, (torch.zeros(n) if method == "endpoint" else s)


def state_at(states, t):
    """States [n, 9, 3, 32, 32] of a batch at times t [n], by interpolation between the kept ones."""
    place = (1 - t) * (KEPT - 1)
    below = place.floor().clamp(max=KEPT - 2).long()
    share = (place - below)[:, None, None, None]
    row = torch.arange(len(t))
    return states[row, below].float() * (1 - share) + states[row, below + 1].float() * share


def jump_loss(network, states, prompt, t, s, weight=1.0):
    """Mean weighted error of x0Hat against the one that jumps from x_t to x_s exactly; `weight` is a number or [n]."""
    x_t, x_s = state_at(states, t), state_at(states, s)
    ratio = (s / t)[:, None, None, None]
    goal = (x_s - ratio * x_t) / (1 - ratio)
    error = ((network(x_t, t, s, prompt) - goal) ** 2).mean((1, 2, 3))
    return (weight * error / (t * t).clamp(min=0.1)).mean()


def train(options):
    torch.set_num_threads(options.threads)
    out = f"{options.out}/{options.method}"
    run = Run(out, options.minutes, options.seed, options.steps)
    shards = load_shards(options.trajectories)
    states, first, prompts = shards["states"], shards["first"], shards["prompts"]
    network = GlyphNetwork().to(memory_format=torch.channels_last)
    load_weights(network, options.teacher)
    average = Average(copy.deepcopy(network), AVERAGE_DECAY)
    optimiser = torch.optim.AdamW(network.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=0.0, foreach=True)
    modules = {"network": network, "average": average.network, "optimiser": optimiser}
    if run.resume(modules):
        average.updates = run.step
    print(f"{len(states)} trajectories, method {options.method}", flush=True)
    while run.share() < 1:
        rate = learning_rate(PEAK_RATE, run.step, run.share(), warmup=50, hold=0.1)
        for group in optimiser.param_groups:
            group["lr"] = rate
        pick = torch.randint(0, len(states), (options.batch,))
        t, s = draw_times(first[pick], options.method)
        loss = jump_loss(network, states[pick], prompts[pick], t, s)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network)
        run.note(options.batch, loss.item(), every=options.log_every, rate=round(rate, 7))
        if run.due():
            run.save(modules)
    run.save(modules)
    save_weights(
        average.network.state_dict(), out, "student", options, data_sha256(options), {},
        steps=run.step, images=run.images, seconds=round(run.seconds()), trajectories=len(states),
    )


def data_sha256(options):
    with open(f"{options.data}/sha256") as file:
        return file.read().strip()


if __name__ == "__main__":
    parser = arguments(__doc__, ".train/students")
    parser.add_argument("--method", choices=["flow-map", "endpoint"], default="flow-map")
    parser.add_argument("--teacher", default=".train/teacher/teacher.safetensors")
    parser.add_argument("--trajectories", default=".train/trajectories")
    parser.set_defaults(minutes=30)
    train(parser.parse_args())
