#!/bin/bash
# Installs the registry on an empty Debian in a folder, as docs/operations.md says, and does its main job there. Root alone:
#   debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv,postgresql,redis-server,nginx-light,\
#   openssl,adduser,procps,curl bookworm /tmp/machine
#   deploy/rehearse.sh /tmp/machine
# There is no systemd in a folder: each service is started by the line in its unit, as the unit's user, with the unit's
# environment and without rights to gain. All of it ends with the script. MORE=/a:/b makes further folders readable in it.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
name=registry.example.gov.cn

if [ "${1:-}" != inside ]; then
    root=${1:?the folder of an empty Debian}
    exec unshare --mount --pid --fork --kill-child bash -c '
        set -euo pipefail
        root=$1 here=$2
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs -o mode=0755 tmpfs "$root/run"
        mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
        cp /etc/resolv.conf "$root/etc/resolv.conf"
        for more in ${MORE//:/ }; do mkdir -p "$root$more"; mount --bind "$more" "$root$more"; done
        mkdir -p "$root/mnt/registry"
        mount --bind -o ro "$here" "$root/mnt/registry"
        exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            bash /mnt/registry/deploy/rehearse.sh inside' - "$root" "$here"
fi

# ── inside ──
begun=$(date +%s)
step() { printf '\n== %4d s  %s\n' $(($(date +%s) - begun)) "$*"; }
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
until_answers() { for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; echo "in vain: $*" >&2; return 1; }
units=$here/deploy/systemd

# A word of a unit: its last line with this key.
of_unit() { sed -n "s/^$2=//p" "$units/$1.service" | tail -n 1; }

# Runs a service's ExecStart, with words added at its end; %% and variables as systemd reads them.
service() {
    local unit=$1; shift
    local line; line=$(of_unit "$unit" ExecStart | sed 's/%%/%/g')
    local files="/etc/registry/registry.env"
    [ "$unit" != registry-migrate ] || files="$files /etc/registry/migrate.env"
    # shellcheck disable=SC2046 - a line a variable, and none holds a space
    env -i -C /opt/registry/current PATH=/usr/bin:/bin LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
        $(of_unit "$unit" Environment) $(sed -n 's/^Environment=//p' "$units/registry-.service.d/sandbox.conf") $(grep -hv '^#' $files | grep = || true) \
        setpriv --reuid registry --regid registry --init-groups --no-new-privs --bounding-set=-all \
        bash -c 'umask 0027; exec '"$line"' "$@"' - "$@"
}

manage() { # as registry-manage does
    # shellcheck disable=SC2046
    env -i -C /opt/registry/current PATH=/usr/bin:/bin LANG=C.UTF-8 $(grep -hv '^#' /etc/registry/registry.env | grep =) \
        setpriv --reuid registry --regid registry --init-groups --no-new-privs \
        /opt/registry/current/.venv/bin/python manage.py "$@"
}

step "PostgreSQL: settings, roles, database"
owner=$(secret) site=$(secret)
version=$(ls /usr/lib/postgresql)
[ -d "/etc/postgresql/$version/main" ] || pg_createcluster "$version" main
install -m 0644 "$here/deploy/postgresql/registry.conf" "/etc/postgresql/$version/main/conf.d/registry.conf"
hba=/etc/postgresql/$version/main/pg_hba.conf
grep -q registry_owner "$hba" || { cat "$here/deploy/postgresql/pg_hba.conf" "$hba" >/tmp/hba; cat /tmp/hba >"$hba"; }
install -d -o postgres -g postgres -m 2775 /run/postgresql
pg_ctlcluster "$version" main start
until_answers setpriv --reuid postgres --regid postgres --init-groups psql -c "SELECT 1"
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
as_postgres psql -qAt -v ON_ERROR_STOP=1 -v owner_password="$owner" -v site_password="$site" \
    -f - <"$here/deploy/postgresql/roles.sql"

step "Redis"
redis=$(secret)
install -m 0640 -o root -g redis /dev/null /etc/redis/registry-password.conf
echo "requirepass $redis" >/etc/redis/registry-password.conf
install -m 0644 "$here/deploy/redis/registry.conf" /etc/redis/registry.conf
grep -q registry.conf /etc/redis/redis.conf || echo "include /etc/redis/registry.conf" >>/etc/redis/redis.conf
install -d -o redis -g redis /run/redis
setpriv --reuid redis --regid redis --init-groups redis-server /etc/redis/redis.conf --daemonize no --supervised no \
    >/tmp/redis.log 2>&1 &
until_answers redis-cli -a "$redis" ping

step "The release"
rm -rf /opt/registry /etc/registry
RELEASE=rehearsed "$here/deploy/install.sh" >/tmp/install.log 2>&1 || { tail /tmp/install.log >&2; exit 1; }
tail -n 1 /tmp/install.log

step "Settings and keys"
cat >/etc/registry/registry.env <<END
SECRET_KEY=$(secret)$(secret)
SECRETS_KEY=$(secret)$(secret)
DATABASE_URL=postgresql://registry:$site@127.0.0.1:5432/registry
REDIS_URL=redis://:$redis@127.0.0.1:6379/0
ALLOWED_HOSTS=$name
CSRF_TRUSTED_ORIGINS=https://$name
BEHIND_PROXY=yes
FILES_ROOT=/srv/registry/files
ACCEL_REDIRECT=/_files/
SIGNING_KEY=/etc/registry/signing_key.pem
END
echo "MIGRATE_DATABASE_URL=postgresql://registry_owner:$owner@127.0.0.1:5432/registry" >/etc/registry/migrate.env
chmod 0600 /etc/registry/*.env
rm -f /srv/registry/signing_key.pem
manage signing_key make /srv/registry/signing_key.pem >/dev/null
install -m 0640 -o root -g registry /srv/registry/signing_key.pem /etc/registry/signing_key.pem
rm /srv/registry/signing_key.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$name" \
    -addext "subjectAltName=DNS:$name" -keyout /etc/registry/tls/privkey.pem -out /etc/registry/tls/fullchain.pem 2>/dev/null

step "Tables, as their owner"
service registry-migrate >/tmp/migrate.log 2>&1 || { tail /tmp/migrate.log >&2; exit 1; }
tail -n 1 /tmp/migrate.log
manage check --deploy --database default

step "The site, two workers, two schedules, nginx"
install -d -m 0755 -o registry /run/registry
install -d -m 0750 -o registry -g registry /var/lib/registry
# A folder has no sockets of systemd's: here gunicorn makes its own, and nginx may speak to it.
service registry-web --bind unix:/run/registry/web.sock --umask 7 >/tmp/web.log 2>&1 &
service registry-worker >/tmp/short.log 2>&1 &
service registry-worker-long >/tmp/long.log 2>&1 &
service registry-beat >/tmp/beat.log 2>&1 &
service registry-beat --schedule /var/lib/registry/second >/tmp/second.log 2>&1 &
rm -f /etc/nginx/sites-enabled/default
install -m 0644 "$here/deploy/nginx/registry.conf" /etc/nginx/sites-enabled/registry.conf
nginx -t
nginx
ask() { curl --silent --show-error --insecure --resolve "$name:443:127.0.0.1" --resolve "$name:80:127.0.0.1" "$@"; }
until_answers ask --fail --output /dev/null "https://$name/"
for page in http://$name/ https://$name/ https://$name/admin/ https://$name/accounts/login/ https://$name/static/site.css \
    https://$name/_files/x https://$name/health/live https://$name/health/ready; do
    printf '%s %s\n' "$(ask --output /dev/null --write-out '%{http_code}' "$page")" "$page"
done
ask --head "https://$name/accounts/login/" | grep -iE 'strict-transport|content-security|x-frame|set-cookie|x-content|referrer'

step "Lists in, a quarter out"
setpriv --reuid registry --regid registry --init-groups install -d /srv/registry/rehearsal
manage make_sample_lists /srv/registry/rehearsal --enterprises 300 --seed 7 >/dev/null
/opt/registry/current/.venv/bin/python - /srv/registry/rehearsal >/tmp/imports <<'END'
import json, sys
folder = sys.argv[1]
for one in sorted(json.load(open(f"{folder}/lists.json")), key=lambda one: one["published"]):
    if one["published"] <= "2026-09-30":
        words = [f"{folder}/{one['file']}", "--programme", one["programme"], "--notice", one["notice"], "--title", one["title"],
                 "--published", one["published"], "--batch", one["batch"], "--confirm", "--accept-sound"]
        for flag, key in (("--valid-from", "valid_from"), ("--valid-to", "valid_to")):
            words += [flag, one[key]] if one[key] else []
        words += ["--province-wide"] if one["province_wide"] else []
        print("\t".join(words))
END
head -n "${LISTS:-6}" /tmp/imports | while IFS=$'\t' read -r -a words; do manage import_list "${words[@]}" </dev/null >/dev/null; done
manage run_quarter 2026Q3 --queue
grep -h "beat is at work\|beat stands by" /tmp/beat.log /tmp/second.log
# The site's role may write rows, and may not loosen the law.
if PGPASSWORD=$site psql -h 127.0.0.1 -U registry -d registry -c "ALTER TABLE enterprises_edition DISABLE TRIGGER ALL"; then
    echo "the site's role may change tables" >&2
    exit 1
fi
as_postgres psql -qAt registry -c "SELECT quarter, state, members, left(digest, 16) FROM enterprises_edition"

step "The first account"
manage open_first_account security security@example.gov.cn
step "Done"
