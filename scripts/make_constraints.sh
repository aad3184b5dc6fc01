#!/bin/sh
# Print the versions of all packages in the environment of the given Python, without the project.
set -eu
echo "# Versions that were tested together; written by: make constraints"
"$1" -m pip list --format=freeze --exclude-editable --disable-pip-version-check 2>/dev/null \
    | grep -viE '^(pip|setuptools|wheel|tfw)==' \
    | sed 's/+.*//'  # a local build (torch==2.13.0+cpu) is not to be had elsewhere
