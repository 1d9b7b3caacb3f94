"""
Trains the teacher: a rectified flow [Liu23] x_t = (1 - t) x0 + t eps whose network predicts x0.

Loss |x0Hat - x0|^2 / max(t, 0.15)^2 with t = sigmoid(0.3 + 1.1 n), n normal; AdamW, cosine, averaged weights.
Resumable: the same command goes on from the last checkpoint; a larger --minutes goes on for longer.
"""

import argparse
import copy

import torch

from checkpoint import Average, Run, learning_rate
from dataset import Glyphs, drop_slots
from network import GlyphNetwork
from weights import load_weights, save_weights

PEAK_RATE = 1e-3
AVERAGE_DECAY = 0.998


def flow_loss(network, x0, prompt, t, eps):
    """Mean weighted error of x0Hat for given times t [n] and noise eps [n, 3, 32, 32]."""
    time = t[:, None, None, None]
    x0_hat = network((1 - time) * x0 + time * eps, t, torch.zeros_like(t), prompt)
    error = ((x0_hat - x0) ** 2).mean((1, 2, 3))
    return (error / t.clamp(min=0.15) ** 2).mean()


def draw_times(n, generator=None):
    return torch.sigmoid(0.3 + 1.1 * torch.randn(n, generator=generator))


@torch.no_grad()
def validation_loss(network, glyphs, n=256):
    """Loss on the same images, colours, times and noise each time, full prompts."""
    generator = torch.Generator().manual_seed(0)
    x0, prompt = glyphs.batch(n, generator)
    t, eps = draw_times(n, generator), torch.randn(x0.shape, generator=generator)
    return flow_loss(network, x0, prompt, t, eps).item()


def train(options):
    torch.set_num_threads(options.threads)
    run = Run(options.out, options.minutes, options.seed, options.steps)
    train_set, validation = Glyphs(options.data, "train"), Glyphs(options.data, "validation")
    network = GlyphNetwork().to(memory_format=torch.channels_last)
    if options.warm:
        load_weights(network, options.warm)
    average = Average(copy.deepcopy(network), AVERAGE_DECAY)
    optimiser = torch.optim.AdamW(network.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=0.01, foreach=True)
    modules = {"network": network, "average": average.network, "optimiser": optimiser}
    if run.resume(modules):
        average.updates = run.step
    print(f"{len(train_set)} training images, {sum(p.numel() for p in network.parameters())} parameters", flush=True)
    while run.share() < 1:
        rate = learning_rate(options.rate, run.step, run.share())
        for group in optimiser.param_groups:
            group["lr"] = rate
        x0, prompt = train_set.batch(options.batch)
        loss = flow_loss(network, x0, drop_slots(prompt), draw_times(len(x0)), torch.randn_like(x0))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network)
        run.note(len(x0), loss.item(), every=options.log_every, rate=round(rate, 7), gradientNorm=round(norm.item(), 3))
        if run.due():
            run.save(modules)
            run.log(step=run.step, validationLoss=round(validation_loss(average.network, validation), 5))
    run.save(modules)
    final = validation_loss(average.network, validation)
    run.log(step=run.step, validationLoss=round(final, 5))
    save_weights(
        average.network.state_dict(), options.out, "teacher", options, train_set.sha256, {"validationLoss": round(final, 5)},
        steps=run.step, images=run.images, seconds=round(run.seconds()),
    )


def arguments(description, out):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".train/data", help="folder of the data stage")
    parser.add_argument("--out", default=out, help="folder of checkpoints, log and weights")
    parser.add_argument("--minutes", type=float, default=120, help="time spent training, over all resumes")
    parser.add_argument("--steps", type=int, help="ends earlier, after so many steps")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--log-every", type=int, default=100, help="steps")
    return parser


if __name__ == "__main__":
    parser = arguments(__doc__, ".train/teacher")
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="peak learning rate")
    parser.add_argument("--warm", help="safetensors file to start from")
    train(parser.parse_args())
