"""The front page's part of pushes: how the latest edition goes out, what waits, what went wrong.

Law: nobody is told of what he may not view; every number leads to its rows.
"""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.admin.front_page import Alarm, Desk, Step, Task
from enterprises.queries import sealed_editions
from pushes import queries
from pushes.models import DeliveryState, Letter, LetterState, ProfileRequest, RequestState

ANSWER = "pushes.answer_profilerequest"


def desk(user: User) -> Desk:
    """What `user` may see of deliveries and of institutions' requests."""
    if not user.has_perm("pushes.view_delivery"):
        return Desk("", [], list(_requests(user)), [])
    return Desk("", list(_deliveries()), list(_requests(user)), list(_alarms(user)))


def _deliveries() -> Iterator[Step]:
    latest = sealed_editions().last()
    at = reverse("admin:pushes_delivery_changelist")
    if latest is None:
        yield Step(_("Deliveries"), _("none yet"), at)
        return
    counted = queries.deliveries_by_state(latest)
    made, failed, all_of_it = counted[DeliveryState.DELIVERED], counted[DeliveryState.FAILED], sum(counted.values())
    state = "late" if failed else "waits" if made < all_of_it or not all_of_it else "done"
    value = _("%(made)s of %(all)s") % {"made": made, "all": all_of_it}
    yield Step(_("Deliveries"), value, f"{at}?edition__id__exact={latest.pk}", state, latest.label)


def _requests(user: User) -> Iterator[Task]:
    if user.has_perm(ANSWER):
        count = ProfileRequest.objects.filter(state=RequestState.OPEN).count()
        if count:
            at = reverse("admin:pushes_profilerequest_changelist")
            yield Task(_("Institutions' requests to answer"), count, f"{at}?state__exact={RequestState.OPEN}")


def _alarms(user: User) -> Iterator[Alarm]:
    now = timezone.now()
    for channel in queries.paused_channels(timezone.localdate(now)):
        at = reverse("admin:pushes_delivery_channel", args=[channel.pk])
        yield Alarm(_("Paused: %(channel)s") % {"channel": channel}, at, channel.paused_why)
    failed = queries.deliveries_by_state()[DeliveryState.FAILED]
    if failed:
        at = reverse("admin:pushes_delivery_changelist")
        yield Alarm(_("%(count)s deliveries have failed") % {"count": failed}, f"{at}?state__exact=failed")
    late = queries.laggards(now).count()
    if late:
        words = _("%(count)s editions were not taken by their institutions") % {"count": late}
        yield Alarm(words, reverse("admin:pushes_laggard_changelist"))
    unsent = (
        user.has_perm("pushes.view_letter") and Letter.objects.filter(state=LetterState.WAITING, tries__gte=1).count()
    )
    if unsent:
        at = reverse("admin:pushes_letter_changelist")
        yield Alarm(_("%(count)s letters could not be sent") % {"count": unsent}, f"{at}?state__exact=waiting")
