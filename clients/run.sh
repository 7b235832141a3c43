#!/usr/bin/env bash
# Runs one client's driver with the environment given, or lists the clients that are installed:
#   run.sh NAME
#   run.sh --list
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# setup.sh writes the stamp last, so a half-installed client has none.
installed() {
    compgen -G "$here/$1/*/stamp" > /dev/null
}

usage() {
    echo "usage: run.sh NAME | run.sh --list" >&2
    exit 2
}

(($# == 1)) || usage

case $1 in
    --list)
        for folder in "$here"/*/; do
            name=$(basename "$folder")
            if installed "$name"; then echo "$name"; fi
        done
        exit
        ;;
    '' | -* | */*) usage ;;
esac

if ! installed "$1"; then
    echo "run.sh: client $1 is not installed; clients/setup.sh installs it" >&2
    exit 2
fi

# The server under test is nearby; a proxy meant for the world would answer in its place.
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

client=$here/$1
if [[ -d $client/venv ]]; then
    exec "$client/venv/bin/python" "$client/driver.py"
elif [[ -d $client/node_modules ]]; then
    exec node "$client/driver.js"
elif [[ -f $client/target/driver.jar ]]; then
    exec java -jar "$client/target/driver.jar"
else
    exec "$client/target/driver"
fi
