"""Every failure that a person may meet in matching, pool and editions. Each says what is wrong and what to do."""

from django.utils.translation import gettext as _


class EnterprisesError(Exception):
    """Something a person can mend; `str(error)` tells how."""


class TwoCodes(EnterprisesError):
    """Two enterprises with two codes are two."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            _("The two have different credit codes (%(one)s, %(other)s): they are two enterprises.")
            % {"one": one, "other": other}
        )


class NotSettledByPerson(EnterprisesError):
    """Only a person's word is taken back by hand; what a rule settled follows from the rows."""

    def __init__(self) -> None:
        super().__init__(_("This match was not settled by a person, so there is nothing to take back."))


class NobodyBehind(EnterprisesError):
    """An enterprise that no confirmed list names any more can't be anybody."""

    def __init__(self, name: str) -> None:
        super().__init__(_("No confirmed list names “%(name)s” any more. Choose another enterprise.") % {"name": name})


class AlreadySettled(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("This match was settled meanwhile. Go back to the list."))


class NothingToTakeBack(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no decision of yours that is recent enough to take back here. "
                "Older ones are taken back on the page of the settled match."
            )
        )


class MayNotSettle(EnterprisesError):
    """Work is given to those who may do it."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s may not settle doubtful matches, so nothing was assigned.") % {"name": name})


class NothingToSample(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("No open match of this cause has exactly one candidate, so there is nothing to accept."))


class SampleFailed(EnterprisesError):
    """A sample that was drawn again until it pleases would prove nothing."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "In a sample of this cause a match was judged not to be the same enterprise today. "
                "Please settle the others one by one; a new sample may be drawn tomorrow."
            )
        )


class SampleNotPassed(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(
            _("Not every match of your sample was judged to be the same enterprise. Nothing was accepted at once.")
        )


class CouldNotSettle(EnterprisesError):
    """The database's own laws forbid it."""

    def __init__(self) -> None:
        super().__init__(_("It could not be settled together with the others. Please settle it by itself."))


class CodeTaken(EnterprisesError):
    def __init__(self, uscc: str, name: str) -> None:
        super().__init__(
            _(
                "Code %(uscc)s belongs to “%(name)s”. A second enterprise cannot have it: "
                "choose that one, or correct the list."
            )
            % {"uscc": uscc, "name": name}
        )


class NoSuchQuarter(EnterprisesError):
    def __init__(self, text: str) -> None:
        super().__init__(_("“%(text)s” is no quarter. Write it like 2026Q3.") % {"text": text})


class QuarterNotOver(EnterprisesError):
    def __init__(self, quarter: str, day: str) -> None:
        super().__init__(
            _("%(quarter)s runs until %(day)s. An edition is cut when its day has come.")
            % {"quarter": quarter, "day": day}
        )


class DayOutsideQuarter(EnterprisesError):
    def __init__(self, quarter: str, day: str) -> None:
        super().__init__(
            _("%(day)s does not lie in %(quarter)s. An edition is as of a day of its own quarter.")
            % {"quarter": quarter, "day": day}
        )


class LaterQuarterSealed(EnterprisesError):
    """Changes are told from one edition to the next; one put in between would break the chain."""

    def __init__(self, quarter: str, later: str) -> None:
        super().__init__(
            _("%(later)s is sealed already, so %(quarter)s cannot be made up for any more.")
            % {"quarter": quarter, "later": later}
        )


class AlreadySealed(EnterprisesError):
    def __init__(self, label: str, as_of: str) -> None:
        super().__init__(
            _("%(label)s is sealed as of %(as_of)s and cannot be made as of another day.")
            % {"label": label, "as_of": as_of}
        )


class DraftOutdated(EnterprisesError):
    """Since the draft was cut, something moved that it is derived from, or the edition before it changed its state."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _("Lists, decisions or rules changed since %(label)s was cut. Cut it again, look at it, then seal it.")
            % {"label": label}
        )


class DayToCome(EnterprisesError):
    def __init__(self, day: str) -> None:
        super().__init__(_("%(day)s has not come yet; the pool of that day cannot be known.") % {"day": day})


class NotResolved(EnterprisesError):
    """Lists have not been resolved as they stand: an edition would miss what the confirmed say, or follow withdrawn."""

    def __init__(self, lists: int) -> None:
        super().__init__(
            _(
                "%(lists)s confirmed or withdrawn lists are not resolved yet. Wait a few minutes; if it is still so "
                "after half an hour, tell the system administrator."
            )
            % {"lists": lists}
        )


class NoRule(EnterprisesError):
    """A list was published on a day for which its programme has no rule: its periods cannot be computed."""

    def __init__(self, programme: str, title: str, day: str) -> None:
        super().__init__(
            _(
                "Programme %(programme)s has no rule for lists published on %(day)s (“%(title)s”). "
                "Add a rule with effective dates to the programme."
            )
            % {"programme": programme, "title": title, "day": day}
        )


class EditionStateForbids(EnterprisesError):
    def __init__(self, label: str, state: str) -> None:
        super().__init__(_("%(label)s is %(state)s; this step is not possible.") % {"label": label, "state": state})


class NotProved(EnterprisesError):
    """The old edition with its changes did not give the new one: nothing is published."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _(
                "%(label)s could not be proved from the edition before it and its changes. "
                "It was not sealed; report this."
            )
            % {"label": label}
        )


