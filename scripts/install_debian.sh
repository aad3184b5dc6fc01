#!/bin/sh
# Install Debian packages, as root or through sudo; say what to do where neither is possible.
set -eu
if ! command -v apt-get >/dev/null; then
    echo "Please install: $* (this system has no apt-get, so it cannot be done for you)." >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Please run as root: apt-get install $*" >&2; exit 1; }
    as_root="sudo"
fi
echo "Installing $* from Debian's packages."
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
