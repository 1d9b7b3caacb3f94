"""
Refines a distilled student against real glyphs, through its own sampler: adversarial distillation [Sauer23].

Each step draws images by 1, 2, 4 or 8 steps of gDDIM, the ODE mostly, other etas as well, with gradients through all steps [Clark24].
Losses: a discriminator must take the images for real glyphs of the same prompt; critics must read in them what the prompt
says, as surely as in real glyphs and no surer [Odena17]; what the prompt leaves open must come out as it does among real glyphs
(likeness.py); and jumps must stay those of the teacher (distil.py).
Critics are neither rewards nor judges: `npm run train -- classifiers --kinds critic --members 2 --minutes 9`.
"""

import copy

import torch
import torch.nn.functional as F

from checkpoint import Average, Run, learning_rate
from classifiers import shifted, targets
from dataset import BACKGROUND, NEAR_COLOURS, INK, STYLE, Glyphs, drop_slots
from discriminator import Discriminator, load_critics
from distil import data_sha256, draw_times, jump_loss
from flow import gddim_chain
from likeness import Likeness, style_open
from network import GlyphNetwork, unsaid, without
from teacher import arguments
from trajectories import load_shards
from weights import load_weights, read_safetensors, save_weights

JUDGE_RATE = 1e-3
AVERAGE_DECAY = 0.995
# Chosen so that the gradients are of one size.
ADVERSARIAL, READING, SHARES, MOMENTS, DISTILLATION = 0.1, 0.02, 0.2, 0.6, 4.0
EARLY = 0.1  # weight of jumps that guidance narrowed
SHAKEN = 0.03  # noise on what the discriminator sees, moved by up to a pixel: it cannot learn images by heart
# Per slot: characters are misread longest; weight and class fade where shares of them are asked of short prompts.
IMPORTANCE = torch.tensor([4.0, 1.5, 0.5, 1.0, 1.0, 1.0])
# Steps N, their chance, and images drawn at once: about as many network calls each time.
SAMPLERS = ((1, 0.2, 32), (2, 0.25, 24), (4, 0.45, 16), (8, 0.1, 8))
LARGEST_ETA = 1.5
# Shares of the prompts from and to, and the slots that these lose.
SHORTENED = (
    (0.0, 0.25, [*STYLE, INK, BACKGROUND]), (0.25, 0.5, STYLE), (0.5, 0.58, [INK, BACKGROUND]), (0.58, 0.63, [INK]), (0.63, 0.68, [BACKGROUND])
)
# Share of the prompts that ask for colours near each other: orange ground never has a light letter in the data, and a network
# that has seen no other draws red under white ones. Held-out pairs stay unseen.
NEAR = 0.2
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

    def predict_x0(x, t, target):
        return network(x, torch.full((len(x),), t), torch.full((len(x),), target), prompt)

    return gddim_chain(predict_x0, torch.randn(len(prompt), 3, 32, 32), steps, eta)


def shortened(prompt):
    """A quarter keep only their character, some lose their style, and some the colour of ink, ground or both, to learn each alone."""
    kind, out = torch.rand(len(prompt), 1), prompt
    for least, most, slots in SHORTENED:
        out = torch.where((kind >= least) & (kind < most), without(prompt, slots), out)
    return out


def asked_batch(glyphs, size):
    """Real glyphs [size, 3, 32, 32], what is asked [size, 6], and which have colours near each other: full prompts."""
    x, full = glyphs.batch(size)
    near, (near_x, near_full) = torch.rand(size) < NEAR, glyphs.batch(size, colours=NEAR_COLOURS)
    prompt = shortened(drop_slots(full, whole=0.03, partial=0.4))
    return torch.where(near[:, None, None, None], near_x, x), torch.where(near[:, None], near_full, prompt), near


def reading_errors(logits, prompt):
    """Cross-entropy [n, 6] of each slot, 0 where the prompt does not say it."""
    label = targets(prompt)
    return torch.stack([F.cross_entropy(l, label[:, i], reduction="none", ignore_index=-100) for i, l in enumerate(logits)], 1)


@torch.no_grad()
def read_real(critic, glyphs, n=4000):
    """The critic's features [n, F], logits per slot and the prompts of real glyphs."""
    x, prompt = glyphs.batch(n, torch.Generator().manual_seed(5))
    features, logits = zip(*(critic(x[i : i + 250]) for i in range(0, n, 250)))
    return torch.cat(features), [torch.cat(values) for values in zip(*logits)], prompt


def usual_errors(logits, prompt):
    """Median cross-entropy [6] on real glyphs, among those whose prompt says the slot."""
    errors, said = reading_errors(logits, prompt), targets(prompt) >= 0
    return torch.stack([errors[said[:, slot], slot].median() for slot in range(errors.shape[1])])


def reading_loss(logits, prompt, usual):
    """Mean over images of the weighted errors above the usual ones: nothing is gained by being surer than real glyphs are."""
    return ((reading_errors(logits, prompt) - usual[None]).clamp(min=0) @ IMPORTANCE).mean()


class Reader:
    """A critic, how sure it is of real glyphs, and what it has read in drawn ones lately."""

    def __init__(self, critic, glyphs):
        features, logits, prompt = read_real(critic, glyphs)
        self.critic, self.usual = critic, usual_errors(logits, prompt)
        self.likeness = Likeness(features, logits, [steps for steps, _, _ in SAMPLERS])

    def losses(self, levels, legible, asked, steps):
        """Losses of reading what is `legible`, of shares and of moments, from the levels of images that prompts `asked` for."""
        features, logits = self.critic.read(levels)
        return reading_loss(logits, legible, self.usual), *self.likeness.losses(steps, features, logits, asked)


