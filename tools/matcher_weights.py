"""Writes `tasks/papers/score/weights.toml`: numbers change with the training, words stay."""

from pathlib import Path

from tasks.papers.score.model import Model

HEADER = """\
# What each feature of a pair is worth, in log odds. Written by `python -m tools.train_matcher`;
# docs/how-matching-works.md says from what data, and how well it does. Origin "by hand" is judgement:
# there were no data to fit it.
"""
NOTES = {
    "constants": "log odds of a pair about which nothing else is known",
    "years_after_completion": "classes of the time from completion to paper: from, to; the weights hold for these only",
    "calibration": "score = logistic(constant + slope * log odds)",
}


def write_weights(model: Model, path: Path) -> None:
    """Rewrite the file; meanings and hand-set weights are written back as they were."""
    lines = [HEADER]
    for name in NOTES:
        lines.append(f"[{name}]  # {NOTES[name]}")
        lines += [f"{key} = {value}" for key, value in getattr(model, name).items()]
        lines.append("")
    for weight in model.weights:
        lines.append("[[weight]]")
        lines.append(f'name = "{weight.name}"')
        lines.append(f"value = {weight.value}")
        lines += [f'{key} = "{getattr(weight, key)}"' for key in ("applies", "criterion", "origin", "meaning")]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
