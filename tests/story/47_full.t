#!/usr/bin/env bash
# The disk is full where payrun writes: a report, the rejects, an answer, the
# log.  It says what could not be written, why, and what to do; nothing is left
# half-written, what was there before stays, and money is not touched by it.
. "$(dirname "$0")/../lib/story.sh"
LATENCY_MS=50 POLL_FIRST_MS=50
story "the disk is full"
DISK=$S/disk
mkdir "$DISK"

# A disk of 256 KiB, of which FREE bytes are free, seen by this command only;
# what is on it afterwards stands in $S/left.  Where nothing may be mounted, no
# file may become longer than FREE bytes, which fails at the same places.
cat >"$S/on_full" <<'SH'
free=$1 disk=$2 left=$3
shift 3
if mount -t tmpfs -o size=256k tmpfs "$disk" 2>/dev/null; then
    [ ! -e "$disk.before" ] || cp "$disk.before" "$disk/r.csv"
    head -c 400000 /dev/zero >"$disk/filler" 2>/dev/null
    truncate -s -"$free" "$disk/filler"
    "$@"
else
    [ ! -e "$disk.before" ] || cp "$disk.before" "$disk/r.csv"
    trap '' XFSZ
    prlimit --fsize="$free" -- "$@"
fi
rc=$?
rm -f "$disk/filler"
(cd "$disk" && find . -type f -printf '%P %s\n') >"$left"
exit $rc
SH
if unshare -m true 2>/dev/null; then ALONE="unshare -m"
elif unshare -rm true 2>/dev/null; then ALONE="unshare -rm"
else ALONE=
fi
echo "# ${ALONE:-no mounts here: by the longest file allowed}"

# on_full FREE COMMAND...: RC, $S/said and $S/left
on_full() {
    RC=0
    find "$DISK" -type f -delete
    $ALONE bash "$S/on_full" "$1" "$DISK" "$S/left" "${@:2}" >"$S/said" 2>&1 || RC=$?
}
# told NAME EXIT PATH: that exit code, the path, why, and how to go on
told() {
    is "$1: exit" "$RC" "$2"
    like "$1: what and why" "$(cat "$S/said")" \
        "$3.*(No space left on device|File too large)"
    like "$1: and how to go on" "$(cat "$S/said")" "fix: "
}

payroll 60 >"$S/nov.csv"
ok "upload, submit and approve" approved "$S/nov.csv" 2026-11
# The answer and the log go nowhere; the money goes where it should, once.
exits "paying, with nowhere to write the answer to" 74 \
    bash -c '"$0" send "$@" >/dev/full' "$PAYRUN" "$RUN" --wait --json --dir "$DIR" --as amina
like "it says so" "$(cat "$S/out")" "could not be written: No space left"
is "and all are paid" "$(count paid.count) $(state)" "60 closed"
payroll 20 2 >"$S/dec.csv"
ok "another run" approved "$S/dec.csv" 2026-12
exits "paying, with nowhere to write the log to" 0 \
    bash -c '"$0" send "$@" 2>/dev/full' "$PAYRUN" "$RUN" --wait --verbose --dir "$DIR" --as amina
is "all are paid, too" "$(count paid.count) $(state)" "20 closed"

echo "# the report"
RUN=R-2026-11-A
for format in csv html json text; do
    p report "$RUN" --format $format --output "$S/whole.$format" >/dev/null 2>&1
    for free in 0 4096; do
        on_full $free "$PAYRUN" report "$RUN" --format $format --output "$DISK/r.csv" --dir "$DIR"
        [ "$(wc -c <"$S/whole.$format")" -gt $free ] || continue
        told "a report as $format, $free bytes free" 74 r.csv
        is "nothing is left of it" "$(cat "$S/left")" ""
    done
done
echo "an older report" >"$DISK.before"
on_full 4096 "$PAYRUN" report "$RUN" --output "$DISK/r.csv" --dir "$DIR"
is "an older one stays as it was" "$RC $(cat "$S/left")" "74 r.csv 16"
rm "$DISK.before"
on_full 200000 "$PAYRUN" report "$RUN" --output "$DISK/r.csv" --dir "$DIR"
is "with room it is there, whole" "$RC $(cat "$S/left")" "0 r.csv $(wc -c <"$S/whole.csv")"
exits "on the screen" 74 bash -c '"$0" report "$@" >/dev/full' "$PAYRUN" "$RUN" --dir "$DIR"
like "it says so" "$(cat "$S/out")" "could not be written.*No space left"

echo "# the rejects"
"$PAYRUN" template --rows 60 --mistakes --seed 3 >"$S/bad.csv"
on_full 0 "$PAYRUN" check "$S/bad.csv" --rejects "$DISK/r.csv" --dir "$DIR"
told "rejects of a check" 65 r.csv
is "nothing is left of them" "$(cat "$S/left")" ""
on_full 0 "$PAYRUN" upload "$S/bad.csv" --accept-good-rows --rejects "$DISK/r.csv" \
    --period 2027-01 --dir "$DIR" --as amina
told "rejects of an upload" 73 r.csv
is "nothing is left of them" "$(cat "$S/left")" ""
is "and nothing was stored" "$(p list --json | jq '.runs | length')" 2

echo "# answers"
while read -r code words; do
    # shellcheck disable=SC2086
    exits "payrun $words" "$code" bash -c '"$0" "$@" >/dev/full' "$PAYRUN" $words --dir "$DIR"
    like "it says so" "$(cat "$S/out")" "could not be written"
done <<EOF2
74 check $S/nov.csv
74 check $S/nov.csv --json
74 template --rows 3000
74 list --json
74 show $RUN
74 status $RUN --json
74 audit verify
74 statement --format csv
74 help
EOF2

on_full 0 "$PAYRUN" db up --dir "$DISK/state"
is "a new database finds no room" "$RC" 73
like "and says so" "$(cat "$S/said")" "only 0 MB are free|could not be made|cannot be"
each_paid_once
story_end