class GuardsRed(EnterprisesError):
    """The draft stays; nothing goes out until a second person answers for it."""

    def __init__(self, label: str, found: list[str]) -> None:
        self.label, self.found = label, found
        super().__init__(
            _(
                "%(label)s was cut and is kept as a draft, but it is not sealed, for %(count)s guards are red:\n"
                "%(found)s\n"
                "Look at it in the admin, under Editions. If it is right, a second person overrules the guards there "
                "with a reason, and seals it; it is then sent by itself. If it is not, mend the lists and run the "
                "quarter again."
            )
            % {"label": label, "count": len(found), "found": "\n".join(f"· {one}" for one in found)}
        )


class SealsByPerson(EnterprisesError):
    """The bureau lets no machine seal it (`EDITION_SEALS_ITSELF`)."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _(
                "%(label)s was cut and is kept as a draft. By the bureau's setting a person seals it: "
                "look at it in the admin, under Editions, and seal it there; it is then sent by itself."
            )
            % {"label": label}
        )


class NothingToOverrule(EnterprisesError):
    def __init__(self, label: str) -> None:
        super().__init__(_("No guard of %(label)s is red, or they are overruled already.") % {"label": label})


class MakerMayNotOverrule(EnterprisesError):
    """Maker is not checker."""

    def __init__(self, label: str, name: str) -> None:
        super().__init__(
            _(
                "%(label)s is the work of %(name)s, who cut it or confirmed its lists. "
                "Its red guards are overruled by somebody else."
            )
            % {"label": label, "name": name}
        )


class ReasonNeeded(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("Write down the reason: it is kept with the edition."))


class UrgentNoticeAfter(EnterprisesError):
    """What builds on an edition goes before it."""

    def __init__(self, label: str, after: str) -> None:
        super().__init__(
            _("The urgent notice %(after)s builds on %(label)s. Withdraw that one first.")
            % {"label": label, "after": after}
        )


class NotSealedYet(EnterprisesError):
    def __init__(self, label: str) -> None:
        super().__init__(_("%(label)s is not sealed. Only sealed editions are compared.") % {"label": label})


class NoSuchEdition(EnterprisesError):
    def __init__(self, label: str) -> None:
        super().__init__(_("There is no edition %(label)s. Write it like ZZKJ-2026Q3-v1.") % {"label": label})


class UrgentNoticesOff(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("Urgent notices between quarters are switched off (URGENT_NOTICES)."))


class NothingUrgent(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("Nothing that the last edition holds was revoked since: there is nothing to notify."))


class NoList(EnterprisesError):
    """A file whose format is none of those that a list of somebody's own may come in."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(file)s cannot be read as a list. Save it as xlsx, xls, ods or csv.") % {"file": name},
        )


class PasswordProtected(EnterprisesError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(file)s is under a password and cannot be read. Open it, remove the password, and save it anew.")
            % {"file": name}
        )


class ColumnsNeeded(EnterprisesError):
    """No column says that it holds names or codes. `header` is what was seen; `name` and `code` are guesses."""

    def __init__(self, file_name: str, header: list[str], name: int | None, code: int | None) -> None:
        self.header, self.name, self.code = header, name, code
        seen = "、".join(text for text in header if text)
        super().__init__(
            _("No column of %(file)s is called a name or a code of enterprises. Its header reads: %(seen)s.")
            % {"file": file_name, "seen": seen[:300]}
        )