def read_by_all(readers, seen, legible, asked, steps):
    """
    The first critic's levels, and the mean of each loss over critics: images that only please one of them are no better for it.
    """
    levels = [reader.critic.levels(seen) for reader in readers]
    losses = [reader.losses(mine, legible, asked, steps) for reader, mine in zip(readers, levels)]
    return levels[0], *(sum(values) / len(readers) for values in zip(*losses))


@torch.no_grad()
def settle(readers, network, glyphs, images=100):
    """Gives the figures of drawn images a start from what the network draws now; else they would begin at the real ones."""
    full = glyphs.batch(images)[1]
    for steps, _, _ in SAMPLERS:
        for slots in (STYLE, [*STYLE, INK, BACKGROUND]):
            prompt = without(full, slots)
            for _ in range(2):
                seen = shifted(draw(network, prompt, steps, 0.0), 1, 1, SHAKEN)
                for reader in readers:
                    reader.likeness.losses(steps, *reader.critic(seen), prompt)


class Means:
    """Means of numbers since they were taken last."""

    def __init__(self):
        self.sums, self.count = {}, 0

    def add(self, **values):
        self.count += 1
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + value.item()

    def taken(self):
        means = {name: round(total / self.count, 5) for name, total in self.sums.items()}
        self.sums, self.count = {}, 0
        return means


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
        levels = critic.levels(both)
    scores = discriminator(both, levels, prompt)
    return F.relu(1 - scores[: len(real)]).mean() + F.relu(1 + scores[len(real) :]).mean()


def early_share(t, prompt):
    """Weight [n] of the teacher's jumps: guidance narrows what prompts leave open, and does so early, so early jumps count less."""
    return torch.where(style_open(prompt) & (t > 0.5), torch.full_like(t, EARLY), torch.ones_like(t))


def train(options):
    torch.set_num_threads(options.threads)
    run = Run(f"{options.out}/adversarial", options.minutes, options.seed, options.steps)
    shards = load_shards(options.trajectories)
    glyphs = Glyphs(options.data, "train")
    readers = [Reader(critic, glyphs) for critic in load_critics(read_safetensors(options.critic))]
    critic = readers[0].critic
    network = GlyphNetwork().to(memory_format=torch.channels_last)
    load_weights(network, options.student)
    average = Average(copy.deepcopy(network), AVERAGE_DECAY)
    discriminator = Discriminator()
    optimiser = torch.optim.AdamW(network.parameters(), options.rate, betas=(0.5, 0.99), weight_decay=0.0, foreach=True)
    against = torch.optim.AdamW(discriminator.parameters(), JUDGE_RATE, betas=(0.5, 0.99), weight_decay=0.01, foreach=True)
    modules = {"network": network, "average": average.network, "optimiser": optimiser, "discriminator": discriminator, "against": against}
    if run.resume(modules):
        average.updates = run.step
    settle(readers, network, glyphs)
    remembered, sums = Remembered(REMEMBERED), Means()
    while run.share() < 1:
        rate = learning_rate(options.rate, run.step, run.share(), warmup=100, hold=options.hold)
        for group in optimiser.param_groups:
            # The discriminator learns alone at first: until it knows something, its gradients would only do harm.
            group["lr"] = 0.0 if run.step < options.head_start else rate
        steps, eta, count = draw_sampler()
        real, prompt, near = asked_batch(glyphs, COMPARED)
        dy, dx = torch.randint(0, 3, (2,)).tolist()

        asked = prompt[:count]
        fake = draw(network, asked, steps, eta)
        seen = shifted(fake, dy, dx, SHAKEN)
        # The critics have seen no such pairs either, and misread their ink.
        legible = torch.where(near[:count, None] & (torch.arange(6) == INK), unsaid(asked), asked)
        levels, reading, shares, moments = read_by_all(readers, seen, legible, asked, steps)
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        fooling = -discriminator(seen, levels, asked).mean()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)
        pick = torch.randint(0, len(shards["states"]), (options.batch,))
        t, s = draw_times(shards["first"][pick], "flow-map")
        jump_prompts = shards["prompts"][pick]
        jumps = jump_loss(network, shards["states"][pick], jump_prompts, t, s, early_share(t, jump_prompts))
        loss = ADVERSARIAL * fooling + READING * reading + SHARES * shares + MOMENTS * moments + DISTILLATION * jumps
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network)

        remembered.add(fake.detach(), asked)
        drawn, drawn_prompt = remembered.some(COMPARED, count)
        apart = discriminator_loss(
            discriminator, critic, shifted(real, dy, dx, SHAKEN), prompt, shifted(drawn, dy, dx, SHAKEN), drawn_prompt
        )
        against.zero_grad(set_to_none=True)
        apart.backward()
        against.step()

        sums.add(fooling=fooling, reading=reading, jumps=jumps, discriminator=apart, shares=shares, moments=moments)
        run.note(steps * count, reading.item(), every=options.log_every, rate=round(rate, 7))
        if run.step % options.log_every == 0:
            means = {**sums.taken(), "likeness": [reader.likeness.report() for reader in readers]}
            run.log(step=run.step, **means)
            print(means, flush=True)
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
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate at its peak")
    parser.add_argument("--hold", type=float, default=0.7, help="share of the time before the learning rate falls")
    parser.set_defaults(minutes=368, batch=12)
    train(parser.parse_args())
