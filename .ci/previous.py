#!/usr/bin/env python3
"""The previous release: the commit of main that .ci/previous-release names, in a folder below .cache/.

Usage: previous.py    prints the folder, which it fills on first use. Needs Python's standard library and git's whole history only.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
REVISION = (ROOT / ".ci" / "previous-release").read_text().strip()
NAME = REVISION[:7]


class Missing(Exception):
    """The history does not have the previous release."""


def git(*arguments, **options):
    return subprocess.run(("git", "-C", ROOT, *arguments), capture_output=True, **options)


def check_history():
    if git("cat-file", "-e", f"{REVISION}^{{commit}}").returncode == 0:
        return
    shallow = git("rev-parse", "--is-shallow-repository", text=True).stdout.strip() == "true"
    remedy = "this clone is shallow: git fetch --unshallow" if shallow else "this is no clone of Switchboard, or lacks a part of it"
    raise Missing(f"git does not have the previous release, {REVISION} in .ci/previous-release; {remedy}")


def folder():
    """Returns the folder with the previous release's files, which are not this checkout's to change."""
    check_history()
    target = ROOT / ".cache" / "previous" / REVISION
    if target.exists():
        return target
    partial = target.with_suffix(f".{os.getpid()}")
    partial.mkdir(parents=True)
    archive = git("archive", "--format=tar", REVISION, check=True).stdout
    subprocess.run(("tar", "-x", "-C", partial), input=archive, check=True)
    partial.rename(target)
    return target


if __name__ == "__main__":
    try:
        print(folder())
    except Missing as error:
        sys.exit(str(error))
