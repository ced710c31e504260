"""What is said of matches, changes and answers. Law: every code that others can give has its words here."""

import re

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.delta import Cause
from enterprises.matching.rungs import figures

# How two names differ (`matching.comparing.Relation`), and what else is known of the two (a rung's witness).
RELATIONS = {
    "form_worded": _("the legal form is worded otherwise (有限责任, 有限)"),
    "suffix": _("省 or 市 is missing behind the place"),
    "province": _("the province stands before the place, or does not"),
    "place_omitted": _("one name begins with a place, the other does not"),
    "place_needed": _("one name begins with a place, the other does not, and little is left without it"),
    "place_slip": _("the place is miswritten"),
    "place_moved": _("the place stands elsewhere in the name"),
    "place_other": _("the place is another"),
    "form_other": _("the legal form is another"),
    "core_alone": _("trade name and business are the same, place and form are not"),
    "sound": _("a character of the same sound"),
    "trade_sound": _("a character of the same sound in the trade name"),
    "look": _("a character that looks like it"),
    "doubled": _("a character stands twice"),
    "lost": _("a character is missing"),
    "swapped": _("two characters are swapped"),
    "other": _("the names have nothing in common"),
}
WITNESSES = {
    "here": _("both of one district"),
    "bare": _("districts not known of both"),
    "code": _("same credit code"),
    "number": _("same certificate number"),
}
_BOTH = _("{relation} ({witness})")
_MEASURED = {
    figure.rung: format_lazy(_BOTH, relation=RELATIONS[figure.relation], witness=WITNESSES[figure.witness])
    for figure in figures().values()
}

# By which rung of the ladder (`matching.deciding`), or by whom, an entry was tied to an enterprise.
RULES = {
    "code": _("Same credit code, and the same name"),
    "number": _("Same certificate number, and the same name"),
    "registration": _("Same registration number, and the same name"),
    "name": _("The same name but for punctuation, spaces or traditional characters"),
    "name_here": _("A name that several bear, and the same district"),
    "rename": _("Published change of name"),
    "former": _("Former name stated beside the name"),
    "code_like": _("Same credit code, and a name that differs little"),
    "number_like": _("Same certificate number, and a name that differs little"),
    "code_repaired": _("Same credit code but for a slip of the pen, and a name that differs little"),
    "form_damaged": _("The same name but for a damaged legal form"),
    "new": _("Nobody like it was known: a new enterprise"),
    "person": _("Decided by a person"),
    **_MEASURED,
    # Decisions of earlier versions.
    "joined": _("A row with the code of one and the name of the other showed that two were the same"),
    "spelling": _("The same name but for punctuation, a row number or traditional characters"),
}

# Why no rule may settle an entry.
REVIEW_CAUSES = {
    "identifiers_disagree": _("Credit code and certificate number point to different enterprises."),
    "identifier_and_name_disagree": _("Code or number points to one enterprise, the name to another."),
    "identifier_with_other_name": _("Code or number is known, but under a name that does not fit."),
    "code_disagrees": _("Same credit code, but something speaks against it: another code, or a person's word."),
    "number_disagrees": _(
        "Same certificate number, but something speaks against it: another code, or a person's word."
    ),
    "repaired_disagrees": _("A credit code with a slip of the pen, but something speaks against it."),
    "name_with_other_code": _("The name is known, but with another credit code."),
    "several_of_that_name": _("Several enterprises bear this name."),
    "same_name_elsewhere": _("The same name, registered in another district."),
    "same_name_other_number": _(
        "The same name, but two numbers of one programme, too near in time for one enterprise."
    ),
    "former_name_of_another": _("The name is one enterprise's, the former name another's."),
    "name_given_up": _("The name was given up; since then a list names the new name and, beside it, the old one."),
    "former_name_only": _("The name is known only as a former name."),
    "name_incomplete": _("The end of the name is missing, and it is not plain whose it is."),
    "number_of_nobody": _("The revocation's number is none by which the enterprise of this name is known."),
    "nobody_of_that_name": _("The list takes something away, but nobody of this name is known."),
    **_MEASURED,
    # Causes of earlier versions.
    "perhaps_the_same": _("A new enterprise whose name is like a known one's. Are the two one?"),
    "name_in_another_city": _("The name is known, but the line is another city's."),
}

# What of a candidate agrees with a doubtful line (`juxtaposing.Beside.agrees`), and what speaks against it.
AGREEMENTS = {
    "same_code": _("Same credit code"),
    "same_number": _("Same certificate number"),
    "same_name": _("Exactly the same name"),
    "same_spelling": _("Same name but for punctuation or traditional characters"),
    "former_name": _("It bore the line's name before"),
    "renamed_from": _("The line's former name is its name"),
    "like_name": _("The names are like each other"),
    "same_district": _("Same district"),
}
CONTRADICTIONS = {
    "other_code": _("Another credit code"),
    "other_name": _("A name with another core"),
    "branch": _("One is a branch, the other is not"),
    "same_list": _("The same list names it in another row too"),
    "other_city": _("One is of this city, the other is not"),
    "other_district": _("Another district"),
}

