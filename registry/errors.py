"""Every failure that a person may meet when a list comes in. Each says what is wrong, where, and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


class RegistryError(Exception):
    """Something a person can mend; `str(error)` tells how."""


class FileRefused(RegistryError):
    """The file cannot be read as a list. Nothing of it was kept."""


class EmptyFile(FileRefused):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(file)s is empty. Choose the file that holds the list.") % {"file": name})


class UnknownFormat(FileRefused):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(file)s is none of the formats that can be read (xlsx, xls, ods, csv, docx, pdf). "
                "Save it as one of them."
            )
            % {"file": name}
        )


class NotWhatItSays(FileRefused):
    def __init__(self, name: str, suffix: str) -> None:
        super().__init__(
            _("%(file)s is named %(suffix)s but holds something else, or is damaged. Open it and save it anew as xlsx.")
            % {"file": name, "suffix": suffix}
        )


class ConversionNeeded(FileRefused):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(file)s is of an old office format. Open it in WPS or Word and save it as docx or xlsx.")
            % {"file": name}
        )


class NoText(FileRefused):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(file)s holds pictures, no text: it was scanned. Copy the table into a workbook and upload that.")
            % {"file": name}
        )


class WrongEncoding(FileRefused):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("The characters of %(file)s are neither UTF-8 nor GB18030. Save it as “CSV UTF-8” or as xlsx.")
            % {"file": name}
        )


class BrokenQuotes(FileRefused):
    """A quote that is opened and not closed where it should be takes the rows behind it into one cell."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(
            _(
                "In line %(line)s of %(file)s a quotation mark opens that closes nowhere, or rows later: "
                "the rows behind it would be lost. Delete the mark, or save the list anew as xlsx."
            )
            % {"file": name, "line": line}
        )


class TooLarge(FileRefused):
    def __init__(self, name: str, limit: str) -> None:
        super().__init__(
            _(
                "%(file)s is larger than allowed (%(limit)s). "
                "Split it, or delete empty rows and columns beyond the list."
            )
            % {"file": name, "limit": limit}
        )


class NoSuchSheet(FileRefused):
    def __init__(self, name: str, sheet: str, sheets: list[str]) -> None:
        super().__init__(
            _("%(file)s has no sheet “%(sheet)s”. It has: %(sheets)s.")
            % {"file": name, "sheet": sheet, "sheets": pgettext("between the parts of a list", ", ").join(sheets)}
        )


class NoNameColumn(FileRefused):
    def __init__(self, name: str, seen: str) -> None:
        super().__init__(
            _(
                "No header row with a column of enterprise names was found in %(file)s. "
                "Its first rows read: %(seen)s. Name the column 企业名称."
            )
            % {"file": name, "seen": seen}
        )


class NoRows(FileRefused):
    def __init__(self, name: str, row: int) -> None:
        super().__init__(
            _("%(file)s has a header in row %(row)s but no enterprise below it.") % {"file": name, "row": row}
        )


class MixedList(FileRefused):
    def __init__(self, name: str, row: int, text: str) -> None:
        super().__init__(
            _(
                "Row %(row)s of %(file)s reads “%(text)s”: the rows below it mean something else than those above. "
                "Split the file there and upload each part with its own kind of notice."
            )
            % {"file": name, "row": row, "text": text}
        )


class SheetNeeded(FileRefused):
    def __init__(self, name: str, sheets: list[str]) -> None:
        self.sheets = sheets
        super().__init__(
            _("Several sheets of %(file)s hold something: %(sheets)s. Say which one is meant.")
            % {"file": name, "sheets": pgettext("between the parts of a list", ", ").join(sheets)}
        )


class AlreadyImported(RegistryError):
    """The same file was staged before for the same programme and kind of notice."""

    def __init__(self, *, import_id: int, title: str, state: str) -> None:
        self.import_id = import_id
        super().__init__(
            _("This file was imported before, as no. %(id)s “%(title)s” (%(state)s). Nothing was done.")
            % {"id": import_id, "title": title, "state": state}
        )


class WrongState(RegistryError):
    """The import's state does not allow the step."""

    def __init__(self, *, step: str, state: str) -> None:
        super().__init__(
            _("Not possible: %(step)s. The import is in the state “%(state)s”.") % {"step": step, "state": state}
        )


class SecondPersonNeeded(RegistryError):
    def __init__(self) -> None:
        super().__init__(_("Whoever staged or corrected a list may not confirm it. Ask a colleague."))


class NotYourProgramme(RegistryError):
    """None of the person's departments imports this programme."""

    def __init__(self, programme: str) -> None:
        super().__init__(
            _(
                "Your department does not import “%(programme)s”. Nothing was done. Leave it to the department that "
                "does, or ask the security administrator to give yours the right."
            )
            % {"programme": programme}
        )


