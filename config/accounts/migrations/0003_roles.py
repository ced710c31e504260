"""The standard groups, so that other migrations can speak of them; what each may is granted after each migration.

Law: whoever holds a role is staff; whoever holds one that stands alone holds nothing beside it; their names stay.
"""

from django.db import migrations

ROLES = ("经办员", "复核员", "匹配审核员", "推送管理员", "系统管理员", "安全管理员", "审计员")
DEPARTMENTS = ("科技局", "工业和信息化局", "市场监督管理局", "发展和改革委员会")

LAW = """
CREATE FUNCTION accounts_roles_of_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Held until the end, so that of two who give roles at once the second sees the first's.
    IF NOT (SELECT is_staff FROM auth_user WHERE id = NEW.user_id FOR NO KEY UPDATE) THEN
        RAISE EXCEPTION 'account % is no member of staff and can hold no role', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roles_are_of_staff';
    END IF;
    IF EXISTS (
        SELECT FROM auth_user_groups held JOIN auth_group ON auth_group.id = held.group_id
        WHERE held.user_id = NEW.user_id AND auth_group.name IN ('系统管理员', '安全管理员', '审计员')
    ) AND (SELECT count(*) FROM auth_user_groups WHERE user_id = NEW.user_id) > 1 THEN
        RAISE EXCEPTION 'account % holds a role that stands alone', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roles_that_stand_alone';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_roles AFTER INSERT OR UPDATE ON auth_user_groups
    FOR EACH ROW EXECUTE FUNCTION accounts_roles_of_staff();

CREATE FUNCTION accounts_staff_with_roles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM auth_user_groups WHERE user_id = NEW.id) THEN
        RAISE EXCEPTION 'account % holds roles and must stay staff', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roles_are_of_staff';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_staff AFTER UPDATE OF is_staff ON auth_user
    FOR EACH ROW WHEN (OLD.is_staff AND NOT NEW.is_staff) EXECUTE FUNCTION accounts_staff_with_roles();

CREATE FUNCTION accounts_names_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the standard role % stays, and keeps its name', OLD.name
        USING ERRCODE = 'check_violation', CONSTRAINT = 'standard_roles_stay';
END $$;
CREATE TRIGGER accounts_groups_renamed BEFORE UPDATE OF name ON auth_group FOR EACH ROW
    WHEN (OLD.name IN ('系统管理员', '安全管理员', '审计员') AND NEW.name IS DISTINCT FROM OLD.name)
    EXECUTE FUNCTION accounts_names_stay();
CREATE TRIGGER accounts_groups_deleted BEFORE DELETE ON auth_group FOR EACH ROW
    WHEN (OLD.name IN ('系统管理员', '安全管理员', '审计员')) EXECUTE FUNCTION accounts_names_stay();
"""

NO_LAW = """
DROP TRIGGER accounts_groups_deleted ON auth_group;
DROP TRIGGER accounts_groups_renamed ON auth_group;
DROP TRIGGER accounts_staff ON auth_user;
DROP TRIGGER accounts_roles ON auth_user_groups;
DROP FUNCTION accounts_names_stay();
DROP FUNCTION accounts_staff_with_roles();
DROP FUNCTION accounts_roles_of_staff();
"""


def make(apps, schema_editor):  # type: ignore[no-untyped-def]
    group = apps.get_model("auth", "Group")
    for name in (*ROLES, *DEPARTMENTS):
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_passwords_so_far"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop), migrations.RunSQL(LAW, NO_LAW)]
