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


class Shares:
    """
    How often the critic reads each value of slots that prompts leave open, and each pair of colours where both are open: in real
    glyphs, and in the images drawn lately. Its loss draws images towards values that come out too rarely: the slope of the
    divergence from the real shares to the drawn.
    """

    LATELY = 200  # images
    LATELY_PAIRS = 600  # images: there are 57 pairs
    MOST = 25.0  # times as rare as it should be, and no more, counts

    def __init__(self, logits):
        """`logits` are the critic's on real glyphs: [n, values] per slot."""
        self.real = [read.mean(0) for read in self._read(logits)]
        self.drawn = [Lately([share], self.LATELY) for share in self.real]
        self.drawn[-1].most = self.LATELY_PAIRS

    def loss(self, logits, prompt):
        total = torch.zeros(())
        for part, read in enumerate(self._read(logits)):
            unsaid = _unsaid(prompt, [part] if part < len(logits) else [INK, BACKGROUND])
            if not unsaid.any():
                continue
            read = read[unsaid]
            self.drawn[part].add([read.detach().mean(0)], len(read))
            wanted = (self.real[part] / self.share(part).clamp(min=1e-3)).clamp(max=self.MOST)
            total = total - ((read * wanted).sum(1) - 1).sum() / len(prompt)
        return total

    def distance(self):
        """Half the summed differences of the shares of pairs: 0 where all come out as often as they should, 1 where none does."""
        return 0.5 * (self.share(-1) - self.real[-1]).abs().sum().item()

    def share(self, part):
        """How often each value of a slot was drawn lately; -1 is the pairs."""
        return self.drawn[part].means[0]

    @staticmethod
    def _read(logits):
        """Probabilities [n, values] per slot, and last those of pairs [n, inks * backgrounds]."""
        slots = [values.softmax(1) for values in logits]
        return [*slots, (slots[INK][:, :, None] * slots[BACKGROUND][:, None, :]).flatten(1)]


class Moments:
    """
    Mean and second moments of features, of real glyphs and of the images drawn lately, in units of the real spread: feature
    matching [Salimans16, Li15]. The loss is linear in each image's own part, at the slope of half the squared distances.
    """

    LATELY = 800  # images

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
    """Both losses, with figures of their own for every sampler and openness of prompts."""

    def __init__(self, features, logits, samplers):
        """The critic's features [n, F] and logits per slot on real glyphs, and the names of the samplers."""
        self.groups = {
            (sampler, kind): (Shares(logits), Moments(features)) for sampler in samplers for kind in range(3)
        }

    def losses(self, sampler, features, logits, prompt):
        """The loss of shares and that of moments, as means over the batch."""
        shares, moments = torch.zeros(()), torch.zeros(())
        kinds = openness(prompt)
        for kind in kinds.unique().tolist():
            mine = kinds == kind
            part = mine.float().mean()
            share, moment = self.groups[sampler, kind]
            shares = shares + part * share.loss([values[mine] for values in logits], prompt[mine])
            moments = moments + part * moment.loss(features[mine])
        return shares, moments

    def report(self):
        """Per sampler: shares of weights drawn where style is open, distance of colour pairs and of moments, for both kinds."""
        return {
            f"{sampler}/{kind}": [round(v, 3) for v in (*share.share(WEIGHT).tolist(), share.distance(), moment.distance())]
            for (sampler, kind), (share, moment) in self.groups.items()
            if kind > 0
        }