# What settling a match so would change for banks, by today's pool (`juxtaposing.Said`).
EFFECTS = {
    "gains": _("The record of “%(name)s” gains recognitions (%(count)s): %(programmes)s."),
    "again": _("“%(name)s” is recognised by %(programme)s already; its record gains a further period."),
    "has_it": _("The record of “%(name)s” has this recognition already: nothing is added."),
    "enters": _("“%(name)s” enters the pool by %(programme)s: the next edition has one enterprise more."),
    "new_enters": _("A new enterprise enters the pool by %(programme)s: the next edition has one enterprise more."),
    "learns_code": _("Banks learn the credit code of “%(name)s”: %(code)s."),
    "renamed": _("The name of “%(name)s” becomes “%(new)s”."),
    "one_fewer": _("“%(gone)s” becomes part of “%(kept)s”: the next edition has one enterprise fewer."),
    "moves": _("“%(gone)s” becomes part of “%(kept)s”, and is in the next edition under its name and public id."),
    "joined_unseen": _("“%(gone)s” becomes part of “%(kept)s”; it is not in the pool, so banks see nobody go."),
    "takes_away": _("“%(name)s” loses the recognition %(programme)s."),
    "leaves": _("Nothing else keeps “%(name)s” in the pool: the next edition has one enterprise fewer."),
    "stays_out": _("“%(name)s” stays out of the pool."),
    "moves_out": _("“%(name)s” is not of this city any more, and its recognitions do not count."),
    "nothing_to_take": _("“%(name)s” has no recognition that this line could take away: nothing changes."),
    "counts_again": _("What did not count because of this line counts again for its candidates."),
    "stays_apart": _("The two stay two enterprises: nothing changes for banks."),
    "unchanged": _("Nothing changes for banks."),
    "publicity": _("Publicity alone brings nobody into an edition: nothing changes for banks."),
    "does_not_count": _("%(programme)s does not count for the pool: nothing changes for banks."),
    "run_out": _("What the line grants ran out on %(day)s: nothing enters the next edition by it."),
    "not_yet": _("What the line grants begins on %(day)s: nothing enters an edition before."),
    "outside": _("“%(name)s” is not of this city: nothing enters the next edition."),
    "gone": _("Not possible: it turned out to be “%(kept)s” (%(id)s). Choose that one."),
    "code_taken": _("Not possible while the line has the credit code %(code)s: it is that of “%(owner)s”."),
    "two_codes": _("Not possible: each has a credit code of its own (%(one)s, %(other)s)."),
}

# How an item of a sample stands (`bulk_reviewing.Standing`).
VERDICTS = {
    "same": _("judged the same"),
    "different": _("judged not the same"),
    "unsure": _("put back"),
    "waiting": _("to be judged"),
    "taken": _("settled by a rule or a colleague"),
}

# What is published of an enterprise beside its recognitions (`tracing.Cell`).
FIELDS = {
    "name": _("Enterprise name"),
    "former_name": _("Former name"),
    "uscc": _("Unified social credit code"),
    "district": _("District"),
}

# Why an enterprise was added to an edition, removed or changed (`delta.Cause`).
CHANGE_CAUSES = {
    "recognised": _("newly recognised"),
    "renewed": _("recognised again"),
    "moved_in": _("moved into this city"),
    "counts_again": _("was known and did not count, and counts now: a rule, its place or a check changed"),
    "grace": _("ran out, renewal awaited"),
    "expired": _("ran out"),
    "revoked": _("taken away by a revocation"),
    "delisted": _("left out by a full list"),
    "list_withdrawn": _("the list was withdrawn"),
    "disputed": _("revocation to be checked"),
    "rule_changed": _("the programme's rule changed"),
    "corrected": _("data corrected"),
    "renamed": _("name changed"),
    "respelled": _("lists state the name otherwise"),
    "former_names": _("former names changed"),
    "code_found": _("credit code became known"),
    "code_changed": _("credit code changed"),
    "district_changed": _("district changed"),
    "left_city": _("not in this city any more"),
    "merged": _("turned out to be another enterprise of the pool"),
    "joined": _("another enterprise of the pool turned out to be this one"),
    "split": _("belongs to another enterprise than was thought"),
    "objection_upheld": _("corrected on an objection that was upheld"),
    "name_on_objection": _("name corrected on an objection that was upheld"),
    "code_on_objection": _("credit code corrected on an objection that was upheld"),
    "place_on_objection": _("district corrected on an objection that was upheld"),
}

