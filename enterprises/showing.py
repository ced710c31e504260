"""The look-up's page, put together from pieces. Law: a piece escapes what it is given."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote_plus

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override

from enterprises.admitting import Refusal
from enterprises.advising import Advice, Line, Told, answer_words
from enterprises.looking_up import Answer
from enterprises.pieces import Piece
from enterprises.saying import said as _
from enterprises.standing import Found, Held, Notice

_NOTHING = SafeString("")
_ANY_ID = "E0000000"
_HERE = {"resolver_match": {"view_name": "enterprises:lookup"}}  # for the mark in the navigation


class _Pieces:
    """All pieces of the page."""

    def __init__(self) -> None:
        own = "enterprises/pieces/"
        self.slip_page, self.objection_page = reverse("enterprises:slip-new"), reverse("enterprises:objection-new")
        self.watch_page = reverse("enterprises:watch", args=[_ANY_ID]).replace("%", "%%").replace(_ANY_ID, "%s")
        self.facts: dict[str, Piece] = {}
        self.blank, self.asked = (
            Piece("enterprises/lookup.html", "answer", "text", asked=asked, request=_HERE) for asked in (False, True)
        )
        self.found = Piece(
            own + "found.html", "tone", "verdict", "until", "name", "by", "day", "edition", "differs", "voice",
            "reasons", "lines", "listed", "facts",
        )  # fmt: skip
        self.plain = Piece(own + "paragraph.html", "words")
        self.muted = Piece(own + "paragraph.html", "words", kind="muted")
        self.differs = Piece(own + "paragraph.html", "words", kind="differs")
        self.line = Piece(own + "line.html", "programme", "tone", "state", "facts")
        self.listed = Piece(own + "listed.html", "lists")
        self.listed_line = Piece(own + "listed_line.html", "name", "state", "facts")
        for name, kind, label in (
            ("number", "code", _("Number")),
            ("batch", "", _("Batch")),
            ("period", "", _("Period")),
            ("coming", "", _("What comes next")),
            ("body", "", _("Issuing body")),
            ("granted", "", _("Source")),
            ("ended", "", _("Ended by")),
            ("questioned", "", _("In question by")),
            ("public_id", "code", _("Public id")),
            ("uscc", "code", _("Unified social credit code")),
            ("district", "", _("District")),
            ("former", "", _("Former names")),
            ("editions", "", _("On the lists of")),
        ):
            self.facts[name] = Piece(own + "fact.html", "value", label=label, kind=kind)
        self.reason = Piece(own + "reason.html", "tone", "what", "about", "advice")
        self.source = Piece(own + "source.html", "title", "number", "day")
        self.link = Piece(own + "link.html", "address", "title")
        self.nobody = Piece(own + "nobody.html", "what", "text", "meant", "advice", "voice")
        self.voice = Piece(own + "voice.html", "slip", "objection", "watch")
        self.watch = Piece(own + "watch.html", "address")
        self.meant = Piece(own + "meant.html", "code")
        self.faulty = Piece(own + "faulty.html", "errors")
        self.too_many = Piece(own + "too_many.html", "wait", "token", "nonce", "bits", "again")


@lru_cache(maxsize=1)
def _made_once() -> _Pieces:
    with override(settings.LANGUAGE_CODE):
        return _Pieces()


def _pieces() -> _Pieces:
    return _Pieces() if settings.DEBUG else _made_once()


def blank_page() -> str:
    """The page before anything was asked."""
    return _pieces().blank(answer="", text="")


def faulty_page(errors: Iterable[object]) -> str:
    """The page where what was typed is nothing that could be looked up."""
    pieces = _pieces()
    told = " ".join(map(str, errors))
    return pieces.asked(answer=pieces.faulty(errors=told) if told else "", text="")


def answer_page(text: str, answer: Answer, advised: Iterable[Advice]) -> str:
    """The page with what was found, or why nothing was."""
    pieces = _pieces()
    told = [_found(pieces, text, one) for one in advised]
    for reason in answer.reasons:
        what, advice = answer_words(reason)
        meant = pieces.meant(code=answer.meant) if answer.meant else _NOTHING
        voice = pieces.voice(slip=_slip(pieces, text), objection=_objection(pieces, "name", text), watch="")
        told.append(pieces.nobody(what=what, text=text, meant=meant, advice=advice, voice=voice))
    return pieces.asked(answer=_joined(told), text=text)


def too_many_page(text: str, refused: Refusal) -> str:
    """The page for whoever looked up too much."""
    pieces, work = _pieces(), refused.challenge
    told = pieces.too_many(
        wait=_waited(refused.wait),
        token=work.token,
        nonce=work.nonce,
        bits=work.bits,
        again="yes" if refused.tried else "",
    )
    return pieces.asked(answer=told, text=text)


def _found(pieces: _Pieces, text: str, one: Advice) -> SafeString:
    found = one.found
    return pieces.found(
        tone=_tone(found),
        verdict=one.verdict,
        until=one.until,
        name=found.name,
        by=_by(pieces, found),
        day=one.day,
        edition=one.edition,
        differs=pieces.differs(words=one.differs) if one.differs else _NOTHING,
        voice=pieces.voice(
            slip=_slip(pieces, text),
            objection=_objection(pieces, "about", found.public_id),
            watch=pieces.watch(address=pieces.watch_page % found.public_id),
        ),
        reasons=_joined(
            [_reason(pieces, told, "warn") for told in one.reasons] + [_reason(pieces, told, "") for told in one.notes]
        ),
        lines=_joined(_line(pieces, line) for line in one.lines),
        listed=_listed(pieces, one.listed),
        facts=_joined(_who(pieces, one)),
    )


def _slip(pieces: _Pieces, text: str) -> str:
    """Where the answer is put on record."""
    return f"{pieces.slip_page}?q={quote_plus(text)}"


def _objection(pieces: _Pieces, about: str, what: str) -> str:
    """Where an objection is written, about an enterprise or a name that was not found."""
    return f"{pieces.objection_page}?{about}={quote_plus(what)}"


def _tone(found: Found) -> str:
    if found.pool_as_of is None or (found.in_pool and found.is_waiting_for_renewal):
        return "warn"
    return "good" if found.in_pool else "bad"


def _by(pieces: _Pieces, found: Found) -> SafeString:
    """By which key it was found, where that is none of its own of today."""
    words = {
        "former_name": _("You searched for a former name. Today the enterprise is called “%(name)s”."),
        "listed_name": _("A published list names the enterprise so. It is kept here as “%(name)s”."),
        "merged_id": _("The public id that you searched for turned out to be the same enterprise as %(id)s."),
    }.get(found.by)
    return pieces.muted(words=words % {"name": found.name, "id": found.public_id}) if words else _NOTHING


def _reason(pieces: _Pieces, told: Told, tone: str) -> SafeString:
    about = [pieces.plain(words=words) for words in told.about]
    if told.notice:
        about.append(pieces.plain(words=_source(pieces, told.notice)))
    return pieces.reason(tone=tone, what=told.what, about=_joined(about), advice=told.advice)


def _line(pieces: _Pieces, line: Line) -> SafeString:
    held = line.held
    facts = _joined(_facts(pieces, held, line.next))
    return pieces.line(programme=held.programme.name, tone=line.tone, state=line.state, facts=facts)


def _listed(pieces: _Pieces, lines: Iterable[Line]) -> SafeString:
    """Named lists stand apart, in one card and without a recognition's colours: nothing follows from them."""
    told = [
        pieces.listed_line(
            name=line.held.programme.name,
            state=line.state,
            # Nobody recognises by it; its notice says who issued it.
            facts=_joined(_facts(pieces, line.held, line.next, with_body=False)),
        )
        for line in lines
    ]
    return pieces.listed(lists=_joined(told)) if told else _NOTHING


