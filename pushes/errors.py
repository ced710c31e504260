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


class BatchDiffers(PushesError):
    """The rows for a platform are not those that the package counts."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _("The rows of %(label)s are not as many as its package says: nothing was sent. Tell the developers.")
            % {"label": label}
        )


class PackageRefused(PushesError):
    """The file is no package of ours, or not as it left us. `problems` tells each fault found."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class NoSigningKey(PushesError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no key to sign packages with, and unsigned ones are not built. Make one with `manage.py "
                "signing_key make FILE` and set SIGNING_KEY to the file's path."
            )
        )


class SigningKeyUnusable(PushesError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            _(
                "The signing key %(name)s cannot be used: %(reason)s. It must be an Ed25519 private key in PEM form "
                "without a pass phrase, which `manage.py signing_key make FILE` makes."
            )
            % {"name": name, "reason": reason}
        )


class PublicKeyUnusable(PushesError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s is no Ed25519 public key in PEM form. Take the file from the institutions' pages, "
                "under “Public keys”."
            )
            % {"name": name}
        )


class NoPublicKey(PushesError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no public key to check the package with. Name its file with --public-key; the institutions' "
                "pages have it under “Public keys”."
            )
        )


class NotYetDelivered(PushesError):
    def __init__(self, waiting: int, failed: int) -> None:
        super().__init__(
            _(
                "%(waiting)s deliveries are still waiting and %(failed)s have failed. "
                "Their attempts in the admin say why; waiting ones are tried again by themselves."
            )
            % {"waiting": waiting, "failed": failed}
        )


class TargetRefused(PushesError):
    """A server that is called has an address inside a network of ours, or of the machine's own."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            _(
                "%(host)s is at %(address)s, which is no public address: nothing was sent. If it is a bank's line, "
                "the installation names its network in CALL_NETWORKS."
            )
            % {"host": host, "address": address}
        )


class PortRefused(PushesError):
    def __init__(self, port: int) -> None:
        super().__init__(
            _("Port %(port)s is not called: nothing was sent. CALL_PORTS names the ports that may be.") % {"port": port}
        )


class ChannelNotReady(PushesError):
    def __init__(self, channel: str) -> None:
        super().__init__(
            _("%(channel)s has no valid secret: nothing was sent. Make one on the channel's page.")
            % {"channel": channel}
        )


class NoMailServer(PushesError):
    def __init__(self) -> None:
        super().__init__(_("No mail server is set (EMAIL_URL): nothing was sent."))


class WrongKindOfSecret(PushesError):
    def __init__(self, channel: str) -> None:
        super().__init__(_("%(channel)s does not use secrets of this kind.") % {"channel": channel})


class KeyTooLong(PushesError):
    def __init__(self, days: int) -> None:
        super().__init__(_("A key is valid for 1 to %(days)s days.") % {"days": days})


class KeyWithoutScope(PushesError):
    def __init__(self) -> None:
        super().__init__(_("Choose at least one thing that the key opens."))


class KeyRefused(PushesError):
    """Why a machine's key opens nothing."""


class NoSuchKey(KeyRefused):
    def __init__(self) -> None:
        super().__init__(_("Send an access key of your institution: “Authorization: Bearer zzkj_…”."))


class KeyEnded(KeyRefused):
    def __init__(self, prefix: str) -> None:
        super().__init__(
            _("Key %(prefix)s… has expired or was revoked. Ask the bureau for a new one.") % {"prefix": prefix}
        )


class RangeOutside(PushesError):
    """A part of a file is asked for that lies beyond its end."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(_("The file has %(size)s bytes, and the part that is asked for lies beyond.") % {"size": size})


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


class UnknownDistricts(PushesError):
    def __init__(self, codes: list[str]) -> None:
        super().__init__(_("There is no district %(codes)s in the catalogue.") % {"codes": ", ".join(codes)})


class UnknownColumns(PushesError):
    def __init__(self, keys: list[str]) -> None:
        super().__init__(_("There is no column %(keys)s to choose.") % {"keys": ", ".join(keys)})


class UnknownFormats(PushesError):
    def __init__(self, names: list[str]) -> None:
        super().__init__(_("No package is made in the format %(names)s.") % {"names": ", ".join(names)})


class NoFormat(PushesError):
    def __init__(self) -> None:
        super().__init__(_("Choose at least one file format."))


class DoesNotFitWorkbook(PushesError):
    """A table or a cell beyond what a workbook can hold: nothing is cut off in silence."""

    def __init__(self, file: str, rows: int) -> None:
        super().__init__(
            _(
                "%(file)s (%(rows)s rows) does not fit in a workbook: a sheet holds 1,048,575 rows under its header, "
                "a cell 32,767 characters. Agree with the institution on csv instead, or on fewer programmes or "
                "districts."
            )
            % {"file": file, "rows": rows}
        )


class SecretUnreadable(PushesError):
    """A stored secret was enclosed with a key that is not named any more."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A stored secret cannot be read: it was kept under another key. Add the former SECRETS_KEY (or "
                "SECRET_KEY, where there was none) to SECRETS_OLD_KEYS, or set the secret anew."
            )
        )


class NoAccess(PushesError):
    """Why a person may not enter the institutions' rooms."""


class NoInstitution(NoAccess):
    def __init__(self) -> None:
        super().__init__(_("Your account belongs to no institution. These pages are for institutions under contract."))


