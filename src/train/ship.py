"""
Copies finished weights and measurements to public/models/glyphs and writes the model card there.

The card has no number of its own: all come from the manifests, evaluation.json and families.json. `--card-only` writes it anew.
"""

import argparse
import json
import shutil
from pathlib import Path

from card import model_card

HERE = Path(__file__).parent
TARGET = HERE.parent.parent / "public/models/glyphs"
METHODS = ["adversarial", "flow-map", "endpoint"]
LIMIT = 14 * 2**20  # teacher and student together, bytes


def read(path):
    return json.loads(path.read_text()) if path.exists() else None


def better_student(evaluation, names):
    """The method with the smaller Frechet distance at 4 steps, full prompts; the first where none was measured."""

    def distance(name):
        rows = (evaluation or {"rows": []})["rows"]
        mine = [r for r in rows if r["model"] == name and r["steps"] == 4 and r["eta"] == 0 and r["prompts"] == "full"]
        return min((r["frechet"] for r in mine), default=float("inf"))

    return min(names, key=distance)


def copy_weights(source, name, target):
    """Copies NAME.safetensors and its manifest, if they exist; says so."""
    if not (source / f"{name}.safetensors").exists():
        print(f"{name}: left as it is, {source}/{name}.safetensors does not exist")
        return
    for ending in ("safetensors", "json"):
        shutil.copy(source / f"{name}.{ending}", target / f"{name}.{ending}")
    print(f"{name}: copied from {source}")


def main(options):
    target = Path(options.target)
    target.mkdir(parents=True, exist_ok=True)
    work = Path(options.work)
    evaluation = read(work / "evaluation/evaluation.json")
    if not options.card_only:
        methods = [name for name in METHODS if (work / "students" / name / "student.safetensors").exists()]
        sources = {
            "teacher": work / "teacher",
            "reward-classifiers": work / "classifiers",
            "evaluation-classifiers": work / "classifiers",
            "real-features": work / "classifiers",
        }
        if methods:
            sources["student"] = work / "students" / (options.method or better_student(evaluation, methods))
        for name in options.only.split(","):
            if name in sources:
                copy_weights(sources[name], name, target)
        if evaluation is not None:
            (target / "evaluation.json").write_text(json.dumps(evaluation, indent=1) + "\n")
        for sheet in sorted((work / "evaluation").glob("*.png")):
            shutil.copy(sheet, target / sheet.name)
    size = sum((target / f"{name}.safetensors").stat().st_size for name in ("teacher", "student") if (target / f"{name}.safetensors").exists())
    if size > LIMIT:
        raise SystemExit(f"teacher and student: must be at most {LIMIT} bytes together, got {size}")
    (target / "README.md").write_text(model_card(target, read(HERE / "data/families.json")))
    print(f"written {target}/README.md")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=".train", help="folder of the stages")
    parser.add_argument("--target", default=str(TARGET))
    parser.add_argument("--method", choices=METHODS, help="default: the better one")
    parser.add_argument("--only", default="teacher,student,reward-classifiers,evaluation-classifiers,real-features")
    parser.add_argument("--card-only", action="store_true")
    main(parser.parse_args())
