"""Every failure that a person may meet in packages, deliveries and the institutions' rooms, and its cure."""

from django.utils.translation import gettext as _


class PushesError(Exception):
    """Something a person can mend; `str(error)` tells how."""


class NotSealed(PushesError):
    def __init__(self, label: str) -> None:
        super().__init__(_("%(label)s is not sealed. Only a sealed edition is packaged.") % {"label": label})


class PackageNotRestored(PushesError):
    """A package is lost or damaged, and what would be built now is not what was sealed in its row and sent."""

    def __init__(self, file: str) -> None:
        super().__init__(
            _(
                "Package %(file)s is lost or damaged in the store, and built anew it has another SHA-256. "
                "Restore the file from the backup."
            )
            % {"file": file}
        )


class PackageRefused(PushesError):
    """The file is no package of ours, or not as it left us. `problems` tells each fault found."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class NotYetDelivered(PushesError):
    def __init__(self, waiting: int, failed: int) -> None:
        super().__init__(
            _(
                "%(waiting)s deliveries are still waiting and %(failed)s have failed. "
                "Their attempts in the admin say why; waiting ones are tried again by themselves."
            )
            % {"waiting": waiting, "failed": failed}
        )


class TookTooLong(PushesError):
    def __init__(self, minutes: int) -> None:
        super().__init__(
            _(
                "It was not finished after %(minutes)s minutes. See that a Celery worker runs, and what its "
                "log says; then give the same command again: it goes on from here."
            )
            % {"minutes": minutes}
        )


class NotUnderContract(PushesError):
    def __init__(self, institution: str) -> None:
        super().__init__(
            _("%(institution)s has no contract in force. Nothing is sent to it until it has.")
            % {"institution": institution}
        )


class ChannelPaused(PushesError):
    def __init__(self, channel: str) -> None:
        super().__init__(
            _("%(channel)s is paused. End its pause: what is owed is then sent by itself.") % {"channel": channel}
        )


class NotPaused(PushesError):
    def __init__(self, channel: str) -> None:
        super().__init__(_("%(channel)s is not paused.") % {"channel": channel})


class EditionNotStanding(PushesError):
    def __init__(self, label: str) -> None:
        super().__init__(_("%(label)s does not stand any more, and is sent to nobody.") % {"label": label})


class NothingToTry(PushesError):
    """A trial carries the latest edition in the institution's cut."""

    def __init__(self) -> None:
        super().__init__(_("A trial needs a sealed edition and an agreed profile. Make the one that is missing first."))


class KeptTooShort(PushesError):
    def __init__(self, years: int) -> None:
        super().__init__(_("Receipts are kept for three years at least, and not for %(years)s.") % {"years": years})


class UnknownProgrammes(PushesError):
    def __init__(self, codes: list[str]) -> None:
        super().__init__(_("There is no programme %(codes)s in the catalogue.") % {"codes": ", ".join(codes)})


class NoAccess(PushesError):
    """Why a person may not enter the institutions' rooms."""


class NoInstitution(NoAccess):
    def __init__(self) -> None:
        super().__init__(_("Your account belongs to no institution. These pages are for institutions under contract."))


class InstitutionNotActive(NoAccess):
    def __init__(self, institution: str, state: str) -> None:
        super().__init__(
            _("Access of %(institution)s is %(state)s. Please speak to the bureau.")
            % {"institution": institution, "state": state}
        )


class ContractOver(NoAccess):
    def __init__(self, institution: str, day: str) -> None:
        super().__init__(
            _("The contract of %(institution)s ran until %(day)s. Once it is renewed, everything is here again.")
            % {"institution": institution, "day": day}
        )