class MustBeWhole(RegistryError):
    """A list that takes something away has rows that cannot be used: whom they speak of would be judged wrongly."""

    def __init__(self, faulty: int) -> None:
        super().__init__(
            _(
                "%(faulty)s rows cannot be used, and a full list or a revocation acts on whom it names or leaves out. "
                "Mend these rows in the file, reject this import, and upload the file again."
            )
            % {"faulty": faulty}
        )


class FaultyRows(RegistryError):
    """Some rows cannot be used, and nobody has said yet that the others should count without them."""

    def __init__(self, faulty: int) -> None:
        super().__init__(
            _(
                "%(faulty)s rows cannot be used. Correct them, or accept the sound rows alone; "
                "the others then stay outside the pool."
            )
            % {"faulty": faulty}
        )


class TooManyGone(RegistryError):
    """A full list would end more recognitions than one person may let go."""

    def __init__(self, gone: int, of: int) -> None:
        super().__init__(
            _(
                "%(gone)s of the %(of)s enterprises of the list before are missing here and would lose it. "
                "So many need a second person: ask a colleague to look and to confirm."
            )
            % {"gone": gone, "of": of}
        )


class NothingToCorrect(RegistryError):
    """A correction that changes nothing, or of something that no row has."""

    def __init__(self) -> None:
        super().__init__(_("Nothing was corrected: the text is the same as before, or the row has no such field."))


class NotThisListsRows(RegistryError):
    """A workbook of corrections that was not made from this list."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(file)s does not hold this list's problem rows as they were downloaded. Download them here, correct "
                "the cells in that very file, leave 行号, 分栏 and the hidden column as they are, and upload it."
            )
            % {"file": name}
        )


class NoSuchProgramme(RegistryError):
    def __init__(self, code: str, codes: list[str]) -> None:
        super().__init__(
            _("There is no programme %(code)s. Programmes: %(codes)s.") % {"code": code, "codes": ", ".join(codes)}
        )


class RuleMoved(RegistryError):
    """Somebody else revised the rules of the programme in the meantime."""

    def __init__(self, programme: str) -> None:
        super().__init__(
            _("The rules of %(programme)s were changed by somebody else meanwhile. Nothing was saved; look again.")
            % {"programme": programme}
        )


class PeriodMissing(RegistryError):
    """The programme's periods are what its notices say, and this one's was not filled in: it would never end."""

    def __init__(self, programme: str, rows: int) -> None:
        super().__init__(
            _(
                "The periods of %(programme)s are what the notice says, and %(rows)s rows have no last day. Fill in "
                "“valid to” from the notice; if it names none, give the programme a rule that says how long it holds."
            )
            % {"programme": programme, "rows": rows}
        )


class NoInbox(RegistryError):
    """The drop folder is not there, or this program may not read and write it."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(
            _("The drop folder %(folder)s cannot be used (%(why)s). It must exist and be writable for this program.")
            % {"folder": folder, "why": why}
        )


class BadSidecar(RegistryError):
    """What lies beside a list in the drop folder does not say what its notice says."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            _(
                "The sidecar %(file)s.json cannot be used: %(why)s. It is a JSON object with programme, notice and "
                "published_on at least."
            )
            % {"file": file, "why": why}
        )


class NothingToAmend(RegistryError):
    def __init__(self, name: str) -> None:
        super().__init__(_("The line of “%(name)s” reads so already: there is nothing to correct.") % {"name": name})


class AmendmentUnusable(RegistryError):
    """What is to stand in a line's place must be a sound line itself."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(_("The correction is no usable line: %(faults)s") % {"faults": "；".join(faults)})


class AmendmentWaits(RegistryError):
    """Two corrections of one line, made of the same text, would undo each other."""

    def __init__(self, name: str, ground: str) -> None:
        super().__init__(
            _(
                "A correction of the line of “%(name)s” waits already, by %(ground)s. Confirm that one or send it back "
                "first; this one is then made of what the line says."
            )
            % {"name": name, "ground": ground}
        )


class LineDoesNotCount(RegistryError):
    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            _(
                "The list of the line “%(name)s” does not count (it is: %(state)s), so that to correct the line would "
                "change nothing. Choose a line of a confirmed list."
            )
            % {"name": name, "state": state}
        )


class TooManyExports(RegistryError):
    """Somebody asks for more exports than are written for one person at once."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("%(most)s of your exports wait already. Wait until one is written, or give one up.") % {"most": most}
        )


class ExportForbidden(RegistryError):
    """Whoever asked may not see the rows any more."""

    def __init__(self) -> None:
        super().__init__(_("You may not see this list any more, or it exists no more. Nothing was written."))


class ExportUnclear(RegistryError):
    """The search or filters that an export was asked with say nothing now."""

    def __init__(self) -> None:
        super().__init__(_("Its search or filters cannot be read any more. Open the list and ask anew."))


class NotOfPoints(RegistryError):
    """A points list is told anew or supplemented; it takes nothing away, renames and moves nobody."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            _(
                "A points list is imported as publicity, recognition or supplement, not as “%(kind)s”. "
                "To take points back, withdraw their list, or import the year's list anew."
            )
            % {"kind": kind}
        )
