"""
Measures what ships: teacher, students and, beside them, real glyphs of families that took no part in training.

Judges are the evaluation classifiers. Rows are computed in the order of their use and kept one by one in evaluation.json, so
a stopped run goes on, and --minutes may cut the table short: what is missing is named. Also writes contact sheets.
"""

import argparse
import functools
import hashlib
import json
import time
from pathlib import Path

import torch

from classifier_networks import EvaluationClassifier
from classifiers import SLOT_NAMES, ensemble
from dataset import BACKGROUND, CHARACTER, COLOURS, HELD_OUT_COLOURS, INK, SEEN_COLOURS, STYLE, Glyphs
from flow import sample
from network import SLOT_SIZES, VOCABULARY, GlyphNetwork, unsaid, without
from shares import completed, shipped_shares
from sheets import write_sheets
from weights import load_weights, read_safetensors

SCALE = 3.0
STEPS = (4, 1, 2, 8, 16, 32)
ETAS = (0.0, 1.0, 0.5, 1.2, 2.0)

# Letters whose capital and small forms differ in size only: an image of one letter cannot always tell them apart.
SAME_SHAPE = "cosvwxz"
CHARACTERS = VOCABULARY["slots"][CHARACTER]["values"]


def folded(tokens):
    """Character tokens with capitals of SAME_SHAPE taken for their small letters; "not said" stays."""
    small = [CHARACTERS.index(c.lower() if c.lower() in SAME_SHAPE else c) for c in CHARACTERS]
    return torch.tensor([*small, len(CHARACTERS)])[tokens]


def load_judges(path):
    """The members of the shipped evaluation ensemble, and their temperatures."""
    tensors = read_safetensors(path)
    manifest = json.loads(Path(path).with_suffix(".json").read_text())
    members = []
    for index in range(manifest["members"]):
        member = EvaluationClassifier().folded()
        prefix = f"{index}."
        member.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
        members.append(member.to(memory_format=torch.channels_last).eval())
    return members, manifest["temperatures"]


@torch.no_grad()
def features(judge, x, batch=250):
    return torch.cat([judge(x[i : i + batch])[0] for i in range(0, len(x), batch)]).double()


def frechet(a, b):
    """Frechet distance of two Gaussians fitted to features [n, F], [Heusel17] in these features."""
    mean = ((a.mean(0) - b.mean(0)) ** 2).sum()
    ca, cb = torch.cov(a.T), torch.cov(b.T)
    # The trace of the root of ca cb is the sum of the roots of its eigenvalues, which are those of a symmetric matrix.
    values, vectors = torch.linalg.eigh(ca)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cb @ root).clamp(min=0).sqrt().sum()
    return (mean + ca.trace() + cb.trace() - 2 * cross).item()


def precision_recall(real, fake, k=3):
    """Shares of fakes near reals and of reals near fakes, by the k-th neighbour balls of [Kynkaanniemi19]."""

    def radii(a):
        return torch.cdist(a, a).kthvalue(k + 1, dim=1).values

    distance = torch.cdist(fake, real)
    return (
        (distance < radii(real)[None]).any(1).double().mean().item(),
        (distance.T < radii(fake)[None]).any(1).double().mean().item(),
    )


def coverage_of(x, prompt):
    """Share of ink per pixel [n, 1024] of images whose colours the prompt says."""
    front = (COLOURS[prompt[:, INK]] * 2 - 1)[:, :, None, None]
    back = (COLOURS[prompt[:, BACKGROUND]] * 2 - 1)[:, :, None, None]
    axis = front - back
    return (((x - back) * axis).sum(1) / (axis * axis).sum(1)).clamp(0, 1).flatten(1)


def nearest_train(x, prompt, train):
    """Root mean square distance in coverage (0 to 1) to the nearest training glyph of the same character: 5, 50 %."""
    mine, nearest = coverage_of(x, prompt), []
    for character in prompt[:, CHARACTER].unique():
        others = train.images[train.prompts[:, CHARACTER] == character].flatten(1).float() / 255
        distance = torch.cdist(mine[prompt[:, CHARACTER] == character], others).min(1).values
        nearest.append(distance / 32)
    return [round(v, 4) for v in torch.cat(nearest).quantile(torch.tensor([0.05, 0.5])).tolist()]


# Kinds of prompts that ask for combinations which no network was trained on; real rows of these names stand beside them.
HELD_OUT = ("held-out glyphs", "held-out colours")


# Ends the name of prompts whose open attributes are drawn for each image before it is; judges hold images to what was asked.
COMPLETED = ", completed"


