"""An institution's person is no member of staff, and a member of staff is no institution's person."""

from django.db import migrations

LAW = """
CREATE FUNCTION pushes_member_is_no_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Held until the end, so that nobody makes it staff meanwhile.
    IF (SELECT is_staff FROM auth_user WHERE id = NEW.user_id FOR NO KEY UPDATE) THEN
        RAISE EXCEPTION 'account % is of the bureau and can be of no institution', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'members_are_no_staff';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER pushes_membership_of_no_staff AFTER INSERT OR UPDATE OF user_id ON pushes_membership
    FOR EACH ROW EXECUTE FUNCTION pushes_member_is_no_staff();

CREATE FUNCTION pushes_staff_is_no_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pushes_membership WHERE user_id = NEW.id) THEN
        RAISE EXCEPTION 'account % is of an institution and cannot be staff', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'members_are_no_staff';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER pushes_staff_of_no_institution AFTER UPDATE OF is_staff ON auth_user
    FOR EACH ROW WHEN (NEW.is_staff AND NOT OLD.is_staff) EXECUTE FUNCTION pushes_staff_is_no_member();
"""

NO_LAW = """
DROP TRIGGER pushes_staff_of_no_institution ON auth_user;
DROP TRIGGER pushes_membership_of_no_staff ON pushes_membership;
DROP FUNCTION pushes_staff_is_no_member();
DROP FUNCTION pushes_member_is_no_staff();
"""


class Migration(migrations.Migration):
    dependencies = [("pushes", "0015_answers_to_machines"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunSQL(LAW, NO_LAW)]
