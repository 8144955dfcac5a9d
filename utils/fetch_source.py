#!/usr/bin/env python3
"""Fetches a Debian source package once and unpacks it: fetch_source.py PACKAGE [DESTINATION].

Archives are kept in LATHE_CACHE (default ~/.cache/lathe); nothing third-party is kept in the project. Needs deb-src
lines (utils/install_deps sources). Also a module: fetch(package) gives the folder of the archives, unpack(package,
destination) an unpacked tree with Debian's patches applied."""

import glob
import os
import shutil
import subprocess
import sys


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get("LATHE_CACHE") or os.path.join(base, "lathe")


class FetchError(Exception):
    pass


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise FetchError(f"{' '.join(command)}: {done.stdout[-600:]}")


def fetch(package):
    folder = os.path.join(cache_folder(), "sources", package)
    if os.path.exists(os.path.join(folder, ".complete")):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    # The sandbox user _apt may not be able to write into a home folder.
    run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "source", "--download-only", package], folder)
    open(os.path.join(folder, ".complete"), "w").close()
    return folder


def unpack(package, destination):
    folder = fetch(package)
    description = glob.glob(os.path.join(folder, "*.dsc"))[0]
    shutil.rmtree(destination, ignore_errors=True)
    os.makedirs(os.path.dirname(destination), exist_ok=True)
    run(["dpkg-source", "--no-check", "-x", description, destination], folder)
    return destination


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        print(unpack(sys.argv[1], os.path.abspath(sys.argv[2])) if len(sys.argv) > 2 else fetch(sys.argv[1]))
    except FetchError as e:
        sys.exit(f"fetch_source: {e}")
