"""
Refines a distilled student against real glyphs, through its own sampler: adversarial distillation [Sauer23].

Each step draws images by 1, 2, 4 or 8 steps of gDDIM, the ODE mostly, other etas as well, with gradients through all steps [Clark24].
Four losses: a discriminator must take the images for real glyphs of the same prompt; a critic must read in them what the
prompt says, as surely as in real glyphs and no surer [Odena17]; what the prompt leaves open must come out as often as among real glyphs;
and jumps must stay those of the teacher (distil.py).
The critic is neither a reward nor a judge: `npm run train -- classifiers --kinds critic --members 1 --minutes 9`.
"""

import copy

import torch
import torch.nn.functional as F

from checkpoint import Average, Run, learning_rate
from classifiers import targets
from dataset import Glyphs, drop_slots
from discriminator import Discriminator, critic_features, load_critic
from distil import data_sha256, draw_times, jump_loss
from flow import LAST_TIME, gddim_step
from network import SLOT_SIZES, GlyphNetwork
from teacher import arguments
from trajectories import load_shards
from weights import load_weights, read_safetensors, save_weights

PEAK_RATE = 2e-4
JUDGE_RATE = 1e-3
AVERAGE_DECAY = 0.995
# Chosen so that the three gradients are of one size at the start.
ADVERSARIAL, READING, OPEN, DISTILLATION = 0.1, 0.02, 0.02, 4.0
# Per slot: characters are what is still misread, while styles soon read as surely as real ones do.
IMPORTANCE = torch.tensor([4.0, 0.5, 0.5, 0.5, 1.0, 1.0])
# Steps N, their chance, and images drawn at once: about as many network calls each time.
SAMPLERS = ((1, 0.2, 32), (2, 0.25, 24), (4, 0.45, 16), (8, 0.1, 8))
LARGEST_ETA = 1.5
REMEMBERED = 128  # drawn images that the discriminator sees again
COMPARED = 32  # real and as many drawn images that it sees per step


def draw_sampler():
    """Steps N and eta of the next batch, and its size: the ODE six times in ten."""
    kind = int(torch.multinomial(torch.tensor([chance for _, chance, _ in SAMPLERS]), 1))
    steps, _, images = SAMPLERS[kind]
    eta = 0.0 if torch.rand(()) < 0.6 else LARGEST_ETA * float(torch.rand(()))
    return steps, eta, images


def draw(network, prompt, steps, eta):
    """Images [n, 3, 32, 32] as flow.py's `sample` makes them, not clamped, with gradients."""
    x = torch.randn(len(prompt), 3, 32, 32)
    times = [LAST_TIME * (1 - k / steps) for k in range(steps)] + [0.0]
    for t, s in zip(times[:-1], times[1:]):
        c0, cx, cz, target = gddim_step(t, s, eta)
        at = torch.full((len(x),), t)
        x0_hat = network(x, at, torch.full_like(at, target), prompt)
        x = c0 * x0_hat + cx * x
        if cz > 0:
            x = x + cz * torch.randn_like(x)
    return x


def shaken(x, dy, dx):
    """Images moved by dy - 1 and dx - 1 pixels, with a little noise: the discriminator cannot learn them by heart."""
    padded = F.pad(x, (1, 1, 1, 1), mode="replicate")
    return padded[:, :, dy : dy + 32, dx : dx + 32] + 0.03 * torch.randn_like(x)


def reading_errors(logits, prompt):
    """Cross-entropy [n, 6] of each slot, 0 where the prompt does not say it."""
    label = targets(prompt)
    return torch.stack([F.cross_entropy(l, label[:, i], reduction="none", ignore_index=-100) for i, l in enumerate(logits)], 1)


@torch.no_grad()
def usual_errors(critic, glyphs, n=2000):
    """Median cross-entropy [6] of the critic on real glyphs, among those whose prompt says the slot."""
    x, prompt = glyphs.batch(n, torch.Generator().manual_seed(5))
    errors = torch.cat([reading_errors(critic_features(critic, x[i : i + 250])[1], prompt[i : i + 250]) for i in range(0, n, 250)])
    return torch.stack([errors[targets(prompt)[:, slot] >= 0, slot].median() for slot in range(errors.shape[1])])


def reading_loss(logits, prompt, usual):
    """Mean over images of the weighted errors above the usual ones: nothing is gained by being surer than real glyphs are."""
    return ((reading_errors(logits, prompt) - usual[None]).clamp(min=0) @ IMPORTANCE).mean()


class Shares:
    """
    How often the critic reads each value of slots that prompts leave open: in real glyphs, and in the images drawn lately. Its
    loss draws images towards values that come out too rarely: the slope of the divergence from the real shares to the drawn.
    """

    KEPT = 0.97  # of the drawn shares, per batch
    MOST = 5.0

    def __init__(self, critic, glyphs, n=2000):
        with torch.no_grad():
            x, _ = glyphs.batch(n, torch.Generator().manual_seed(6))
            parts = [critic_features(critic, x[i : i + 250])[1] for i in range(0, n, 250)]
        self.real = [torch.cat(logits).softmax(1).mean(0) for logits in zip(*parts)]
        self.drawn = [share.clone() for share in self.real]

    def loss(self, logits, prompt):
        total = torch.zeros(())
        for slot, values in enumerate(logits):
            unsaid = prompt[:, slot] == SLOT_SIZES[slot]
            if not unsaid.any():
                continue
            read = values[unsaid].softmax(1)
            self.drawn[slot] = self.KEPT * self.drawn[slot] + (1 - self.KEPT) * read.detach().mean(0)
            wanted = (self.real[slot] / self.drawn[slot].clamp(min=1e-3)).clamp(max=self.MOST)
            total = total - ((read * wanted).sum(1) - 1).sum() / len(prompt)
        return total


