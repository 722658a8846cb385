#!/usr/bin/env bash
# Every failpoint of a small run, with kill, a stop past the lease, an error, a
# delay, for both protocols; healed by the same command, and then the
# stand-ins' own books are asked.  See tests/README.md, "Failpoints".
set -u
cd "$(dirname "$0")/../.."
: "${PAYRUN:?run me through make check}" "${PAYRUN_CHECK:?}" "${BUILD:?}"
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
N=0 FAILED=0
is() {      # is NAME GOT WANT
    N=$((N + 1))
    if [ "$2" = "$3" ]; then echo "ok $N - $1"; return; fi
    echo "not ok $N - $1"
    FAILED=1
    printf 'got:  %s\nwant: %s\n' "$2" "$3" | sed 's/^/# /'
}

PAYRUN_FAILPOINTS=list "$PAYRUN_CHECK" >"$T/list"
cut -f1 "$T/list" | sort >"$T/names"
is "payrun-check lists its failpoints" "$([ "$(wc -l <"$T/names")" -gt 100 ] && echo yes)" yes
is "each once" "$(uniq -d "$T/names")" ""

# --- the binary that is installed has none
has() { nm "$1" 2>/dev/null | grep -c ' failpoint_'; }
strings_of() { perl -ne 'print "$_\n" for /[\x20-\x7e]{4,}/g' "$1"; }
is "payrun has no function of them" "$(has "$PAYRUN")" 0
is "payrun-check has" "$([ "$(has "$PAYRUN_CHECK")" -gt 3 ] && echo yes)" yes
strings_of "$PAYRUN" | grep -E 'PAYRUN_FAILPOINT|^(commit|committed|write|written|net|callback)\.[a-z_.]+$|^copy\.end$' >"$T/found"
is "payrun has none of their names" "$(cat "$T/found")" ""
strings_of "$PAYRUN_CHECK" >"$T/strings"
is "payrun-check has" "$(grep -xE 'PAYRUN_FAILPOINTS|net\.(door|left|sent)|callback\.stored' "$T/strings" | sort -u | wc -l)" 5
PAYRUN_FAILPOINTS='*:kill@1' "$PAYRUN" states >"$T/states" 2>&1
is "payrun does not know the variable" "$?" 0
PAYRUN_FAILPOINTS='*:kill@1' "$PAYRUN" user list --dir "$T/none" >"$T/out" 2>&1
is "nor does a command that opens a database" "$([ $? -lt 128 ] && echo lives)" lives
PAYRUN_FAILPOINTS='commit.nothing:kill' "$PAYRUN_CHECK" states >"$T/out" 2>&1
is "payrun-check says what is no failpoint" "$? $(grep -c 'no failpoint "commit.nothing"' "$T/out")" "64 1"
PAYRUN_FAILPOINTS='upload' "$PAYRUN_CHECK" states >"$T/out" 2>&1
is "and what is no action" "$?" 64

# --- every transaction, every place in the sources is in the list
grep -rnoE '\bdb_txn\([^,]+, *[a-z_]+' engine --include='*.c' |
    perl -ne 'm{/([a-z_]+)\.c:\d+:db_txn\(.*, *([a-z_]+)$} or next;
              next if $1 eq "txn"; my ($f, $n) = ($1, $2); $n =~ s/_txn$//;
              print $n eq "fn" || $n eq $f ? "commit.$f\n" : "commit.$f.$n\n"' |
    sort -u >"$T/txns"
is "transactions were found" "$([ "$(wc -l <"$T/txns")" -gt 15 ] && echo yes)" yes
while read -r name; do
    grep -qE "^${name//./\\.}(\.|$)" "$T/names" || echo "$name"
done <"$T/txns" >"$T/missing"
is "each transaction has its row in failpoint_names.c" "$(cat "$T/missing")" ""
grep -rhoE '\bFP\("[a-z._]+"' engine --include='*.c' | cut -d'"' -f2 | sort -u >"$T/places"
is "each place, too" "$(comm -23 "$T/places" "$T/names")" ""

# --- the matrix; its lines are counted on from here
FAILPOINT_REACHED=$T/reached "$BUILD/tests/failpoint/matrix" |
    perl -ne 'BEGIN { $n = shift; $| = 1 } if (s/^(not )?ok (\d+)/($1 \/\/ "") . "ok " . ($2 + $n)/e) { $last = $2 + $n }
              print unless /^1\.\.\d+$/; END { print STDERR "$last\n" if $last }' "$N" 2>"$T/last"
[ "${PIPESTATUS[0]}" = 0 ] || FAILED=1
N=$(tail -1 "$T/last")
[ -n "$N" ] || { echo "Bail out! the matrix ended early"; exit 1; }

if [ -s "$T/reached" ]; then
    sort -u "$T/reached" >"$T/r"
    is "nothing was come past that is not listed" "$(comm -13 "$T/names" "$T/r")" ""
    whose=worker
    [ "${FAILPOINTS:-}" = all ] && whose='worker|seldom'
    grep -vE '^(commit|committed)\.(cancel|desk\.pause|account\.close)	' "$T/list" |
        awk -F'\t' -v who="^($whose)$" '$2 ~ who { print $1 }' | sort >"$T/must"
    is "every failpoint of a worker was come past" "$(comm -23 "$T/must" "$T/r")" ""
fi
echo "1..$N"
exit $FAILED