class RoleTooLow(NoAccess):
    def __init__(self, role: str) -> None:
        super().__init__(
            _("This is for people of your institution with the role %(role)s. Its administrator gives roles.")
            % {"role": role}
        )


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


class PersonKnown(PushesError):
    def __init__(self, email: str) -> None:
        super().__init__(_("%(email)s has an open account of this institution already.") % {"email": email})


class AlreadyInvited(PushesError):
    def __init__(self, email: str) -> None:
        super().__init__(
            _("%(email)s is invited already. Send that invitation again, or withdraw it first.") % {"email": email}
        )


class TooManyInvitations(PushesError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("%(most)s invitations wait already. Withdraw those that are not needed any more, then invite again.")
            % {"most": most}
        )


class InvitationsUsedUp(PushesError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("%(most)s invitations were sent within a day, and no more are. Please go on tomorrow.") % {"most": most}
        )


class EnclosedFileUnreadable(PushesError):
    """A file that lies enclosed is not there, or damaged, or of another key."""

    def __init__(self) -> None:
        super().__init__(_("What was kept of your list cannot be read any more. Delete it and upload the list again."))


class NothingToCompareWith(PushesError):
    def __init__(self) -> None:
        super().__init__(
            _("No standing edition was delivered to your institution yet: there is nothing to compare with.")
        )


class TooManyMatches(PushesError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("You have %(most)s lists here already. Delete one that you do not need any more, then upload again.")
            % {"most": most}
        )


class InvitationOver(PushesError):
    """Told to whoever opens the link of a wrong, used, withdrawn or old invitation: all the same."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This invitation is not good: it was used or withdrawn, it is too old, or its address is not whole. "
                "Please ask whoever invited you for a new one."
            )
        )


class InvitationNotOpen(PushesError):
    def __init__(self) -> None:
        super().__init__(_("This invitation was accepted or withdrawn. Invite the person anew if need be."))


class AddressTaken(PushesError):
    """Told to the owner of the address alone, who holds the link."""

    def __init__(self, email: str) -> None:
        super().__init__(
            _(
                "There is an account with the address %(email)s already, and nobody belongs to two institutions. "
                "Please ask to be invited by another address, or speak to the bureau."
            )
            % {"email": email}
        )


class LastAdministrator(PushesError):
    def __init__(self) -> None:
        super().__init__(
            _("An institution keeps at least one administrator. Make somebody else one first, then try again.")
        )


class StaffAccount(PushesError):
    def __init__(self) -> None:
        super().__init__(_("This account is one of the bureau's staff. Please speak to the bureau."))


class ListTooLarge(PushesError):
    def __init__(self, name: str, megabytes: int) -> None:
        super().__init__(
            _("%(file)s is larger than %(megabytes)s MB. Split it, or leave out columns that are not needed.")
            % {"file": name, "megabytes": megabytes}
        )


class BrokeOff(PushesError):
    def __init__(self) -> None:
        super().__init__(_("The comparison broke off three times. Upload the list again, or tell the bureau."))


class NotToBeChosen(PushesError):
    def __init__(self) -> None:
        super().__init__(_("Choose the column of names, or that of codes, or both."))


class TrialsUsedUp(PushesError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("This channel was tried %(most)s times within an hour. Please try again later.") % {"most": most}
        )


class NothingNew(PushesError):
    def __init__(self) -> None:
        super().__init__(_("This is what is agreed already. Change something, or leave it."))


class RequestWaits(PushesError):
    def __init__(self) -> None:
        super().__init__(_("A request of this kind waits for the bureau's answer. Take it back to ask for another."))


class RequestAnswered(PushesError):
    def __init__(self, state: str) -> None:
        super().__init__(_("This request does not wait any more: it is %(state)s.") % {"state": state})


class ReasonMissing(PushesError):
    def __init__(self) -> None:
        super().__init__(_("Give a reason: the other side reads it."))


class ScopeMissing(NoAccess):
    def __init__(self, prefix: str, scope: str, words: str) -> None:
        self.scope = scope
        super().__init__(
            _(
                "Key %(prefix)s… lacks the scope “%(scope)s” (%(words)s). Ask for a key with it: a key's scopes are "
                "not changed."
            )
            % {"prefix": prefix, "scope": scope, "words": words}
        )


class NoSuchEdition(PushesError):
    """Unknown, and known but given to others alone, look alike."""

    def __init__(self, label: str) -> None:
        super().__init__(_("Your institution was given no edition %(label)s.") % {"label": label})


class NothingGiven(PushesError):
    def __init__(self) -> None:
        super().__init__(_("Your institution was given no edition yet that stands. Ask again after the next one."))


class EditionWithdrawn(PushesError):
    def __init__(self, label: str, reason: str) -> None:
        super().__init__(
            _("%(label)s was withdrawn and must not be used: %(reason)s") % {"label": label, "reason": reason}
        )


class AnotherCut(PushesError):
    """What differs between two cuts happened to no enterprise."""

    def __init__(self, since: str, label: str) -> None:
        super().__init__(
            _(
                "%(since)s was given in another agreed cut than %(label)s: between them there are no changes to tell. "
                "Replace your list as a whole."
            )
            % {"since": since, "label": label}
        )


class NotBefore(PushesError):
    def __init__(self, since: str, label: str) -> None:
        super().__init__(
            _("%(since)s does not come before %(label)s: changes lead from an earlier edition to a later one.")
            % {"since": since, "label": label}
        )