class Evaluation:
    """Judges, reference features, and one method per kind of row."""

    def __init__(self, options):
        self.members, self.temperatures = load_judges(options.judges)
        self.train, self.held_out = Glyphs(options.data, "train"), Glyphs(options.data, "heldOut")
        self.n, self.data = options.n, options.data
        self.real = features(self.members[0], self.train.batch(max(self.n, options.table_n), torch.Generator().manual_seed(1))[0])

    def prompts(self, kind, seed, n):
        """[n, 6] with what was meant [n, 6]: partial prompts are judged on what they say only."""
        generator = torch.Generator().manual_seed(1000 + seed)
        source, colours = self.train, SEEN_COLOURS
        if kind == "held-out glyphs":
            source = self.combinations()
        if kind == "held-out colours":
            colours = HELD_OUT_COLOURS
        prompt = source.batch(n, generator, colours)[1]
        if kind == "character":
            return without(prompt, [*STYLE, INK, BACKGROUND])
        if kind == "partial":
            keep = torch.rand(prompt.shape, generator=generator) < 0.5
            return torch.where(keep, prompt, unsaid(prompt))
        return prompt

    @functools.lru_cache
    def combinations(self):
        """Glyphs of the training families whose typeface, slant and character together are never trained."""
        return Glyphs(self.data, "train", held_out_combinations=True)

    def real_images(self, split):
        """[n] real images with full prompts: a split of the families, or what the prompts of that name ask for."""
        sources = {"train": self.train, "held-out glyphs": self.combinations()}
        colours = HELD_OUT_COLOURS if split == "held-out colours" else SEEN_COLOURS
        return sources.get(split, self.held_out).batch(self.n, torch.Generator().manual_seed(2), colours)

    def judge(self, x, prompt):
        """Accuracy per slot over the images whose prompt says it, features' FD, precision and recall."""
        probabilities = ensemble(self.members, x, self.temperatures)
        row = {"n": len(x)}
        for slot, name in enumerate(SLOT_NAMES):
            said = prompt[:, slot] < SLOT_SIZES[slot]
            if said.sum() >= 20:
                guess, asked = probabilities[slot][said].argmax(1), prompt[said, slot]
                row[name] = round((guess == asked).float().mean().item(), 4)
                if slot == CHARACTER:
                    row["characterFolded"] = round((folded(guess) == folded(asked)).float().mean().item(), 4)
        mine = features(self.members[0], x)
        row["frechet"] = round(frechet(mine, self.real[: len(mine)]), 2)
        precision, recall = precision_recall(self.real[:1000], mine[:1000])
        row.update(precision=round(precision, 3), recall=round(recall, 3))
        if bool((prompt < torch.tensor(SLOT_SIZES)[None])[:, [CHARACTER, INK, BACKGROUND]].all()):
            row["nearestTrain"] = nearest_train(x, prompt, self.train)
        return row


def planned_rows(options, models, held_out=HELD_OUT):
    """
    Keys of all rows, most useful first. The first student is the one to look at closely: its headlines are made of n images,
    and it has the table over steps and etas, of fewer images. The others stand beside it at 4 steps and at 1.
    `held_out` are the kinds of held-out combinations that the data have.
    """
    rows = [{"model": "real", "split": split, "seed": 0} for split in ("heldOut", "train", *held_out)]
    first, *others = [name for name in models if name != "teacher"]
    headline = [(4, 0.0), (1, 0.0), (2, 0.0), (8, 0.0), (4, 1.0)]
    rows += [row(first, steps, eta, "full", 0) for steps, eta in headline]
    rows += [row(first, 4, 0.0, kind, 0) for kind in ("character", "partial", *held_out)]
    rows += [row(first, steps, eta, f"character{COMPLETED}", 0) for steps, eta in ((4, 0.0), (1, 0.0), (4, 1.0))]
    rows += [row(first, 4, 0.0, f"partial{COMPLETED}", 0)]
    rows += [row(first, 1, 0.0, kind, 0) for kind in held_out]
    for student in others:
        rows += [row(student, 4, 0.0, "full", 0), row(student, 1, 0.0, "full", 0), row(student, 4, 0.0, "character", 0)]
    rows = [{**key, "n": options.n} for key in rows]
    if "teacher" in models:
        # Up to 64 network calls per image.
        kinds = [(32, "full"), (32, "character"), (4, "full"), (8, "full")]
        rows += [{**row("teacher", steps, 0.0, kind, 0), "n": min(options.n, options.teacher_n)} for steps, kind in kinds]
    table = [(steps, eta) for eta in ETAS for steps in STEPS]
    for seed in range(options.seeds):
        for kind in ("full", "partial"):
            rows += [{**row(first, steps, eta, kind, seed), "n": options.table_n} for steps, eta in table]
    return rows


def row(model, steps, eta, prompts, seed):
    return {"model": model, "steps": steps, "eta": eta, "prompts": prompts, "seed": seed}


