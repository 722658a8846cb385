#!/usr/bin/env bash
# make torture, in small: workers, callback listeners and commands are killed
# 500 times while 2, 4 and 8 workers race; the stand-ins' books are asked who
# was paid.  TORTURE_SEED draws another schedule, TORTURE_KILLS more of it.
. "$(dirname "$0")/../lib/story.sh"
echo "# torture"

# Under the sanitizers everything takes several times as long.
KILLS=${TORTURE_KILLS:-500}
grep -qa __asan_init "$PAYRUN" && KILLS=${TORTURE_KILLS:-100}
SEED=${TORTURE_SEED:-20261122}
TORTURE=$BUILD/tests/torture/torture
export TMPDIR=$S         # what a failure keeps is kept with the story

torture() {         # torture STATE WORDS...: without waiting for it
    local state=$1
    shift
    exec "$TORTURE" --payrun "$PAYRUN" --check "${PAYRUN_CHECK:-}" \
        --seed "$SEED" --state "$S/$state" "$@"
}
figure() { tail -1 "$1" | grep -o "\b$2=[0-9]*" | cut -d= -f2; }

# --- what must hold
(torture all --kills "$KILLS") >"$S/all.out" 2>&1
RC=$?
while read -r line; do
    like "${line%%;*}" "$line" "the books agree"
done < <(grep '^round' "$S/all.out")
is "it says so itself" "$RC" 0
[ "$RC" = 0 ] || sed 's/^/# /' "$S/all.out"
ok "$KILLS were killed" [ "$(figure "$S/all.out" kills)" -ge "$KILLS" ]
is "nobody was paid twice" "$(figure "$S/all.out" double)" 0
is "nobody was lost" "$(figure "$S/all.out" lost)" 0
is "nothing else is wrong" "$(figure "$S/all.out" wrong)" 0
is "every payment is paid, failed, cancelled or in doubt" \
   "$(($(figure "$S/all.out" paid) + $(figure "$S/all.out" failed) +
       $(figure "$S/all.out" cancelled) + $(figure "$S/all.out" in_doubt)))" \
   "$(figure "$S/all.out" payments)"
like "the first line names the seed" "$(head -1 "$S/all.out")" "^seed $SEED,"
tail -3 "$S/all.out" | sed 's/^/# /'

# --- would it see it?  The books are tampered with before they are read
for what in double lost; do
    (torture "$what" --round 3 --kills 12 --plant "$what") >"$S/$what.out" 2>&1
    is "a $what payment in the books: it fails" $? 1
    like "... and names the payee" "$(cat "$S/$what.out")" \
         "payee [0-9]+, [0-9]+\.[0-9]+, row [0-9]+ of run-"
    like "... and how to see it again" "$(cat "$S/$what.out")" \
         "make torture SEED=$SEED ROUND=3 WORKERS=2,4,8"
    ok "... and counts it" [ "$(figure "$S/$what.out" "$what")" -ge 1 ]
done

# --- it goes on where it was stopped
(torture part --kills 100000) >"$S/part.out" 2>&1 &
PID=$!
at_work() { ls "$S"/payrun-torture.*/round-0/work.log; }
ok "a long one is at work" wait_for 120 at_work
kill -TERM $PID
wait $PID
is "SIGTERM stops it" $? 143
like "... with the figures so far" "$(tail -1 "$S/part.out")" "^kills=[0-9]+ runs=.* seed=$SEED$"
is "... and leaves nothing behind" "$(at_work 2>/dev/null | grep -c .)" 0
printf 'seed=%s\nround=7\nwanted=90\nkills=88\n' "$SEED" >"$S/part/progress"
(torture part --kills 90) >"$S/part.out" 2>&1
is "the same command goes on" $? 0
like "... from the round that was next" "$(grep '^round' "$S/part.out")" "^round 7: "
ok "... and counts what was done before" [ "$(figure "$S/part.out" kills)" -ge 90 ]
for dir in "$S"/payrun-torture.*; do
    "$PAYRUN" db down --dir "$dir" >/dev/null 2>&1
done
story_end
