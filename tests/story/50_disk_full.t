#!/usr/bin/env bash
# The database's disk is full in the middle of a run: nothing is sent that could
# not be written down first, the message says what to do, and with room again the
# run ends as if nothing had been.  The mark's disk is another: full, too, nothing
# is sent.
#
# The small disk is a tmpfs; where neither root nor a user namespace may mount
# one, there is nothing to show.
if [ -z "${SMALL_DISKS:-}" ]; then
    for try in "unshare -m" "unshare -rm"; do
        if $try sh -c 'd=$(mktemp -d) && mount -t tmpfs -o size=1m none "$d" && umount "$d" && rmdir "$d"' 2>/dev/null; then
            SMALL_DISKS=1 exec $try --propagation private bash "$0"
        fi
    done
    echo "1..1"
    echo "ok 1 - a small disk cannot be mounted here (no root, no user namespaces)"
    exit 0
fi
. "$(dirname "$0")/../lib/story.sh"
DISK=$S/disk MARKS=$S/marks
mkdir "$DISK" "$MARKS"
mount -t tmpfs -o size=160m none "$DISK" || bail "no small disk"
mount -t tmpfs -o size=64k,mode=0777 none "$MARKS" || bail "no small disk"
chmod 755 "$DISK"
DIR=$DISK/state
story "the disk is full"
away() { p db down >/dev/null 2>&1; umount -l "$DISK" "$MARKS"; cleanup; }
trap away EXIT
BATCH_ROWS=5 GIVE_UP_MS=3000 config "    in_flight: 1"
echo "mark: $MARKS/mark" >>"$DIR/payrun.yaml"

payroll 40 1 >"$S/oct.csv"
ok "October: 40 in 8 files" approved "$S/oct.csv" 2026-10
fill() { dd if=/dev/zero of="$1/filler" bs=4k 2>/dev/null; ! dd if=/dev/zero of="$1/one" bs=4k count=1 2>/dev/null; }

# The mark first: the database goes on, and still nothing leaves.
ok "the mark's disk is full" fill "$MARKS"
exits "nothing is sent" 4 as amina send "$RUN" --wait
like "... it says why" "$(cat "$S/out")" "mark .* cannot be written"
like "... and how to mend it" "$(cat "$S/out")" "make room"
is "nobody was paid" "$(books summary | jq .payments)" 0
rm -f "$MARKS"/filler "$MARKS"/one

# Then the database, when some files were released.
fault '{"on":"approve","do":"delay","delay_ms":700,"times":0}'
sending
some() { [ "$(sql "SELECT count(*) FROM batch WHERE state IN ('in_flight', 'done')")" -ge 2 ]; }
ok "some of it leaves" wait_for 60 some
ok "the database's disk is full" fill "$DISK"
# WAL that is already there can still be written to; it will not last.
psql -XAtqc "CREATE TABLE filler AS SELECT repeat('x', 900) FROM generate_series(1, 400000)" "$URL" >/dev/null 2>&1
rc=0
wait $SEND_PID || rc=$?
no_faults
like "the worker ends, or gives up with the reason" "$rc" "^(0|69|70|74|75)$"
PAID=$(books summary | jq .payments)
LEFT=$(books summary | jq .payments)
rm -f "$DISK/filler" "$DISK/one"
p db up >/dev/null 2>&1
URL=$(p db url)
sql "DROP TABLE IF EXISTS public.filler, filler" >/dev/null 2>&1
is "nothing left without being written down" \
   "$(sql "SELECT count(*) >= $LEFT FROM instruction i JOIN attempt t USING (batch_id)
            WHERE t.step = 'approve' AND t.left_at IS NOT NULL")" t
ok "with room again it goes on" as amina send "$RUN" --wait
is "closed, all 40 paid" "$(p status "$RUN" --json | jq -r .state) $(books summary | jq .payments)" "closed 40"
is "no hold was opened: nothing was lost" "$(sql "SELECT count(*) FROM lineage_hold")" 0
each_paid_once
story_end
