"""The desk of deliveries: sent again, tried, paused by whoever may; laggards and receipts taken away as tables."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Edition
from pushes import delivering, receipts
from pushes.channels.parcel import Answer
from pushes.models import Channel, Delivery, Letter, LetterKind, Sending
from registry import exporting
from registry.admin.exporting import open_rows
from registry.models import Export
from tests.pushes.making import answering, institution, person
from tests.staff import queries, said, signed_in

VIEW = "pushes.view_delivery"
RESEND, PAUSE, TRY = "pushes.resend_delivery", "pushes.pause_channel", "pushes.try_channel"


@pytest.fixture
def made(spring: Edition) -> Delivery:
    institution("bank-a").contacts.create(name="王经理", email="wang@bank.example")
    delivering.sweep(clock=timezone.now)
    return Delivery.objects.get()


def address(view: str, *args: object) -> str:
    return reverse(f"admin:pushes_delivery_{view}", args=args)


@pytest.mark.parametrize(
    ("view", "permission"),
    [("resend", RESEND), ("resend_failed", RESEND), ("try", TRY), ("pause", PAUSE), ("resume", PAUSE)],
)
def test_each_act_needs_its_permission_and_a_post(made: Delivery, view: str, permission: str) -> None:
    args = {"resend": [made.pk], "resend_failed": []}.get(view, [made.channel_id])
    url = address(view, *args)
    assert signed_in(VIEW).post(url).status_code == 403
    assert Client().post(url).status_code == 302
    allowed = signed_in(VIEW, permission, name="allowed")
    assert allowed.get(url).status_code == 405
    assert allowed.post(url, {"reason": "x"}).status_code == 302
    assert not Client().get(url).content


def test_the_page_of_a_channel_needs_the_permission_to_view(made: Delivery) -> None:
    url = address("channel", made.channel_id)
    assert signed_in("pushes.view_receipt").get(url).status_code == 403
    page = signed_in(VIEW, name="viewer").get(url).content.decode()
    assert '<form method="post" action="/admin/pushes' not in page  # nothing to do for whoever may only look


def test_a_channels_two_pages_lead_to_each_other_for_whoever_may_see_both(made: Delivery) -> None:
    settings, tries = (
        reverse("admin:pushes_channel_change", args=[made.channel_id]),
        address("channel", made.channel_id),
    )
    both = signed_in(VIEW, "pushes.view_channel")
    assert tries in both.get(settings).content.decode() and settings in both.get(tries).content.decode()
    assert tries not in signed_in("pushes.view_channel", name="other").get(settings).content.decode()
    assert settings not in signed_in(VIEW, name="viewer").get(tries).content.decode()


def test_send_again_from_list_and_page(made: Delivery) -> None:
    desk = signed_in(VIEW, RESEND)
    page = desk.get(reverse("admin:pushes_delivery_change", args=[made.pk])).content.decode()
    assert address("resend", made.pk) in page and address("channel", made.channel_id) in page
    chosen = {"action": "resend", "_selected_action": [str(made.pk)]}
    desk.post(reverse("admin:pushes_delivery_changelist"), chosen)
    desk.post(address("resend", made.pk))
    assert Sending.objects.get().delivery == made
    assert (
        "resend" not in signed_in(VIEW, name="viewer").get(reverse("admin:pushes_delivery_changelist")).content.decode()
    )


def test_all_that_failed_since(made: Delivery, summer: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as refusing:
        answering(refusing, Answer("permanent", "gone"))
        delivering.sweep(clock=timezone.now)
    Channel.objects.update(paused=False)
    desk = signed_in(VIEW, RESEND)
    desk.post(address("resend_failed"), {"since": "soon"})
    assert Delivery.objects.filter(state="failed").count() == 1
    answer = desk.post(address("resend_failed"), {"since": timezone.localdate().isoformat()}, follow=True)
    assert "1" in said(answer)
    assert Delivery.objects.filter(state="waiting").count() == 1


def test_pause_trial_and_end(made: Delivery) -> None:
    desk, pk = signed_in(VIEW, PAUSE, TRY), made.channel_id
    desk.post(address("pause", pk), {"reason": ""})
    assert not Channel.objects.get().paused
    desk.post(address("pause", pk), {"reason": "银行换系统"})
    assert Channel.objects.get().paused_why == "银行换系统"
    front = desk.get(reverse("admin:index")).content.decode()
    assert "银行换系统" in front and address("channel", pk) in front
    desk.post(address("try", pk))
    assert "银行换系统" in desk.get(address("channel", pk)).content.decode()
    assert Sending.objects.get().delivery is None
    desk.post(address("resume", pk))
    assert not Channel.objects.get().paused
    assert said(desk.post(address("resume", pk), follow=True))  # twice: an error in words


def test_the_front_page_tells_nothing_to_whoever_may_not_view(made: Delivery) -> None:
    Channel.objects.update(paused=True, paused_why="银行换系统")
    assert "银行换系统" not in signed_in("pushes.view_receipt").get(reverse("admin:index")).content.decode()


class TestLaggards:
    def test_listed_after_days_filtered_and_taken_away(self, spring: Edition) -> None:
        for code in ("bank-a", "bank-b", "bank-c"):
            institution(code).contacts.create(name="王经理", email=f"{code}@bank.example")
        delivering.sweep(clock=lambda: timezone.now() - timedelta(days=11))
        taken = Delivery.objects.get(channel__institution__code="bank-b")
        clerk = person("clerk", taken.channel.institution)
        receipts.downloaded(delivery=taken, by=clerk, address=None, now=timezone.now())
        desk, url = signed_in(VIEW), reverse("admin:pushes_laggard_changelist")
        page = desk.get(url)
        assert page.context["cl"].result_count == 2
        assert "bank-a@bank.example" in page.content.decode()
        late = Delivery.objects.get(channel__institution__code="bank-a")
        only = {"channel__institution__id__exact": late.channel.institution_id}
        assert desk.get(url, only).context["cl"].result_count == 1
        table = written(desk, desk.post(url, {"action": "export", "_selected_action": [str(late.pk)]}))
        assert "bank-a@bank.example" in table and "bank-c" not in table
        assert url in desk.get(reverse("admin:index")).content.decode()
        assert queries(desk, url) < 15

    def test_not_shown_to_others(self, made: Delivery) -> None:
        assert signed_in("pushes.view_receipt").get(reverse("admin:pushes_laggard_changelist")).status_code == 403


def test_the_auditor_takes_receipts_away(made: Delivery) -> None:
    clerk = person("clerk", made.channel.institution)
    receipt = receipts.downloaded(delivery=made, by=clerk, address=None, now=timezone.now())
    url = reverse("admin:pushes_receipt_changelist")
    chosen = {"action": "export", "_selected_action": [str(receipt.pk)]}
    auditor = signed_in("pushes.view_receipt")
    assert receipt.sha256 in written(auditor, auditor.post(url, chosen))
    everything = written(auditor, auditor.post(f"{url}?kind__exact=lookup", chosen | {"select_across": "1"}))
    assert receipt.sha256 not in everything and everything.count("\n") == 1
    assert signed_in(VIEW, name="other").post(url, chosen).status_code == 403


def written(client: Client, asked: object) -> str:
    """The file that a worker wrote for whoever asked."""
    export = Export.objects.latest("asked_at")
    exporting.perform(export=export.pk, open_rows=open_rows, clock=timezone.now)
    file = client.get(reverse("admin:registry_export_file", args=[export.pk]))
    return str(file.getvalue().decode("utf-8-sig"))


def test_letters_are_looked_at(made: Delivery) -> None:
    now = timezone.now()
    Letter.objects.create(
        about="x", kind=LetterKind.LATE, subject="题目", words="正文", made_at=now, due_at=now, tries=1
    )
    desk = signed_in(VIEW, "pushes.view_letter")
    url = reverse("admin:pushes_letter_changelist")
    assert "题目" in desk.get(url).content.decode()
    assert f"{url}?state__exact=waiting" in desk.get(reverse("admin:index")).content.decode()


def test_the_step_of_a_delivery_is_a_form_of_its_own(made: Delivery) -> None:
    """Within the form of the page it would be none, and its button would send that one."""
    page = signed_in(VIEW, RESEND).get(address("change", made.pk)).content.decode()
    before, form, _after = page.partition('id="delivery_form"')
    assert form and address("resend", made.pk) in before
