"""
Sampling of the rectified flow x_t = (1 - t) x0 + t eps: guided x0Hat, the ODE by Euler steps, and gDDIM at any eta.

Time runs from T = 0.99 for gDDIM, as in the page: at t = 1 nothing of the image is left, so every eta > 0 would start anew.
"""

import functools
import math

import torch

from network import unsaid

LARGEST = 1.1  # x0Hat is clamped to [-1.1, 1.1] under guidance, which overshoots colours
LAST_TIME = 0.99


@torch.no_grad()
def predict(network, x, t, s, prompt, scale=1.0):
    """x0Hat at time t for a jump to s (numbers or [n]); scale > 1 is classifier-free guidance [Ho22]."""
    n = len(x)
    t, s = (torch.as_tensor(v, dtype=torch.float32).expand(n) for v in (t, s))
    if scale == 1:
        return network(x, t, s, prompt)
    both = network(torch.cat([x, x]), t.repeat(2), s.repeat(2), torch.cat([prompt, unsaid(prompt)]))
    asked, empty = both.chunk(2)
    return (empty + scale * (asked - empty)).clamp(-LARGEST, LARGEST)


@torch.no_grad()
def euler_path(network, x, times, prompt, scale):
    """States [n, len(times), 3, 32, 32] of the guided ODE from x at times[0], one Euler step between neighbours."""
    states = [x]
    for t, s in zip(times[:-1], times[1:]):
        x0_hat = predict(network, x, t, 0.0, prompt, scale)
        x = x0_hat + (x - x0_hat) * (s / t)
        states.append(x)
    return torch.stack(states, 1)


def gddim_step(t, s, eta):
    """(c0, cx, cz, target) of x_s = c0 x0Hat + cx x_t + cz z [Zhang22], and the time a flow-map student is asked for."""
    if s == 0:
        return 1.0, 0.0, 0.0, 0.0
    rho = s * (1 - t) / (t * (1 - s))
    q = rho ** (eta * eta) if eta > 0 else 1.0
    cx = s * q / t
    return (1 - s) - cx * (1 - t), cx, s * math.sqrt(max(0.0, 1 - q * q)), s * q / ((1 - s) + s * q)


def gddim_chain(predict_x0, x, steps, eta, generator=None, last=LAST_TIME):
    """x at time 0, from x at time `last` by `steps` equal steps; `predict_x0(x, t, target)` answers with x0Hat."""
    times = [last * (1 - k / steps) for k in range(steps)] + [0.0]
    for t, s in zip(times[:-1], times[1:]):
        c0, cx, cz, target = gddim_step(t, s, eta)
        x = c0 * predict_x0(x, t, target) + cx * x
        if cz > 0:
            x = x + cz * torch.randn(x.shape, generator=generator)
    return x


@torch.no_grad()
def sample(network, prompt, steps, eta, generator, scale=1.0, batch=100, last=LAST_TIME):
    """Images [n, 3, 32, 32] by `steps` equal steps of gDDIM from t = 0.99 to 0, clamped to [-1, 1]."""
    images = []
    for begin in range(0, len(prompt), batch):
        asked = prompt[begin : begin + batch]
        x = torch.randn(len(asked), 3, 32, 32, generator=generator)
        answer = functools.partial(_answer, network, asked, scale)
        images.append(gddim_chain(answer, x, steps, eta, generator, last))
    return torch.cat(images).clamp(-1, 1)


def _answer(network, prompt, scale, x, t, target):
    return predict(network, x, t, target, prompt, scale)
