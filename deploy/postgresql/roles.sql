-- The two roles and the database. Run once by PostgreSQL's administrator; run again, it changes nothing but passwords:
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v site_password=… -f roles.sql
-- registry_owner owns the tables and changes them at upgrades; registry, by which the site runs, reads and writes rows.
-- What it may do in each table, `manage.py migrate` gives it.
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name)
FROM unnest(ARRAY['registry_owner', 'registry']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SET password_encryption = 'scram-sha-256';
-- In the server's log a password has no place.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
ALTER ROLE registry_owner PASSWORD :'owner_password';
ALTER ROLE registry PASSWORD :'site_password';

-- A transaction that nobody goes on with holds rows and locks.
ALTER ROLE registry SET idle_in_transaction_session_timeout = '1h';
ALTER ROLE registry SET lock_timeout = '5min';

-- Ordered by code point, so that every machine orders alike, and fast; with more letters than ASCII's.
SELECT 'CREATE DATABASE registry OWNER registry_owner ENCODING ''UTF8'' LC_COLLATE ''C'' LC_CTYPE ''C.UTF-8'' '
    'TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'registry') \gexec

REVOKE ALL ON DATABASE registry FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE registry TO registry;

\connect registry
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
