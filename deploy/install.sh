#!/bin/bash
# Installs a release on Debian 12 or 13, or brings one beside those that are there: docs/operations.md, step by step.
# Run as root out of an unpacked release: deploy/install.sh [--dry-run] [--no-start]. Run again, it changes nothing.
# It touches no database and no secret: roles, environment files and certificates are made by hand, and asked for.
set -euo pipefail

dry=
start=yes
for word in "$@"; do
    case "$word" in
        --dry-run) dry=yes ;;
        --no-start) start= ;;
        *) echo "usage: deploy/install.sh [--dry-run] [--no-start]" >&2; exit 2 ;;
    esac
done

source_tree=$(cd "$(dirname "$0")/.." && pwd)
version=${RELEASE:-$(date +%Y%m%d-%H%M%S)}
home=/opt/registry
release=$home/releases/$version

run() {
    printf '+ %s\n' "$*"
    [ -n "$dry" ] || "$@"
}

need() {
    command -v "$1" >/dev/null || { echo "$1 is missing: apt-get install $2" >&2; exit 1; }
}

[ -n "$dry" ] || [ "$(id -u)" = 0 ] || { echo "Run it as root." >&2; exit 1; }
need python3 "python3 python3-venv"
need psql postgresql-client
python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer with venv is needed: apt-get install python3-venv" >&2; exit 1; }
[ ! -e "$release" ] || { echo "$release is there already: name another, RELEASE=… deploy/install.sh" >&2; exit 1; }

# ── who, and where ──
getent passwd registry >/dev/null ||
    run adduser --system --group --no-create-home --home /srv/registry --shell /usr/sbin/nologin registry
# nginx reads the packages that the site lets somebody have, and nothing else of registry's.
if getent passwd www-data >/dev/null && ! id -nG www-data | grep -qw registry; then run usermod -aG registry www-data; fi
run install -d -m 0755 $home $home/releases
run install -d -m 0750 -o registry -g registry /srv/registry /srv/registry/files /srv/registry/inbox \
    /srv/backup/registry
run install -d -m 0750 -o root -g registry /etc/registry
run install -d -m 0700 /etc/registry/tls
run install -d -m 0750 -o www-data -g adm /var/log/registry

# ── the release: its own code, its own packages; nobody but root may change it ──
run install -d -m 0755 "$release"
run cp -a --no-preserve=ownership "$source_tree/." "$release/"
run rm -rf "$release/.git" "$release/.venv" "$release/.local" "$release/.env" "$release/files" "$release/static"
run python3 -m venv "$release/.venv"
run "$release/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$release/requirements.lock"
run "$release/.venv/bin/python" -m compileall -q "$release/config" "$release/registry" "$release/enterprises" "$release/pushes" \
    "$release/financing"
# No setting matters for collecting, but some must be there.
run env -C "$release" SECRET_KEY=none DATABASE_URL=postgresql://none@localhost/none REDIS_URL=redis://localhost/0 \
    STATIC_ROOT="$release/static" .venv/bin/python manage.py collectstatic --no-input --verbosity 0
run chmod -R go-w "$release"
run chmod -R a+rX "$release/static" # nginx and the site read them; uploaded files are not for everybody, and these are made alike

# ── units ──
run install -m 0755 "$release/deploy/bin/registry-manage" /usr/local/bin/registry-manage
run install -d /etc/systemd/system/registry-.service.d
for unit in "$source_tree"/deploy/systemd/registry*.*; do
    [ -d "$unit" ] || run install -m 0644 "$unit" /etc/systemd/system/
done
run install -m 0644 "$source_tree/deploy/systemd/registry-.service.d/sandbox.conf" /etc/systemd/system/registry-.service.d/
run install -D -m 0644 "$source_tree/deploy/journald/registry.conf" /etc/systemd/journald.conf.d/registry.conf
run install -D -m 0644 "$source_tree/deploy/logrotate/registry" /etc/logrotate.d/registry
if command -v systemctl >/dev/null; then run systemctl daemon-reload; else start=; fi

# ── what only a person can make ──
missing=
for file in registry.env migrate.env signing_key.pem; do
    [ -e /etc/registry/$file ] || missing="$missing /etc/registry/$file"
done
if [ -n "$missing" ]; then
    start=
    echo "Installed in $release. Still to be made, see docs/operations.md:$missing" >&2
fi

[ -e $home/current ] || run ln -sfn "$release" $home/current

# ── the change itself: tables first, while the former release runs; then the site ──
if [ -n "$start" ]; then
    former=$(readlink $home/current || true)
    run ln -sfn "$release" $home/current
    if ! run systemctl start registry-migrate.service; then
        [ -z "$former" ] || run ln -sfn "$former" $home/current
        echo "The tables were not changed, so the former release goes on: journalctl -u registry-migrate" >&2
        exit 1
    fi
    run systemctl enable registry.target registry-web.socket
    run systemctl start registry.target
    run systemctl restart registry-beat.service registry-web.service registry-worker.service registry-worker-long.service
    echo "Release $version runs. The former one: ${former:-none}"
fi
