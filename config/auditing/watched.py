"""Which tables' rows are watched, and how a change of each is told. Pure.

Law: whoever adds a table that people change adds it here, and a migration that calls `triggers.install`; a test holds
both. What is secret or of a person is masked: the log says that it changed, never to what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ALL: Mapping[str, str] = {"INSERT": "", "UPDATE": "", "DELETE": ""}
NEVER_TOLD = ("id",)
# Parts of columns' names that say that a value is secret, or a person's: of a watched table it must be masked.
SECRET = ("password", "secret", "enclosed", "digest", "token", "mail", "phone", "addresses", "data", "contact_name")


@dataclass(frozen=True)
class Watched:
    """One table. `label`, `key` and `when` are SQL: `label` and `key` over the row as jsonb ($1), `when` of a trigger.

    `model` is what a change is about: another than the table's own where a row is a part of that. `added` and `gone`
    are what it is called that a row comes or goes; `state` names the column whose new value says it instead, and `acts`
    what the change of a column is called. `by` says which column names who did it, by act ("*": any other), where
    nobody's request is behind the change.
    """

    table: str
    area: str
    model: str
    label: str
    key: str = "$1->>'id'"
    added: str = "created"
    gone: str = "deleted"
    state: str = ""
    by: Mapping[str, str] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    when: Mapping[str, str] = field(default_factory=lambda: ALL)


def of(column: str, table: str, name: str = "name") -> str:
    """What the row that a column points at is called."""
    return f"(SELECT n.{name} FROM {table} n WHERE n.id = ($1->>'{column}')::bigint)"  # noqa: S608 - of constants


def one(column: str) -> str:
    return f"$1->>'{column}'"


_INSTITUTION = of("institution_id", "pushes_institution")
_USER = of("user_id", "auth_user", "username")
_PERMISSION = of("permission_id", "auth_permission", "codename")
_CHANNEL = (
    "(SELECT i.name || ' · ' || c.kind FROM pushes_channel c JOIN pushes_institution i ON i.id = c.institution_id "
    "WHERE c.id = ($1->>'channel_id')::bigint)"
)
_ADDED = {"INSERT": ""}
_BY_PERSON = "{}.decided_by_id IS NOT NULL"

CATALOGUE = (
    Watched("registry_programme", "catalogue", "registry.programme", one("name")),
    Watched(
        "registry_programmerule", "catalogue", "registry.programmerule", of("programme_id", "registry_programme"),
        acts={"superseded_at": "superseded"}, by={"*": "recorded_by_id"},
    ),
    Watched("registry_district", "catalogue", "registry.district", one("name")),
    Watched("registry_indicator", "catalogue", "registry.indicator", one("name")),
    Watched("registry_headerword", "catalogue", "registry.headerword", one("text")),
    Watched(
        "registry_rememberedcolumn", "catalogue", "registry.rememberedcolumn", one("header"), by={"*": "decided_by_id"}
    ),
    Watched("enterprises_renewal", "catalogue", "enterprises.renewal", of("programme_id", "registry_programme")),
    Watched("financing_target", "catalogue", "financing.target", one("name")),
    Watched("enterprises_guardlimit", "setting", "enterprises.guardlimit", one("guard")),
    Watched(
        "enterprises_expectedlist", "setting", "enterprises.expectedlist", of("programme_id", "registry_programme")
    ),
    Watched("enterprises_specialday", "setting", "enterprises.specialday", one("day")),
)  # fmt: skip
LISTS = (
    Watched(
        "registry_importevent", "list", "registry.listimport", of("list_import_id", "registry_listimport", "title"),
        key=one("list_import_id"), state="state", by={"*": "by_id"}, ignored=("list_import_id", "state", "at", "by_id"),
        when=_ADDED,
    ),
    # Its states are told by the events; what its rows come to, by reading it anew.
    Watched(
        "registry_listimport", "list", "registry.listimport", one("title"),
        ignored=(
            "state", "file", "header", "columns", "unknown_columns", "remarks", "comparison", "row_count",
            "declared_count", "faulty_count",
        ),
        when={"UPDATE": "OLD.file <> ''", "DELETE": ""},
    ),
    Watched(
        "registry_entry", "list", "registry.entry", one("name"), acts={"corrections": "corrected"},
        ignored=("published", "problems", "name_key", "former_key"),
        when={"UPDATE OF corrections": "OLD.corrections IS DISTINCT FROM NEW.corrections"},
    ),
    Watched("registry_linecorrection", "correction", "registry.linecorrection", one("ground")),
)  # fmt: skip
IDENTITY = (
    # A name or a code that an enterprise first gets is no change: loads of millions stay as quick as they were.
    Watched(
        "enterprises_enterprise", "enterprise", "enterprises.enterprise", one("name"),
        acts={"merged_into_id": "merged"}, ignored=("created_at", "name_key", "district_id", "in_scope"),
        when={
            "UPDATE OF name, name_key, uscc, merged_into_id":
            "OLD.name_key <> '' AND OLD.name_key <> NEW.name_key OR OLD.uscc <> coalesce(NEW.uscc, '') "
            "OR OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id",
        },
    ),
    Watched(
        "enterprises_matchdecision", "decision", "registry.entry", of("entry_id", "registry_entry"),
        key=one("entry_id"), acts={"superseded_at": "superseded"}, by={"created": "decided_by_id"},
        ignored=("reasons", "beside", "entry_id", "decided_at", "decided_by_id"),
        when={
            "INSERT": _BY_PERSON.format("NEW"),
            "UPDATE": f"{_BY_PERSON.format('NEW')} AND OLD.superseded_at IS DISTINCT FROM NEW.superseded_at",
        },
    ),
    Watched(
        "enterprises_judgement", "decision", "registry.entry", of("entry_id", "registry_entry"), key=one("entry_id"),
        state="verdict", acts={"withdrawn_at": "taken_back"}, by={"taken_back": "withdrawn_by_id", "*": "judged_by_id"},
        ignored=("compared", "entry_id", "judged_at", "judged_by_id", "verdict"),
    ),
    Watched(
        "enterprises_reviewitem", "decision", "enterprises.reviewitem", of("entry_id", "registry_entry"),
        acts={"assigned_to_id": "assigned", "unsure_at": "put_back", "reopened_by_id": "reopened"},
        by={"put_back": "unsure_by_id", "reopened": "reopened_by_id"},
        ignored=("score", "cause", "opened_at", "closed_at"),
        when={
            "UPDATE OF assigned_to_id, unsure_at, reopened_by_id":
            "(OLD.assigned_to_id, OLD.unsure_at, OLD.reopened_by_id) IS DISTINCT FROM "
            "(NEW.assigned_to_id, NEW.unsure_at, NEW.reopened_by_id)",
        },
    ),
    Watched(
        "enterprises_reviewsample", "decision", "enterprises.reviewsample", one("cause"),
        by={"created": "drawn_by_id", "*": "accepted_by_id"}, ignored=("population", "items"),
    ),
)  # fmt: skip
EDITIONS = (
    Watched(
        "enterprises_edition", "edition", "enterprises.edition",
        "'ZZKJ-' || ($1->>'quarter') || '-v' || ($1->>'version')", state="state",
        by={"draft": "cut_by_id", "sealed": "sealed_by_id", "withdrawn": "withdrawn_by_id"},
        ignored=("by_programme", "cut_at", "cut_by_id", "sealed_at", "sealed_by_id", "withdrawn_at", "withdrawn_by_id",
                 "state"),
    ),
    Watched(
        "enterprises_overruling", "edition", "enterprises.edition",
        "(SELECT 'ZZKJ-' || n.quarter || '-v' || n.version FROM enterprises_edition n "
        "WHERE n.id = ($1->>'edition_id')::bigint)",
        key=one("edition_id"), added="overruled", by={"*": "by_id"},
        ignored=("edition_id", "at", "by_id"),
    ),
    Watched(
        "enterprises_objectionevent", "objection", "enterprises.objection",
        of("objection_id", "enterprises_objection", "number"), key=one("objection_id"), state="state",
        by={"*": "by_id"}, ignored=("objection_id", "state", "at", "by_id"), masked=("reason",), when=_ADDED,
    ),
    Watched(
        "enterprises_objection", "objection", "enterprises.objection", one("number"),
        acts={"cleared_at": "cleared", "assigned_to_id": "assigned"},
        ignored=("state", "received_at", "ended_at", "form", "proposal"),
        masked=("secret_digest", "contact_name", "contact_phone", "contact_mail", "name", "code", "says"),
        when={"UPDATE": "", "DELETE": ""},
    ),
)  # fmt: skip
INSTITUTIONS = (
    Watched("pushes_institution", "institution", "pushes.institution", one("name"), state="state"),
    Watched(
        "pushes_contact", "institution", "pushes.institution", _INSTITUTION, key=one("institution_id"),
        added="contact", gone="contact", acts={"name": "contact", "email": "contact"}, ignored=("institution_id",),
        masked=("name", "email"),
    ),
    Watched(
        "pushes_membership", "account", "auth.user", _USER, key=one("user_id"), added="membership", gone="membership",
        acts={"institution_id": "membership", "role": "membership"}, ignored=("user_id",),
    ),
    Watched(
        "pushes_peopleevent", "institution", "pushes.institution", _INSTITUTION, key=one("institution_id"),
        state="kind", by={"*": "by_id"}, ignored=("institution_id", "at", "by_id", "kind"), masked=("who", "detail"),
        when=_ADDED,
    ),
    Watched(
        "pushes_profile", "institution", "pushes.profile", f"{_INSTITUTION} || ' v' || ($1->>'version')"
    ),
    Watched(
        "pushes_profilerequest", "institution", "pushes.profilerequest", _INSTITUTION, state="state",
        by={"open": "by_id", "withdrawn": "by_id", "*": "answered_by_id"},
        ignored=("state", "at", "by_id", "answered_at", "answered_by_id"),
    ),
    Watched(
        "pushes_channel", "channel", "pushes.channel", f"{_INSTITUTION} || ' · ' || ($1->>'kind')",
        acts={"paused": "paused"}, ignored=("paused_at", "paused_by_id"), masked=("addresses",),
    ),
    Watched(
        "pushes_channelsecret", "secret", "pushes.channel", _CHANNEL, key=one("channel_id"),
        by={"created": "made_by_id"}, ignored=("channel_id", "since", "made_by_id"), masked=("enclosed", "public"),
    ),
    Watched(
        "pushes_packagepassword", "secret", "pushes.institution", _INSTITUTION, key=one("institution_id"),
        by={"*": "set_by_id"}, ignored=("institution_id", "set_by_id"), masked=("enclosed",),
    ),
    Watched(
        "pushes_accesskey", "key", "pushes.accesskey", f"{_INSTITUTION} || ' · ' || ($1->>'prefix')",
        acts={"revoked_at": "revoked"}, by={"created": "made_by_id"}, ignored=("last_used_at", "made_at", "made_by_id"),
        masked=("digest",), when=ALL,
    ),
    Watched(
        "pushes_secretevent", "secret", "pushes.institution", _INSTITUTION, key=one("institution_id"), state="act",
        by={"*": "by_id"}, ignored=("institution_id", "at", "by_id", "act"), when=_ADDED,
    ),
    Watched(
        "pushes_sending", "delivery", "pushes.channel", _CHANNEL, key=one("channel_id"), added="sent_by_hand",
        by={"*": "asked_by_id"}, ignored=("channel_id", "asked_at", "asked_by_id", "took_ms", "detail", "to"),
        when=_ADDED,
    ),
)  # fmt: skip
ACCOUNTS = (
    Watched(
        "auth_user", "account", "auth.user", one("username"),
        acts={"password": "password_set", "is_superuser": "superuser", "is_active": "activity"},
        ignored=("last_login", "date_joined"), masked=("password", "email", "first_name", "last_name"),
    ),
    Watched(
        "auth_user_groups", "account", "auth.user", f"{_USER} || ' · ' || {of('group_id', 'auth_group')}",
        key=one("user_id"), added="role", gone="role", ignored=("user_id",),
    ),
    Watched(
        "auth_user_user_permissions", "account", "auth.user", f"{_USER} || ' · ' || {_PERMISSION}",
        key=one("user_id"), added="permission", gone="permission", ignored=("user_id",),
    ),
    Watched("auth_group", "account", "auth.group", one("name")),
    # What a department may import is a right of all who are of it.
    Watched(
        "registry_importright", "account", "registry.importright",
        f"{of('department_id', 'auth_group')} || coalesce(' · ' || {of('programme_id', 'registry_programme')}, '')",
        added="permission", gone="permission",
    ),
    Watched(
        "auth_group_permissions", "account", "auth.group",
        f"{of('group_id', 'auth_group')} || ' · ' || {_PERMISSION}",
        key=one("group_id"), added="permission", gone="permission", ignored=("group_id",),
    ),
    Watched(
        "mfa_authenticator", "second_factor", "auth.user", _USER, key=one("user_id"),
        ignored=("user_id", "last_used_at", "created_at"), masked=("data",),
    ),
    Watched(
        "account_emailaddress", "account", "auth.user", _USER, key=one("user_id"), added="address", gone="address",
        acts={"email": "address"}, ignored=("user_id",), masked=("email",),
    ),
    # What staff's pages note in words of their own; what they note as lists of fields the triggers say better.
    Watched(
        "django_admin_log", "desk", "", one("object_repr"), key=one("object_id"), added="noted",
        by={"*": "user_id"},
        ignored=("object_id", "object_repr", "action_time", "user_id", "action_flag", "content_type_id"),
        when={"INSERT": "NEW.change_message <> '' AND NEW.change_message NOT LIKE '[%'"},
    ),
)  # fmt: skip
_OF_SUBSIDY = f"{of('subsidy_id', 'financing_subsidy')} || ' ' || ($1->>'year') || ' v' || ($1->>'version')"
_EXCLUSION = (
    "(SELECT s.name || ' ' || f.year || ' v' || f.version FROM financing_subsidysheet f JOIN financing_subsidy s "
    "ON s.id = f.subsidy_id WHERE f.id = ($1->>'sheet_id')::bigint) || ' · ' || ($1->>'name')"
)
FINANCING = (
    # What an institution says of enterprises is its secret: the log tells that it came, and how many lines it has.
    Watched(
        "financing_feedback", "financing", "financing.feedback", f"{_INSTITUTION} || ' · ' || ($1->>'quarter')",
        state="state", by={"*": "user_id"},
        ignored=("institution_id", "quarter", "state", "user_id", "received_at", "read_at", "in_force_at",
                 "replaced_at", "dropped_at", "decided_by_id", "leased_until", "attempts", "message", "sums"),
        masked=("key", "file_name"),
    ),
    Watched(
        "financing_evaluation", "financing", "financing.evaluation",
        "($1->>'half') || '-v' || ($1->>'version')", acts={"made_at": "evaluated"}, by={"created": "asked_by_id"},
        ignored=("document", "asked_at", "asked_by_id"), masked=("digest",),
    ),
    # Who reported a mistake is told to nobody: the log names whom it is about.
    Watched(
        "financing_listmistake", "financing", "financing.listmistake", of("enterprise_id", "enterprises_enterprise"),
        state="outcome", by={"*": "settled_by_id"},
        ignored=("outcome", "settled_at", "settled_by_id", "reported_at", "feedback_id"),
        when={"UPDATE": ""},
    ),
    Watched("financing_subsidy", "catalogue", "financing.subsidy", one("name")),
    Watched(
        "financing_subsidyrule", "catalogue", "financing.subsidyrule", of("subsidy_id", "financing_subsidy"),
        acts={"superseded_at": "superseded"}, by={"*": "recorded_by_id"},
    ),
    Watched(
        "financing_subsidyclaim", "subsidy", "financing.subsidyclaim",
        f"{of('subsidy_id', 'financing_subsidy')} || ' · ' || ($1->>'proof')", added="taken_in",
        acts={"withdrawn_at": "withdrawn"}, by={"taken_in": "taken_by_id", "*": "withdrawn_by_id"},
        ignored=("subsidy_id", "proof", "proof_key", "taken_at", "taken_by_id", "withdrawn_by_id"),
    ),
    Watched(
        "financing_subsidysheet", "subsidy", "financing.subsidysheet", _OF_SUBSIDY, state="state",
        by={"draft": "computed_by_id", "submitted": "submitted_by_id", "sent_back": "sent_back_by_id",
            "approved": "approved_by_id"},
        ignored=("subsidy_id", "year", "version", "state", "rules", "remarks", "digest", "made_at", "made_by_id",
                 "computed_by_id", "submitted_at", "submitted_by_id", "sent_back_at", "sent_back_by_id", "approved_at",
                 "approved_by_id", "replaced_at"),
    ),
    Watched(
        "financing_subsidyexclusion", "subsidy", "financing.subsidysheet", _EXCLUSION, key=one("sheet_id"),
        added="left_out", gone="let_in_again", by={"left_out": "by_id"}, ignored=("sheet_id", "at", "by_id"),
    ),
)  # fmt: skip
WATCHED = (*CATALOGUE, *LISTS, *IDENTITY, *EDITIONS, *INSTITUTIONS, *ACCOUNTS, *FINANCING)