_DISTRICT_FOUND = _("district became known")
# Where all that is told of an end is its day: what happened on it.
_ENDINGS = {
    "expired": _("ran out on %(day)s"),
    "rule_changed": _("ran out on %(day)s"),
    "revoked": _("taken away from %(day)s on"),
    "delisted": _("off the list from %(day)s on"),
}

# What a guard found (`guards.Finding`): where there is something to say, and where there is nothing.
GUARD_WORDS = {
    "programme_shrank": (
        _("%(programme)s: %(of)s holders before, %(count)s now (%(measured)s%% fewer)"),
        _("%(programme)s: no holder fewer than before"),
    ),
    "programme_grew": (
        _("%(programme)s: %(of)s holders before, %(count)s now (%(measured)s%% more)"),
        _("%(programme)s: no holder more than before"),
    ),
    "mass_removal": (
        _("%(count)s of %(of)s members would be removed (%(measured)s%%)"),
        _("No member would be removed"),
    ),
    "changes_of_kind": (
        _("%(programme)s “%(cause)s”: %(count)s of %(of)s members (%(measured)s%%)"),
        _("%(programme)s “%(cause)s”: nobody"),
    ),
    "unresolved_list": (
        _("%(count)s confirmed or withdrawn lists are not resolved yet"),
        _("Every confirmed or withdrawn list is resolved"),
    ),
    "waiting_list": (_("%(count)s lists wait to be confirmed"), _("No list waits to be confirmed")),
    "review_queue": (
        _("%(count)s doubtful matches would change members once they are decided"),
        _("No doubtful match would change a member"),
    ),
    "expected_list": (
        _("%(programme)s: the list expected this season (%(notice)s) has not been imported"),
        _("Every list expected this season has been imported"),
    ),
    "rule_gap": (
        _("%(programme)s has no rule in force on the edition's day, and %(count)s holders"),
        _("Every programme that is held has a rule in force"),
    ),
    "clock": (
        _("%(count)s earlier steps bear a later time than now: the clock is wrong, or was"),
        _("The clock agrees with the steps before"),
    ),
    "skipped_quarter": (
        _("%(count)s quarters were left out since the edition before: the changes are of all of them"),
        _("The edition follows on that of the quarter before"),
    ),
    "early_day": (
        _("It is as of a day %(count)s days before the quarter's last: what ended or began since is not in it"),
        _("It is as of the quarter's last day"),
    ),
}

# What a row of a list would do to the pool (`foreseeing.Foresight.rows`).
ROW_EFFECTS = {
    "changes": _("Change the record of an enterprise"),
    "same": _("Change nothing: the pool says the same already"),
    "outside": _("Stay outside the pool: another city's, not in force, or of a programme that does not count"),
    "queued": _("Wait for a person: it is not certain which enterprise is meant"),
    "unusable": _("Not used: faulty rows"),
}

