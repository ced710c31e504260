"""What numbers receipts and what deletes old ones do so by their owner's right: nobody else needs it, or has it."""

from django.db import migrations

_DOORS = ("pushes_receipt_numbered()", "pushes_delete_receipts(timestamptz)")
_OPEN = "\n".join(
    f"ALTER FUNCTION {door} SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;" for door in _DOORS
)
_UNDO = "\n".join(f"ALTER FUNCTION {door} SECURITY INVOKER RESET search_path;" for door in _DOORS)


class Migration(migrations.Migration):
    dependencies = [("pushes", "0016_members_are_no_staff")]
    operations = [migrations.RunSQL(_OPEN, _UNDO)]
