"""An edition in pictures: members by programme and district, over the editions, and what changed by which cause.

Law: the numbers are of the institution's own cut, and never the city's.
"""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.charts import bars, stacked
from enterprises.models import EditionState
from pushes.access import Access
from pushes.belonging import cut_of
from pushes.manifest import Manifest
from pushes.models import Delivery
from pushes.retelling import by_cause, by_programme, changes_of
from pushes.searching import counted_by_district

EDITIONS_COMPARED = 12


def pictures(access: Access, delivery: Delivery, manifest: Manifest) -> dict[str, object]:
    """The edition in pictures; of one that was withdrawn there are none."""
    if delivery.edition.state != EditionState.SEALED:
        return {}
    members = reverse("pushes:members", args=[delivery.edition.label])
    named = {one["name"]: f"{members}?{urlencode({'programme': one['code']})}" for one in manifest["programmes"]}
    charts: dict[str, object] = {
        "by_programme": bars(((one["name"], one["members"]) for one in manifest["programmes"]), named),
        "over_time": bars(_over_time(access, delivery)),
    }
    cut = cut_of(delivery.profile)
    if "district" not in cut.hidden:
        counted = counted_by_district(delivery.edition, cut)
        linked = {
            district: f"{members}?{urlencode({'district': district})}" for district, _number in counted if district
        }
        charts["by_district"] = bars(((one or _("district unknown"), number) for one, number in counted), linked)
    assert delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
    if manifest["previous"]:
        told = changes_of(delivery.package, manifest)
        charts["changes_by_programme"] = stacked(by_programme(told))
        charts["changes_by_cause"] = bars(by_cause(told))
    return charts


def _over_time(access: Access, delivery: Delivery) -> list[tuple[str, int]]:
    """The editions up to this one that stand and were given in the same cut, the oldest first."""
    given = [
        (one.edition.label, one.package.members)
        for one in access.deliveries()
        if one.package
        and one.edition.state == EditionState.SEALED
        and one.profile.digest == delivery.profile.digest
        and (one.edition.quarter, one.edition.version) <= (delivery.edition.quarter, delivery.edition.version)
    ]
    return given[:EDITIONS_COMPARED][::-1]
