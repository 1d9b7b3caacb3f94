"""
What images drawn from prompts must have in common with real glyphs as a set, though no single image shows it: how often each
value of what prompts leave open comes out, and mean and spread of a critic's features.

Distillation under guidance narrows both: 1 % of letters whose style is not asked for came out black, of real ones 20 %.
Both losses keep running figures of the images drawn lately, since a batch is too small to show a share. Samplers and kinds of
prompts have figures of their own: else one step would draw the black letters that four steps lack, and the sum look right.
"""

import torch

from dataset import BACKGROUND, INK, STYLE, WEIGHT
from network import SLOT_SIZES


def style_open(prompt):
    """[n]: prompts that say nothing of weight, slant and typeface."""
    return _unsaid(prompt, STYLE)


def openness(prompt):
    """[n]: 0 where prompts say something of the style, 1 where of colours at most, 2 where of neither."""
    style = style_open(prompt)
    return style.long() + (style & _unsaid(prompt, [INK, BACKGROUND])).long()


def _unsaid(prompt, slots):
    return (prompt[:, slots] == torch.tensor(SLOT_SIZES)[slots]).all(1)


class Lately:
    """
    Running means of figures of images: of all images so far, then of about the last `most`. They begin at `start`, which counts
    as much as FIRST images.
    """

    FIRST = 50

    def __init__(self, start, most):
        self.means, self.most, self.count = start, most, self.FIRST

    def add(self, means, images):
        """`means` of so many images."""
        self.count = min(self.count + images, max(self.most, images))
        share = images / self.count
        self.means = [(1 - share) * old + share * new for old, new in zip(self.means, means)]


class Share:
    """
    How often the critic reads each value of something that prompts leave open: in real glyphs, and in the images drawn lately.
    Its loss draws images towards values that come out too rarely: the slope of the divergence from the real shares to the drawn.
    `most` is how much more than its due a value counts at most. Long memory and strong pull would make shares swing.
    """

    def __init__(self, read, lately, most):
        """`read` [n, values] are the critic's probabilities on real glyphs; drawn ones are remembered for `lately` images."""
        self.real, self.most = read.mean(0), most
        self.drawn = Lately([self.real], lately)

    def loss(self, read):
        """Summed over images of which the critic reads `read` [m, values]."""
        if len(read) == 0:
            return read.sum()
        self.drawn.add([read.detach().mean(0)], len(read))
        wanted = self.real / torch.lerp(self.now(), self.real, 1 / self.most).clamp(min=1e-9)
        return -((read * wanted).sum(1) - 1).sum()

    def now(self):
        return self.drawn.means[0]

    def distance(self):
        """Half the summed differences: 0 where all values come out as often as they should, 1 where none does."""
        return 0.5 * (self.now() - self.real).abs().sum().item()


def read_pairs(logits):
    """Probabilities [n, inks * backgrounds] of pairs of colours."""
    ink, background = (logits[slot].softmax(1) for slot in (INK, BACKGROUND))
    return (ink[:, :, None] * background[:, None, :]).flatten(1)


class Moments:
    """
    Mean and second moments of features, of real glyphs and of the images drawn lately, in units of the real spread: feature
    matching [Salimans16, Li15]. The loss is linear in each image's own part, at the slope of half the squared distances.
    """

    LATELY = 400  # images

    def __init__(self, features):
        """`features` [n, F] are those of real glyphs."""
        self.mean, self.spread = features.mean(0), features.std(0).clamp(min=1e-3)
        self.real = self._of(self._white(features))
        self.drawn = Lately(self.real, self.LATELY)

    def loss(self, features):
        white = self._white(features)
        self.drawn.add(self._of(white.detach()), len(features))
        first, second = (drawn - real for drawn, real in zip(self.drawn.means, self.real))
        return (white @ first + 0.5 * ((white @ second) * white).sum(1)).mean() / len(first)

    def distance(self):
        """Squared distance of the moments per feature; 0 where they agree."""
        return sum(((drawn - real) ** 2).sum().item() for drawn, real in zip(self.drawn.means, self.real)) / len(self.mean)

    def _white(self, features):
        return (features - self.mean) / self.spread

    @staticmethod
    def _of(white):
        return [white.mean(0), white.T @ white / len(white)]


class Likeness:
    """
    Both losses. Samplers and kinds of prompts (`openness`) have figures of their own; those of pairs of colours, which are many,
    stand for all prompts of a sampler that leave both open.
    """

    LATELY, MOST = 200, 25.0
    PAIRS_LATELY, PAIRS_MOST = 200, 4.0

    def __init__(self, features, logits, samplers):
        """The critic's features [n, F] and logits per slot on real glyphs, and the names of the samplers."""
        self.slots = {
            (sampler, kind): [Share(values.softmax(1), self.LATELY, self.MOST) for values in logits]
            for sampler in samplers
            for kind in range(3)
        }
        self.pairs = {sampler: Share(read_pairs(logits), self.PAIRS_LATELY, self.PAIRS_MOST) for sampler in samplers}
        self.moments = {group: Moments(features) for group in self.slots}

    def losses(self, sampler, features, logits, prompt):
        """The loss of shares and that of moments, as means over the batch."""
        shares = self.pairs[sampler].loss(read_pairs(logits)[_unsaid(prompt, [INK, BACKGROUND])])
        moments = torch.zeros(())
        kinds = openness(prompt)
        for kind in kinds.unique().tolist():
            mine = kinds == kind
            for slot, share in enumerate(self.slots[sampler, kind]):
                shares = shares + share.loss(logits[slot][mine & _unsaid(prompt, [slot])].softmax(1))
            moments = moments + mine.float().mean() * self.moments[sampler, kind].loss(features[mine])
        return shares / len(prompt), moments

    def report(self):
        """Where style is open, per sampler and kind: shares of weights drawn and the moments' distance; and that of the pairs."""
        open_kinds = {
            f"{sampler}/{kind}": [*(round(v, 3) for v in slots[WEIGHT].now().tolist()), round(self.moments[sampler, kind].distance(), 3)]
            for (sampler, kind), slots in self.slots.items()
            if kind > 0
        }
        return {**open_kinds, "pairs": [round(share.distance(), 3) for share in self.pairs.values()]}
