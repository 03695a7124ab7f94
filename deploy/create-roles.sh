#!/bin/sh
# Run once by the PostgreSQL image, on the new database: creates the role that owns the tables and the role of the
# service, which may not change append-only rows. Passwords are read from the environment by psql, so that no character
# in them can end a statement, and none is shown in the list of processes.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv owner_password POSTGRES_PASSWORD
\getenv service_password SERVICE_PASSWORD
\getenv superuser POSTGRES_USER
\getenv database POSTGRES_DB
BEGIN;
CREATE ROLE mithaq LOGIN PASSWORD :'owner_password';
CREATE ROLE mithaq_service LOGIN PASSWORD :'service_password';
ALTER DATABASE :"database" OWNER TO mithaq;
-- The superuser has no password: it is reached from inside the container only.
ALTER ROLE :"superuser" PASSWORD NULL;
COMMIT;
SQL
