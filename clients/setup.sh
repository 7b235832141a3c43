#!/usr/bin/env bash
# Installs the clients' packages and builds their drivers, all of them or those named:
#   setup.sh [NAME...]
# Does nothing where that is done for the present files; a client whose tool is missing is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# What the installed client was made from. A tool of another version may not run what this one made.
checksum() { # TOOL-VERSION FILE...
    { echo "$1"; shift; cat "$@"; } | sha256sum | cut -d ' ' -f 1
}

setup_python() {
    local sum
    sum=$(checksum "$(python3 --version)" "$1/requirements.txt")
    done_already "$1" "$1/venv/stamp" "$sum" && return
    nice python3 -m venv --clear "$1/venv"
    nice "$1/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1/requirements.txt"
    echo "$sum" > "$1/venv/stamp"
}

setup_node() {
    local sum
    sum=$(checksum "$(node --version)" "$1/package.json" "$1/package-lock.json")
    done_already "$1" "$1/node_modules/stamp" "$sum" && return
    # The only install script among the packages fetches a TypeScript for very old Nodes.
    (cd "$1" && nice npm ci --no-audit --no-fund --ignore-scripts --loglevel=error > /dev/null)
    echo "$sum" > "$1/node_modules/stamp"
}

setup_go() {
    local sum
    sum=$(checksum "$(go version)" "$1/go.mod" "$1/go.sum" "$1"/*.go)
    done_already "$1" "$1/target/stamp" "$sum" && return
    (cd "$1" && nice go build -mod=readonly -trimpath -buildvcs=false -o target/driver .)
    echo "$sum" > "$1/target/stamp"
}

setup_java() {
    local sum
    sum=$(checksum "$(mvn --version)" "$1/pom.xml" "$1"/src/main/java/*.java)
    done_already "$1" "$1/target/stamp" "$sum" && return
    rm -rf "$1/target"
    (cd "$1" && nice mvn --quiet --batch-mode package)
    echo "$sum" > "$1/target/stamp"
}

done_already() { # NAME STAMP CHECKSUM
    if [[ -f $2 && $(< "$2") == "$3" ]]; then
        echo "$1: already installed"
    else
        echo "$1: installing"
        rm -f "$2"
        false
    fi
}

# The file that pins a client's packages tells its language.
language() {
    if [[ -f $1/requirements.txt ]]; then echo python
    elif [[ -f $1/package-lock.json ]]; then echo node
    elif [[ -f $1/go.mod ]]; then echo go
    elif [[ -f $1/pom.xml ]]; then echo java
    fi
}

tool() {
    case $1 in
        python) echo python3 ;;
        node) echo npm ;;
        go) echo go ;;
        java) echo mvn ;;
    esac
}

names=("$@")
((${#names[@]})) || names=(*/)

failed=()
for name in "${names[@]%/}"; do
    language=$(language "$name")
    if [[ -z $language ]]; then
        echo "$name: no client of that name" >&2
        failed+=("$name")
    elif ! command -v "$(tool "$language")" > /dev/null; then
        echo "missing: $(tool "$language"), the client $name is left out"
    # A shell of its own, since -e does not work inside a condition.
    else
        set +e
        (set -e; "setup_$language" "$name")
        status=$?
        set -e
        ((status == 0)) || failed+=("$name")
    fi
done

if ((${#failed[@]})); then
    echo "not installed: ${failed[*]}" >&2
    exit 1
fi