def _facts(pieces: _Pieces, held: Held, coming: Iterable[str], *, with_body: bool = True) -> Iterable[SafeString]:
    fact = pieces.facts
    if held.number:
        yield fact["number"](value=held.number)
    if held.batch:
        yield fact["batch"](value=held.batch)
    ends = held.valid_to.isoformat() if held.valid_to else _("no end stated")
    yield fact["period"](value=f"{held.valid_from.isoformat()} – {ends}")
    if words := _joined(pieces.plain(words=words) for words in coming):
        yield fact["coming"](value=words)
    if with_body:
        yield fact["body"](value=held.programme.body)
    yield fact["granted"](value=_source(pieces, held.source))
    if held.ended_by:
        yield fact["questioned" if held.state == "disputed" else "ended"](value=_source(pieces, held.ended_by))


@lru_cache(maxsize=1024)
def _source(pieces: _Pieces, notice: Notice) -> SafeString:
    """A notice follows from its own words alone, and many enterprises stand in one."""
    title: str = pieces.link(address=notice.link, title=notice.title) if notice.link else notice.title
    return pieces.source(title=title, number=notice.document_number, day=notice.published_on)


def _who(pieces: _Pieces, one: Advice) -> Iterable[SafeString]:
    found, fact = one.found, pieces.facts
    yield fact["public_id"](value=found.public_id)
    if found.uscc:
        yield fact["uscc"](value=found.uscc)
    if found.district:
        yield fact["district"](value=found.district)
    if found.former_names:
        names = [_("%(name)s (until %(day)s)") % {"name": name, "day": day} for name, day in found.former_names]
        yield fact["former"](value=_broken(names))
    if one.labels:
        yield fact["editions"](value=_broken(one.labels))


def _broken(texts: Iterable[str]) -> SafeString:
    """Each on a line of its own."""
    return format_html_join(SafeString("<br>"), "{}", ((text,) for text in texts))


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(parts))  # nosec B703 # pieces, as their type says


def _waited(seconds: int) -> str:
    """A time to wait, as people say it."""
    if seconds < 90:
        return _("%(count)s seconds") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)s minutes") % {"count": -(-seconds // 60)}
    return _("%(count)s hours") % {"count": -(-seconds // 3600)}
