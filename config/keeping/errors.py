"""Every failure that a person may meet in backup and restore. Each says what is wrong and what to do."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


class KeepingError(Exception):
    """Something a person can mend; `str(error)` tells how."""


class NoFolder(KeepingError):
    """There is nowhere to put a backup."""

    def __init__(self) -> None:
        super().__init__(_("No folder for backups is set. Name one: BACKUP_DIR, or the option --to."))


class FolderUnusable(KeepingError):
    """The folder of backups cannot be written, or the store cannot be read."""

    def __init__(self, folder: object, reason: object) -> None:
        super().__init__(
            _("The backup in %(folder)s broke off: %(reason)s. Nothing of it is left; those made before are whole.")
            % {"folder": folder, "reason": reason}
        )


class StoreInPool(KeepingError):
    """The site's own files lie where those of backups would."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            _(
                "%(folder)s cannot hold backups: what backups keep would lie among the site's own files. "
                "Name another folder, such as %(folder)s/backups: BACKUP_DIR, or the option --to."
            )
            % {"folder": folder}
        )


class AtWork(KeepingError):
    """Two backups at once would clear away each other's unfinished files."""

    def __init__(self) -> None:
        super().__init__(_("Another backup is being made in this folder. Wait until it is done."))


class DrillAtWork(KeepingError):
    """A drill clears away what others left behind."""

    def __init__(self) -> None:
        super().__init__(_("Another restore drill runs on this server. Wait until it is done."))


class NoProgram(KeepingError):
    """PostgreSQL's own programs of another version would write what this server does not read."""

    def __init__(self, program: str, major: int, found: Iterable[str]) -> None:
        super().__init__(
            _(
                "The server is PostgreSQL %(major)s and needs %(program)s of version %(major)s. Found: %(found)s. "
                "Install postgresql-client-%(major)s, or name the folder of its programs: POSTGRES_BIN."
            )
            % {"program": program, "major": major, "found": ", ".join(found) or _("none at all")}
        )


class NoRightToCreate(KeepingError):
    """The drill needs a database that it may make and drop."""

    def __init__(self, user: str, reason: object) -> None:
        super().__init__(
            _(
                "No scratch database can be made as %(user)s: %(reason)s. Give that role the right "
                "(ALTER ROLE … CREATEDB), or name another server: --into."
            )
            % {"user": user, "reason": str(reason).strip()}
        )


class ProgramFailed(KeepingError):
    """What PostgreSQL's program said."""

    def __init__(self, program: str, said: str) -> None:
        words = said.strip().splitlines()[-5:]
        super().__init__(
            _("%(program)s failed: %(said)s") % {"program": program, "said": "\n".join(words) or _("it said nothing.")}
        )


class DatabaseUnreachable(KeepingError):
    """Nobody answers at the address of the database."""

    def __init__(self, reason: object) -> None:
        super().__init__(_("The database does not answer: %(reason)s") % {"reason": str(reason).strip()})


class NoRecipient(KeepingError):
    """What stands in BACKUP_RECIPIENTS is no key."""

    def __init__(self, text: str) -> None:
        super().__init__(
            _("BACKUP_RECIPIENTS: “%(text)s” is no public key of age. Write it like age1…, as age-keygen shows it.")
            % {"text": text[:20]}
        )


class WrongKey(KeepingError):
    """The key that was given opens nothing of it."""

    def __init__(self) -> None:
        super().__init__(_("The key does not open this backup. Nothing was changed. Give the one that belongs to it."))


class KeyNeeded(KeepingError):
    """An enclosed backup is opened by its keeper alone."""

    def __init__(self, recipients: Iterable[str]) -> None:
        super().__init__(
            _("The backup is enclosed to %(recipients)s. Give the private key of one of them: --identity FILE.")
            % {"recipients": ", ".join(recipients)}
        )


class IdentityUnusable(KeepingError):
    """The file holds no private key."""

    def __init__(self, file: object) -> None:
        super().__init__(_("%(file)s holds no private key of age (AGE-SECRET-KEY-1…).") % {"file": file})


class NoBackup(KeepingError):
    """There is none at that place."""

    def __init__(self, folder: object) -> None:
        super().__init__(_("There is no finished backup in %(folder)s.") % {"folder": folder})


class BackupDamaged(KeepingError):
    """It is not what was written; nothing of it is used."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        shown = "\n".join(f"· {one}" for one in problems[:20])
        super().__init__(
            _("The backup %(name)s is damaged; nothing was changed. Use another one.\n%(problems)s")
            % {"name": name, "problems": shown}
        )


class NotEmpty(KeepingError):
    """What is there would be lost."""

    def __init__(self, where: object) -> None:
        super().__init__(
            _(
                "%(where)s is not empty, and what it holds would be lost. Restore into an empty one; "
                "or say --replace, if that is what you want."
            )
            % {"where": where}
        )


class NotProved(KeepingError):
    """What was restored is not what was kept."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        shown = "\n".join(f"· {one}" for one in problems[:20])
        super().__init__(_("What was restored is not what was kept:\n%(problems)s") % {"problems": shown})
