"""Amounts on the desks of subsidies, with marks between thousands and every cent."""

from decimal import Decimal

from django import template

from financing.subsidies.wording import money

register = template.Library()


@register.filter
def yuan(amount: Decimal) -> str:
    return money(amount)