# Why nothing was found, or why an enterprise is not in the pool, or what is under way: what it is, and what to do.
ANSWERS = {
    "uscc_check": (
        _("This credit code contains a typing mistake"),
        _(
            "Its check character does not fit. Compare it with the business licence: the letters I, "
            "O, S, V and Z never occur in a code, so that what looks like O is a zero and what looks "
            "like I a one."
        ),
    ),
    "id_check": (
        _("This public id contains a typing mistake"),
        _("Its last character does not fit. Compare it with where you read it, or search for the full name."),
    ),
    "lost_digits": (
        _("This code has lost its last digits in a spreadsheet"),
        _(
            "A spreadsheet keeps fifteen digits of a number. Type the code from the business licence or the "
            "certificate; in the spreadsheet, make the column text before you paste into it."
        ),
    ),
    "old_number": (
        _("This is a registration number or organisation code of the time before 2015"),
        _("Please search for the unified social credit code on the business licence, or for the full name."),
    ),
    "number_shape": (
        _("This is no number that we know the form of"),
        _(
            "A credit code has 18 characters, a certificate of a high-tech enterprise looks like GR202441000123. "
            "Compare it with the certificate, or search for the full registered name."
        ),
    ),
    "code_unknown": (
        _("No recognised enterprise is known by this code"),
        _(
            "The code itself is well-formed. Many published lists give names without codes: please search for "
            "the full registered name too."
        ),
    ),
    "number_unknown": (
        _("No recognised enterprise is known by this number"),
        _(
            "Its form is right, but no published list has it. Compare it with the certificate, or search for the "
            "full registered name. A new number is found once its list is published."
        ),
    ),
    "several": (
        _("Published lists give this to several enterprises"),
        _("It does not say which one is meant. Please search for the credit code or the full registered name."),
    ),
    "name_unknown": (
        _("No recognised enterprise is known by exactly this name"),
        _(
            "The search needs the full name as registered, or a former one; short names and parts of "
            "a name find nothing. If it is in full, search for the credit code too, and compare with "
            "the wording of the notice: a list may spell the name differently."
        ),
    ),
    "name_differs": (
        _("A list spells the name differently"),
        _(
            "It counts all the same. Banks that compare names alone may miss it: give them the credit code, and "
            "ask the body that published the list to correct the name."
        ),
    ),
    "renaming": (
        _("A published change of name is being worked on"),
        _(
            "Whose name it changes is being settled; until then the enterprise is kept under the name of before. "
            "Number and period stay as they are. Please look again in a few working days."
        ),
    ),
    "in_review": (
        _("A published list names this enterprise, and it is being checked by hand"),
        _(
            "It is not certain yet which enterprise is meant, mostly after a change of name. Staff "
            "are checking it. Please look again in a few working days."
        ),
    ),
    "in_work": (
        _("A published list names this enterprise, and it is just being taken in"),
        _("Please look again in an hour."),
    ),
    "faulty_line": (
        _("A published list names this enterprise, but its line could not be used"),
        _("The line is incomplete or garbled. Please ask the body that published the list to correct it."),
    ),
    "list_withdrawn": (
        _("The list that named this enterprise has been withdrawn"),
        _(
            "It no longer counts, and no other list names the enterprise. Please ask the body that published the "
            "list; once it is published anew, the enterprise enters the pool by itself."
        ),
    ),
    "moved_out": (
        _("By a published notice the enterprise has moved to another city"),
        _(
            "The pool holds enterprises of Zhengzhou alone. If that is not so, ask the body that published the "
            "notice; the recognition itself goes on at the new place."
        ),
    ),
    "outside": (
        _("By the latest list the enterprise is registered in another city"),
        _(
            "The pool holds enterprises of Zhengzhou alone. Whoever has moved here asks the "
            "district's science department about the transfer."
        ),
    ),
    "nothing_granted": (
        _("No recognition that counts has been published"),
        _("A recognition enters the pool when its notice has been published. Please look again then."),
    ),
    "does_not_count": (
        _("The recognition is of a programme that does not count for the pool"),
        _("It is shown for information."),
    ),
    "upcoming": (
        _("The recognition is not in force yet"),
        _("The enterprise enters the pool by itself when the period begins."),
    ),
    "provisional": (
        _("Only publicity (公示) has been published so far"),
        _("Publicity is no recognition yet. The enterprise enters the pool when the recognition is published."),
    ),
    "expired": (
        _("The recognition has expired"),
        _(
            "If it was granted anew, it enters the pool with the new list. If not, please apply again"
            " to the issuing body in time."
        ),
    ),
    "number_not_renewed": (
        _("The number is of a former year and has not been renewed"),
        _(
            "Numbers of this programme are of one year. Once this year's list with the new number is published, "
            "the enterprise enters the pool by itself. If you have not filed this year, please do so in time."
        ),
    ),
    "delisted": (
        _("A later full list of the programme leaves the enterprise out"),
        _("Please compare with the notice, and ask the issuing body."),
    ),
    "revoked": (
        _("The recognition was revoked"),
        _("The notice of revocation stands below. Objections are dealt with by the body that issued it."),
    ),
    "disputed": (
        _("A published notice takes this recognition away, and it is being checked by hand"),
        _(
            "It is not certain yet that the notice means this enterprise. Until it is settled, the recognition "
            "does not count. Please contact the bureau if you know more."
        ),
    ),
}


_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_PERIOD = re.compile(r"^(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)?$")


def period_in_words(text: str) -> str:
    """A period such as 2026-01-01/2028-12-31, in words; any other text as it is."""
    found = _PERIOD.match(text)
    if not found:
        return text
    days = {"first": found[1], "last": found[2]}
    return gettext("%(first)s to %(last)s") % days if found[2] else gettext("from %(first)s on") % days


def cause_in_words(cause: Cause) -> str:
    """What happened, without its programme."""
    if cause["cause"] == "district_changed" and not cause["before"]:
        return str(_DISTRICT_FOUND)
    return str(CHANGE_CAUSES.get(cause["cause"], cause["cause"]))


def outcome_in_words(cause: Cause) -> str:
    """What it is now: a value, a period, or the day on which it ended, and how."""
    after = cause["after"]
    if cause["cause"] == "grace" and after == cause["before"] and (found := _PERIOD.match(after)) and found[2]:
        return gettext("ran out on %(day)s, renewal awaited") % {"day": found[2]}
    if cause["cause"] in _ENDINGS and _DAY.match(after):
        return str(_ENDINGS[cause["cause"]]) % {"day": after}
    return period_in_words(after)
