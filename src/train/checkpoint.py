"""Time-budgeted training that can be stopped at any time: checkpoints, logs, averaged weights, the learning rate."""

import json
import math
import os
import signal
import time
from pathlib import Path

import torch


class Average:
    """Exponential moving average of a network's parameters, in a second network of the same kind."""

    def __init__(self, network, decay):
        self.network, self.decay, self.updates = network, decay, 0
        for parameter in network.parameters():
            parameter.requires_grad_(False)

    @torch.no_grad()
    def update(self, source):
        self.updates += 1
        # Early averages forget quickly, or the random start would stay in them for long.
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        mine = list(self.network.parameters())
        torch._foreach_mul_(mine, decay)
        torch._foreach_add_(mine, [p.detach() for p in source.parameters()], alpha=1 - decay)


def learning_rate(peak, step, share, warmup=200, hold=0.2):
    """Linear warm-up, constant for 20 % of the time, then a cosine to 2 % of the peak at share = 1."""
    rise = min(1.0, (step + 1) / warmup)
    fall = 1.0 if share < hold else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (share - hold) / (1 - hold)))
    return peak * rise * fall


class Run:
    """
    A training run in a folder: `checkpoint.pt` (all that resuming needs) and `log.jsonl`. `minutes` counts time spent
    training, over all resumes; `steps`, if given, ends it earlier, and so does a first SIGINT or SIGTERM: what there is by then
    is saved as at the end, and the same command goes on.
    """

    def __init__(self, folder, minutes, seed, steps=None, every_seconds=180):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.last_step = steps
        self.budget, self.every = 60 * minutes, every_seconds
        self.step, self.images, self.before = 0, 0, 0.0
        self.started = self.saved = self.noted = time.time()
        self.noted_images, self.losses = 0, []
        self.stopped = False
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._stop)
        torch.manual_seed(seed)

    def _stop(self, number, _frame):
        self.stopped = True
        signal.signal(number, signal.SIG_DFL)
        print("stopping after this step; a second signal ends it at once", flush=True)

    def resume(self, modules):
        """Loads a checkpoint into the named modules and optimisers, if there is one."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path)
        for name, module in modules.items():
            module.load_state_dict(state[name])
        self.step, self.images, self.before = state["step"], state["images"], state["seconds"]
        self.noted_images = self.images
        torch.set_rng_state(state["rng"])
        print(f"resumed at step {self.step}, after {self.before:.0f} s of training", flush=True)
        return True

    def seconds(self):
        return self.before + time.time() - self.started

    def share(self):
        """Share of the training that is done, by time or by steps; 1 or more is the end."""
        if self.stopped:
            return 1.0
        return max(self.seconds() / self.budget, self.step / self.last_step if self.last_step else 0)

    def save(self, modules):
        state = {name: module.state_dict() for name, module in modules.items()}
        state.update(step=self.step, images=self.images, seconds=self.seconds(), rng=torch.get_rng_state())
        # Written beside and renamed: a run that is killed while saving keeps its last checkpoint.
        torch.save(state, self.folder / "checkpoint.tmp")
        os.replace(self.folder / "checkpoint.tmp", self.folder / "checkpoint.pt")
        self.saved = time.time()

    def due(self):
        return time.time() - self.saved > self.every

    def note(self, batch, loss, every=100, **numbers):
        """Counts a step; every 100 steps prints and logs the mean loss, the speed and the time left."""
        self.step += 1
        self.images += batch
        self.losses.append(loss)
        if self.step % every:
            return
        now = time.time()
        speed = (self.images - self.noted_images) / (now - self.noted)
        mean = sum(self.losses) / len(self.losses)
        self.log(step=self.step, loss=round(mean, 5), imagesPerSecond=round(speed, 1), **numbers)
        left = max(0.0, self.budget - self.seconds())
        print(
            f"step {self.step}: loss {mean:.4f}, {speed:.0f} images/s, "
            f"{100 * self.share():.0f} %, about {left / 60:.0f} min left",
            flush=True,
        )
        self.noted, self.noted_images, self.losses = now, self.images, []

    def log(self, **numbers):
        entry = {"seconds": round(self.seconds(), 1), "images": self.images, **numbers}
        with open(self.folder / "log.jsonl", "a") as file:
            file.write(json.dumps(entry) + "\n")