def compute(evaluation, key, models):
    started = time.time()
    if key["model"] == "real":
        return evaluation.judge(*evaluation.real_images(key["split"]))
    prompt = evaluation.prompts(key["prompts"].removesuffix(COMPLETED), key["seed"], key["n"])
    generator = torch.Generator().manual_seed(7 + key["seed"])
    scale = SCALE if key["model"] == "teacher" else 1.0
    drawn = completed(prompt, shipped_shares(), generator) if key["prompts"].endswith(COMPLETED) else prompt
    x = sample(models[key["model"]], drawn, key["steps"], key["eta"], generator, scale)
    speed = len(x) / (time.time() - started)
    return {**evaluation.judge(x, prompt), "imagesPerSecond": round(speed, 1)}


def model_paths(options):
    return {"teacher": options.teacher, **dict(pair.split("=") for pair in options.students.split(","))}


def fingerprints(options, models):
    """sha256 by name of the networks that are there and of the judges."""
    paths = {name: path for name, path in model_paths(options).items() if name in models}
    paths["judges"] = options.judges
    return {name: hashlib.sha256(Path(path).read_bytes()).hexdigest() for name, path in paths.items()}


VERSION = 3


def continued(report, made_of):
    """
    The report to go on with: rows stay that the same files and data would give again. Other judges or data concern every
    row, another network its own rows; rows of networks that are not here today stay as they are.
    """
    before = report.get("madeOf", {}) if report.get("version") == VERSION else {}
    same = {name for name, value in made_of.items() if before.get(name) == value}
    common = {"judges", "data"} <= same

    def stays(model):
        return common and (model == "real" or model in same or model not in made_of)

    rows = [r for r in report["rows"] if stays(r["model"])]
    if len(rows) < len(report["rows"]):
        print(f"{len(report['rows']) - len(rows)} rows are of other files or data: computed anew", flush=True)
    kept = {name: value for name, value in before.items() if common and name not in made_of}
    return {**report, "version": VERSION, "madeOf": {**kept, **made_of}, "rows": rows}


def load_models(options):
    """Networks by name; a student that is not there yet is left out, and said."""
    models = {}
    for name, path in model_paths(options).items():
        if not Path(path).exists():
            print(f"{name}: left out, {path} does not exist", flush=True)
            continue
        network = GlyphNetwork().to(memory_format=torch.channels_last).eval()
        load_weights(network, path)
        models[name] = network
    return models


def evaluate(options):
    torch.set_num_threads(options.threads)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    models = load_models(options)
    if options.sheets:
        write_sheets(models, out, SCALE)
    if not Path(options.judges).exists():
        raise SystemExit(f"{options.judges}: must exist, got none; run `npm run train -- classifiers` first")
    evaluation = Evaluation(options)
    path = out / "evaluation.json"
    report = json.loads(path.read_text()) if path.exists() else {"rows": []}
    report = continued(report, {**fingerprints(options, models), "data": evaluation.train.sha256})
    report.update(guidanceOfTeacher=SCALE, dataSha256=evaluation.train.sha256)
    some = len(evaluation.combinations()) > 0
    planned = planned_rows(options, models, HELD_OUT if some else HELD_OUT[1:])
    started = time.time()
    for index, key in enumerate(planned):
        if is_done(report, key):
            continue
        if time.time() - started > 60 * options.minutes:
            break
        result = {**key, **compute(evaluation, key, models)}
        report["rows"].append(result)
        write(path, report, planned)
        print(f"{index + 1} of {len(planned)}: {json.dumps(result)}", flush=True)
    write(path, report, planned)
    print(f"{report['missing']} rows not computed in {options.minutes} minutes; run it again to go on", flush=True)


def write(path, report, planned):
    report["missing"] = len(planned) - sum(is_done(report, key) for key in planned)
    path.write_text(json.dumps(report, indent=1) + "\n")


def is_done(report, key):
    return any(all(done.get(k) == v for k, v in key.items()) for done in report["rows"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=".train/data")
    parser.add_argument("--teacher", default=".train/teacher/teacher.safetensors")
    parser.add_argument(
        "--students",
        default="adversarial=.train/students/adversarial/student.safetensors,"
        "flow-map=.train/students/flow-map/student.safetensors,"
        "endpoint=.train/students/endpoint/student.safetensors",
        help="NAME=FILE,NAME=FILE",
    )
    parser.add_argument("--judges", default=".train/classifiers/evaluation-classifiers.safetensors")
    parser.add_argument("--out", default=".train/evaluation")
    parser.add_argument("--n", type=int, default=5000, help="images per row of the headlines")
    parser.add_argument("--table-n", type=int, default=500, help="images per row of the table over steps and etas")
    parser.add_argument("--teacher-n", type=int, default=500, help="images per row of the teacher")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-sheets", dest="sheets", action="store_false")
    evaluate(parser.parse_args())