class Remembered:
    """The last drawn images with their prompts."""

    def __init__(self, most):
        self.most, self.images, self.prompts = most, torch.zeros(0, 3, 32, 32), torch.zeros(0, 6, dtype=torch.long)

    def add(self, images, prompts):
        self.images = torch.cat([images, self.images])[: self.most]
        self.prompts = torch.cat([prompts, self.prompts])[: self.most]

    def some(self, count, newest):
        """`count` images and prompts: the newest ones, filled up with older ones."""
        older = newest + torch.randperm(max(0, len(self.images) - newest))[: max(0, count - newest)]
        pick = torch.cat([torch.arange(min(newest, count)), older])
        return self.images[pick], self.prompts[pick]


def discriminator_loss(discriminator, critic, real, real_prompt, fake, fake_prompt):
    """Hinge loss: scores of real glyphs above 1, of drawn ones below -1."""
    both, prompt = torch.cat([real, fake]), torch.cat([real_prompt, fake_prompt])
    with torch.no_grad():
        levels, _ = critic_features(critic, both)
    scores = discriminator(both, levels, prompt)
    return F.relu(1 - scores[: len(real)]).mean() + F.relu(1 + scores[len(real) :]).mean()


def train(options):
    torch.set_num_threads(options.threads)
    run = Run(f"{options.out}/adversarial", options.minutes, options.seed, options.steps)
    shards = load_shards(options.trajectories)
    glyphs = Glyphs(options.data, "train")
    critic = load_critic(read_safetensors(options.critic))
    usual = usual_errors(critic, glyphs)
    network = GlyphNetwork().to(memory_format=torch.channels_last)
    load_weights(network, options.student)
    average = Average(copy.deepcopy(network), AVERAGE_DECAY)
    discriminator = Discriminator()
    optimiser = torch.optim.AdamW(network.parameters(), PEAK_RATE, betas=(0.5, 0.99), weight_decay=0.0, foreach=True)
    against = torch.optim.AdamW(discriminator.parameters(), JUDGE_RATE, betas=(0.5, 0.99), weight_decay=0.01, foreach=True)
    modules = {"network": network, "average": average.network, "optimiser": optimiser, "discriminator": discriminator, "against": against}
    if run.resume(modules):
        average.updates = run.step
    remembered, shares = Remembered(REMEMBERED), Shares(critic, glyphs)
    sums = torch.zeros(5)
    while run.share() < 1:
        rate = learning_rate(PEAK_RATE, run.step, run.share(), warmup=100, hold=0.3)
        for group in optimiser.param_groups:
            # The discriminator learns alone at first: until it knows something, its gradients would only do harm.
            group["lr"] = 0.0 if run.step < options.head_start else rate
        steps, eta, count = draw_sampler()
        real, prompt = glyphs.batch(COMPARED)
        prompt = drop_slots(prompt, whole=0.03, partial=0.5)
        dy, dx = torch.randint(0, 3, (2,)).tolist()

        asked = prompt[:count]
        fake = draw(network, asked, steps, eta)
        seen = shaken(fake, dy, dx)
        levels, logits = critic_features(critic, seen)
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        fooling = -discriminator(seen, levels, asked).mean()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)
        reading = reading_loss(logits, asked, usual)
        unsaid = shares.loss(logits, asked)
        pick = torch.randint(0, len(shards["states"]), (options.batch,))
        t, s = draw_times(shards["first"][pick], "flow-map")
        jumps = jump_loss(network, shards["states"][pick], shards["prompts"][pick], t, s)
        loss = ADVERSARIAL * fooling + READING * reading + OPEN * unsaid + DISTILLATION * jumps
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network)

        remembered.add(fake.detach(), asked)
        drawn, drawn_prompt = remembered.some(COMPARED, count)
        apart = discriminator_loss(discriminator, critic, shaken(real, dy, dx), prompt, shaken(drawn, dy, dx), drawn_prompt)
        against.zero_grad(set_to_none=True)
        apart.backward()
        against.step()

        sums += torch.tensor([fooling.item(), reading.item(), jumps.item(), apart.item(), unsaid.item()])
        run.note(steps * count, reading.item(), every=options.log_every, rate=round(rate, 7))
        if run.step % options.log_every == 0:
            means = dict(zip(("fooling", "reading", "jumps", "discriminator", "open"), (sums / options.log_every).tolist()))
            run.log(step=run.step, **{name: round(value, 5) for name, value in means.items()})
            print({name: round(value, 4) for name, value in means.items()}, flush=True)
            sums.zero_()
        if run.due():
            run.save(modules)
    run.save(modules)
    save_weights(
        average.network.state_dict(), run.folder, "student", options, data_sha256(options), {},
        steps=run.step, images=run.images, seconds=round(run.seconds()), trajectories=len(shards["first"]),
    )


if __name__ == "__main__":
    parser = arguments(__doc__, ".train/students")
    parser.add_argument("--student", default=".train/students/flow-map/student.safetensors", help="the student to start from")
    parser.add_argument("--critic", default=".train/critic/critic-classifiers.safetensors")
    parser.add_argument("--trajectories", default=".train/trajectories")
    parser.add_argument("--head-start", type=int, default=60, help="steps that the discriminator learns alone")
    parser.set_defaults(minutes=60, batch=12)
    train(parser.parse_args())
