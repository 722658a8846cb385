#!/bin/sh
# The two protocols as models, every state of them visited by spin: what must
# hold holds, and what must fail does.  See README.md.
set -u
cd "$(dirname "$0")" || exit 1
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
n=0
bad=0

say() {
    n=$((n + 1))
    [ "$1" = ok ] || bad=1
    echo "$1 $n - $2"
}

# build MODEL SWITCH=N ...: the verifier of that variant, in $room/pan.
build() {
    model=$1
    shift
    rm -f "$room"/*
    cp "$model.pml" "$room/m.pml"
    for s; do set -- "$@" "-D$s"; shift; done
    (cd "$room" && spin "$@" -a m.pml && gcc -w -O2 -DNFAIR=4 -o pan pan.c) \
        >"$room/log" 2>&1 && return 0
    sed 's/^/# /' "$room/log"
    return 1
}

# check WHAT PROPERTY holds|fails: the whole state space.
check() {
    fair=
    case $2 in ends | tells) fair=-f ;; esac
    (cd "$room" && ./pan -a $fair -N "$2" -m500000) >"$room/out" 2>&1
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$room/out")
    if grep -qE "max search depth too small|out of memory" "$room/out"; then
        verdict=unknown
    elif grep -q "errors: 0" "$room/out"; then
        verdict=holds
    elif grep -q "errors: 1" "$room/out"; then
        verdict=fails
    else
        verdict=unknown
    fi
    if [ "$verdict" = "$3" ]; then
        say ok "$1: $2 $3 (${states:-?} states)"
    else
        say "not ok" "$1: $2 $3"
        sed 's/^/# /' "$room/out"
    fi
}

# variant NAME MODEL SWITCHES -- PROPERTY WANT ...
variant() {
    name=$1
    model=$2
    shift 2
    switches=
    while [ "$1" != -- ]; do switches="$switches $1"; shift; done
    shift
    # shellcheck disable=SC2086
    if ! build "$model" $switches; then
        say "not ok" "$name: builds"
        return
    fi
    while [ $# -gt 0 ]; do
        check "$name" "$1" "$2"
        shift 2
    done
}

# The names of states and events are those of the program.
names() {
    words=$(sed -n 's/^mtype = {\(.*\)};.*/\1/p; s/.*\/\* \([a-z]*_[a-z_]*\) \*\/.*/\1/p' \
            "$1.pml" | tr -d ' ' | tr ',' '\n' | grep -v undecided)
    for w in $words; do
        grep -q "\"$w\"" ../../engine/book/states.c || {
            say "not ok" "$1: $w is a name of engine/book/states.c"
            return
        }
    done
    say ok "$1: its states and events are those of engine/book/states.c"
}

one="INTENT=1 DOOR=1 PARK=1 VERIFY=1"
two="STORED=1 WIRE=1 GUARD=1 RACE=0 VERIFY=1 ASK=1"
swap() { echo "$1" | sed "s/$2=[01]/$2=$3/"; }

names one_phase
names two_phase
# shellcheck disable=SC2046,SC2086
{
    variant "one-phase, as built" one_phase $one -- \
        safe holds ends holds can_pay fails
    for s in INTENT DOOR PARK VERIFY; do
        variant "one-phase without $s" one_phase $(swap "$one" $s 0) -- safe fails
    done
    variant "two-phase, as built" two_phase $two -- \
        safe holds ends holds tells holds can_pay fails
    variant "two-phase without WIRE" two_phase $(swap "$two" WIRE 0) -- safe holds
    for s in STORED GUARD VERIFY ASK; do
        variant "two-phase without $s" two_phase $(swap "$two" $s 0) -- safe fails
    done
    variant "two-phase with RACE" two_phase $(swap "$two" RACE 1) -- safe fails
}
echo "1..$n"
exit $bad
