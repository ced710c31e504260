"""A programme's one rule becomes another, as staff would have it."""

from datetime import datetime

from registry.cataloguing import revise_rules
from registry.models import ProgrammeRule


def revise_rule(code: str, moment: datetime, **fields: object) -> None:
    """Let the programme's standing rule be superseded by one that differs in these fields, from that moment on."""
    rule = ProgrammeRule.objects.get(programme__code=code, superseded_at=None)
    programme, ended = rule.programme, [rule.pk]
    for name, value in fields.items():
        setattr(rule, name, value)
    revise_rules(programme=programme, ended=ended, begun=[rule], now=moment)
