"""Words of Django's own pages that its Chinese says awkwardly.

Law: only words. Named here, they are collected with ours; what the catalogue has goes before Django's.
"""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("View %s"),
    gettext_noop("Select %s to view"),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("None available"),
)