def rows_in_words(most: int) -> str:
    """A limit of rows, as `TooLarge` tells it."""
    return _("%(rows)s rows") % {"rows": most}


class FileRefused(EnterprisesError):
    """A file that is not taken as evidence; nothing of the form was kept."""


class FileUnacceptable(FileRefused):
    """`code` is that of `sniffing.Unacceptable`."""

    def __init__(self, name: str, code: str) -> None:
        reasons = {
            "empty": _("%(file)s is empty. Choose the file again."),
            "unknown": _("%(file)s is no PDF, JPG or PNG. Save it as one of them, or take a photograph or screenshot."),
            "damaged": _("%(file)s is damaged or incomplete. Open it, save it anew and choose it again."),
            "two_things": _(
                "%(file)s holds something else behind the document or picture. Save it anew, or take a screenshot."
            ),
            "too_many_pixels": _("%(file)s is too large a picture. Make it smaller or take a screenshot of it."),
            "active": _("%(file)s holds scripts, forms or attached files. Print it as a plain PDF and choose that."),
        }
        super().__init__(reasons[code] % {"file": name})


class FileTooLarge(FileRefused):
    def __init__(self, name: str, megabytes: int) -> None:
        super().__init__(
            _("%(file)s is larger than %(megabytes)s MB. Scan or photograph it in a lower resolution.")
            % {"file": name, "megabytes": megabytes}
        )


class TooManyFiles(FileRefused):
    def __init__(self, most: int) -> None:
        super().__init__(_("At most %(most)s files can be handed in. Choose the most telling ones.") % {"most": most})


class FormTooLarge(FileRefused):
    def __init__(self, megabytes: int) -> None:
        super().__init__(
            _("The files are too large together. Each may have %(megabytes)s MB. Nothing was received.")
            % {"megabytes": megabytes}
        )


class FileInfected(FileRefused):
    def __init__(self) -> None:
        super().__init__(_("The virus scanner refused a file, and nothing was received. Check your computer first."))


class ScannerDown(FileRefused):
    def __init__(self) -> None:
        super().__init__(
            _("Files cannot be checked just now, so nothing was received. Try again later, or object without files.")
        )


class TooOften(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("Too many tries from your network in a short time. Please try again in an hour."))


class AlreadyFiled(EnterprisesError):
    """The same form was sent twice."""

    def __init__(self, number: str) -> None:
        super().__init__(
            _("This form was received already, under %(number)s. Nothing was filed a second time.") % {"number": number}
        )


class StaffMayNotFile(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("Objections are the enterprises'. Whoever decides them does not file them: sign out first."))


class NoSuchObjection(EnterprisesError):
    """One answer for a wrong number and for a wrong secret."""

    def __init__(self) -> None:
        super().__init__(_("No objection has this receipt number and this password. Compare both with the receipt."))


class ObjectionStateForbids(EnterprisesError):
    def __init__(self, number: str, state: str) -> None:
        super().__init__(
            _("%(number)s is “%(state)s”; this step is not possible now.") % {"number": number, "state": state}
        )


class NothingSaid(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(_("Write down what is to be said: the enterprise reads it, and it is kept."))


class CorrectionNeeded(EnterprisesError):
    """Whoever upholds an objection says what is right."""

    def __init__(self) -> None:
        super().__init__(
            _("An objection that is upheld changes something: mark lines and say what is right, or add a line.")
        )


class LineNotTheirs(EnterprisesError):
    def __init__(self, name: str, line: str) -> None:
        super().__init__(
            _("“%(line)s” is not a line of “%(name)s” any more. Load the page again.") % {"name": name, "line": line}
        )


class OnlyLine(EnterprisesError):
    """Somebody of whom nothing else is known is that line."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("Nothing else is known of “%(name)s” than these lines: correct the name in them instead.")
            % {"name": name}
        )


class ProposerMayNotConfirm(EnterprisesError):
    """Maker is not checker."""

    def __init__(self) -> None:
        super().__init__(_("You proposed this decision: somebody else confirms it."))


class LinkNotGood(EnterprisesError):
    def __init__(self) -> None:
        super().__init__(
            _("This link is not good any more: it was used, it is older than 48 hours, or it is incomplete.")
        )
