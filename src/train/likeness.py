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


class Shares:
    """
    How often the critic reads each value of slots that prompts leave open: in real glyphs, and in the images drawn lately. Its
    loss draws images towards values that come out too rarely: the slope of the divergence from the real shares to the drawn.
    """

    LATELY = 200  # images
    MOST = 25.0  # times as rare as it should be, and no more, counts

    def __init__(self, logits):
        """`logits` are the critic's on real glyphs: [n, values] per slot."""
        self.real = [values.softmax(1).mean(0) for values in logits]
        self.drawn = [share.clone() for share in self.real]

    def loss(self, logits, prompt):
        total = torch.zeros(())
        for slot, values in enumerate(logits):
            unsaid = prompt[:, slot] == SLOT_SIZES[slot]
            if not unsaid.any():
                continue
            read = values[unsaid].softmax(1)
            forget = min(1.0, len(read) / self.LATELY)
            self.drawn[slot] = (1 - forget) * self.drawn[slot] + forget * read.detach().mean(0)
            wanted = (self.real[slot] / self.drawn[slot].clamp(min=1e-3)).clamp(max=self.MOST)
            total = total - ((read * wanted).sum(1) - 1).sum() / len(prompt)
        return total


class Moments:
    """
    Mean and second moments of features, of real glyphs and of the images drawn lately, in units of the real spread: feature
    matching [Salimans16, Li15]. The loss is linear in each image's own part, at the slope of half the squared distances.
    """

    LATELY = 300  # images

    def __init__(self, features):
        """`features` [n, F] are those of real glyphs."""
        self.mean, self.spread = features.mean(0), features.std(0).clamp(min=1e-3)
        self.real = self._of(self._white(features))
        self.drawn = self.real

    def loss(self, features):
        white = self._white(features)
        batch = self._of(white.detach())
        forget = min(1.0, len(features) / self.LATELY)
        self.drawn = [(1 - forget) * old + forget * new for old, new in zip(self.drawn, batch)]
        first, second = (drawn - real for drawn, real in zip(self.drawn, self.real))
        return (white @ first + 0.5 * ((white @ second) * white).sum(1)).mean() / len(first)

    def distance(self):
        """Squared distance of the moments per feature; 0 where they agree."""
        return sum(((drawn - real) ** 2).sum().item() for drawn, real in zip(self.drawn, self.real)) / len(self.mean)

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
        """Per sampler: shares of weights drawn where style is open, and the moments' distance, for both of its kinds."""
        return {
            f"{sampler}/{kind}": [*(round(v, 3) for v in share.drawn[WEIGHT].tolist()), round(moment.distance(), 3)]
            for (sampler, kind), (share, moment) in self.groups.items()
            if kind > 0
        }
