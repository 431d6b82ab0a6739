"""The ready set of rules a community may choose from; the lines stand in `standard.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from .models import Rule, RuleVersion


@cache
def ready_rules() -> dict[str, dict]:
    """Code → what `adopt_rule` takes, in the order of the set."""
    lines = tomllib.loads(Path(__file__).with_name("standard.toml").read_text(encoding="utf-8"))["rule"]
    return {line["code"]: line for line in lines}


def as_version(line: dict) -> RuleVersion:
    """A line of the set as it would read, saved nowhere."""
    own = {"code", "category", "name", "ground"}
    rule = Rule(**{key: value for key, value in line.items() if key in own})
    return RuleVersion(rule=rule, **{key: value for key, value in line.items() if key not in own})
