"""LibreOffice as a converter for formats whose list numbers only it works out.

Runs without a window, with a profile of its own that is thrown away, and under a time limit. Macros
are off in a fresh profile. Knows no document.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from rag.errors import ReadError

TOO_OLD = "is older than Word 97; install LibreOffice, or save it as docx in Word or WPS"
LISTS_NOT_READ = "list numbers are not read without LibreOffice; check the outline"

_SECONDS = 90.0  # a first start alone takes up to ten
_NAMES = ("soffice", "libreoffice")
_MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"


def program() -> str | None:
    """The LibreOffice of this machine, or ``None``."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or (_MAC if Path(_MAC).exists() else None)


def convert(soffice: str, source: Path, folder: Path) -> Path:
    """Convert ``source`` to docx, in ``folder``.

    Raises:
        ReadError: LibreOffice did not do it in time, or at all.
    """
    profile = (folder / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
    command += ["--convert-to", "docx", "--outdir", str(folder), str(source)]
    process = subprocess.Popen(  # noqa: S603  the command is ours, the file only an argument
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        raise ReadError(f"took LibreOffice more than {_SECONDS:.0f} s; it may be damaged") from None
    finally:
        _end(process)
    converted = folder / f"{source.stem}.docx"
    if not converted.exists():
        raise ReadError("cannot be read by LibreOffice; it may be damaged")
    return converted


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with the processes that it started itself."""
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    process.wait()
