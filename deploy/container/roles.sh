#!/bin/sh
# Of the database's container, at its first start: the two roles and the database.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$(cat /run/secrets/owner_password)" --set site_password="$(cat /run/secrets/site_password)" \
    --file /roles.sql
