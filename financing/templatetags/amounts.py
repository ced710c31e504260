"""Amounts and shares in pages' words."""

from django import template

from financing import amounts

register = template.Library()
for one in (amounts.ten_thousands, amounts.hundred_millions, amounts.percent, amounts.count, amounts.whole):
    register.filter(one.__name__, one)
