#!/usr/bin/env bash
# An evidence pack: everything about a run in one signed archive.  Who gets only
# the archive can say who was paid what, when, by whose approval, with tar and jq
# alone; whatever is changed in it is found and named; and a book that was
# changed shows it too.
. "$(dirname "$0")/../lib/story.sh"
GIVE_UP_MS=4000 story "an evidence pack"
serve_up || bail "no listener"
GIVE_UP_MS=4000 and_a_till
cat >>"$DIR/payrun.yaml" <<YAML
routes:
  - { rail: SAPAMA-MPESA, account: till }
default_account: salaries
YAML

# 3NN: the provider cannot tell; it was paid when NN is even.  1NN: fails.
cat >"$S/nov.csv" <<'CSV'
Emp No,Name,Phone,Rail,Amount
E1,Asha Otieno,254712000001,,1000
E2,"O'Brien, Kim",254712000002,,2000
E3,Chao Fails,254700000100,,3000
E4,Dima Doubt,254700000302,,4000
E5,Eva Till,254712000005,SAPAMA-MPESA,5000
E6,Faraj Till,254712000006,SAPAMA-MPESA,6000
CSV
ok "a run of two providers" approved "$S/nov.csv" 2026-11
exits "is paid but for one failure and one doubt" 3 as amina send "$RUN" --wait
kill -TERM "$SERVE_PID"     # from here on the book stands still
wait "$SERVE_PID" 2>/dev/null
printf 'scan of a letter' >"$S/letter.pdf"
ok "evidence for the doubt" as amina resolve "$RUN" 5 --as-paid QWE1234567 --evidence "$S/letter.pdf" --json
ok "is agreed to" as brian resolve --agree "$(jq .evidence "$S/out")"

# --- what the providers' statements say of it
for account in salaries till; do
    ok "the statement of $account" as amina statement --pull $account --from "$TODAY" --to "$SOON" --json
done
as amina reconcile "$RUN" >"$S/reconciled" 2>&1
like "the run is held against them" "$?" '^[05]$'

# --- making it
cd "$S" || exit 1
exits "the pack is written, and verified at once" 0 p evidence "$RUN"
PACK=$S/$RUN-evidence.tar
like "signed" "$(cat "$S/out")" "signed by key [0-9a-f]{64}"
KEY=$(p evidence key --json | jq -r .fingerprint)
is "by a key that only its owner reads" "$(stat -c %a "$DIR/evidence.key" "$PACK" | xargs)" "600 600"
ok "once more" p evidence "$RUN" --output "$S/again.tar"
mkdir "$S/a" "$S/b"
tar -xf "$PACK" -C "$S/a"
tar -xf "$S/again.tar" -C "$S/b"
is "the same book gives the same bytes, but for the signature's time" \
   "$(diff -rq "$S/a" "$S/b" | sed 's/.* \([^ ]*\) differ/\1/; s/.*\///' | sort | xargs)" "SIGNATURE SIGNED"
D=$S/a/evidence-$RUN
ok "the payroll file is in it byte by byte" cmp "$S/nov.csv" "$D/original-file.csv"
ok "and the letter" cmp "$S/letter.pdf" "$D/desk/evidence-1"
lacks "no key of ours is" ISSecretKey "$PACK"
lacks "nor of theirs" PAYRUNSANDBOX "$PACK"

# --- on another machine, without a database
elsewhere() { env -i PATH="$PATH" "$PAYRUN" evidence verify "$@" --dir "$S/nowhere"; }
exits "a stranger verifies it" 0 elsewhere "$PACK" --key "$KEY" --json
is "the numbers" "$(jq -r '[.genuine, .run, .made_by, .approved_by, .all.count, .paid.count, .failed.count, .in_doubt.count] | join(" ")' "$S/out")" \
   "true $RUN amina brian 6 5 1 0"
is "the sums" "$(jq -r '[.all.sum, .paid.sum] | map(.amount? // .) | join(" ")' "$S/out" | tr -d ',')" "21000.00 18000.00"
is "no folder was made for it" "$(ls -d "$S/nowhere" 2>/dev/null)" ""
p evidence key >"$S/key.txt"
exits "with the key as a file" 0 elsewhere "$PACK" --key "$S/key.txt"
exits "without one it says so" 0 elsewhere "$PACK"
like "and asks whose key it is" "$(cat "$S/out")" "whose key is it"

# --- with standard tools only
cd "$D" || exit 1
is "who was paid what" \
   "$(jq -r 'select(.state == "paid") | [.name, .account, .minor] | @tsv' payments.jsonl | sort)" \
   "$(printf 'Asha Otieno\t254712000001\t100000\nDima Doubt\t254700000302\t400000\nEva Till\t254712000005\t500000\nFaraj Till\t254712000006\t600000\nO'"'"'Brien, Kim\t254712000002\t200000')"
is "with a receipt each, and when" \
   "$(jq -r 'select(.state == "paid") | [(.receipt | length > 5), (.at | test("^20[0-9-]+T"))] | all' payments.jsonl | sort | uniq -c | xargs)" "5 true"
is "by whose approval" "$(jq -r '[.made_by, .approver, .minor] | join(" ")' approvals.jsonl)" "amina brian 2100000"
is "of exactly this" "$(jq -r .digest approvals.jsonl)" "$(jq -r .digest MANIFEST.json)"
is "before anything left" \
   "$(jq -rs --slurpfile a approvals.jsonl '[.[] | select(.step == "approve" or .step == "send") | .left_at] | min > $a[0].at' attempts.jsonl)" true
is "who was not" "$(jq -r 'select(.state != "paid") | "\(.name) \(.state)"' payments.jsonl)" "Chao Fails failed"
is "on whose word when nobody could tell" "$(jq -r '[.proposed_by, .agreed_by, .says, .receipt] | join(" ")' evidence.jsonl)" "amina brian paid QWE1234567"
is "the raw answer behind a payment names its receipt" \
   "$(jq -r 'select(.event != null and .state == "paid") | "answers/\(.batch_id)-\(.event) \(.receipt)"' payments.jsonl |
      while read -r file receipt; do grep -c "$receipt" "$file"; done | grep -vc '^0$')" 4
ok "the README's commands: the signature" openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in SIGNED -sigfile SIGNATURE
ok "the manifest is the signed one" grep "$(sha256sum <MANIFEST.json | cut -d' ' -f1)" SIGNED
jq -r '.members[] | .sha256 + "  " + .name' MANIFEST.json >"$S/sums"
ok "every member is as it says" sha256sum --quiet -c "$S/sums"
is "what the provider told without being asked, byte by byte" \
   "$(jq -r '"\(.sha256)  \(.member)"' callbacks.jsonl | sha256sum --quiet -c - 2>&1) $(ls callbacks | wc -l)" \
   " $(sql "SELECT count(*) FROM inbox WHERE batch_id IS NOT NULL")"
like "which is something" "$(ls callbacks | wc -l)" "^[1-9]"
is "what moved, by the providers' own statements" \
   "$(jq -r 'select(.kind == "payment") | -.minor' statement_lines.jsonl | sort -n | xargs)" "100000 200000 400000 500000 600000"
is "each of those is one of the payments" \
   "$(jq -r 'select(.role == "paid") | "\(.batch_id)-\(.seq)"' matches.jsonl | sort | xargs)" \
   "$(jq -r 'select(.state == "paid") | "\(.batch_id)-\(.seq)"' payments.jsonl | sort | xargs)"
is "what was found is there, as the book has it" \
   "$(jq -s length findings.jsonl) $(jq -s length breaks.jsonl) $(jq -s length reconciliations.jsonl)" \
   "$(sql "SELECT (SELECT count(*) FROM finding WHERE run_id = 1) || ' ' || (SELECT count(*) FROM break WHERE run_id = 1) || ' 1'")"
is "the README explains every member" \
   "$(jq -r '.members[].name | sub("/.*"; "/")' MANIFEST.json | sort -u | grep -v README | while read -r m; do grep -q "^  $m " README.txt || echo "$m"; done)" ""
cd "$S" || exit 1

# --- every member: one byte of it, taken out, exchanged with the next
cat >"$S/tamper.pl" <<'PERL'
# tamper.pl HOW N IN OUT: the N-th member of IN, damaged; prints its name.
my ($how, $n, $in, $out) = @ARGV;
open my $f, '<:raw', $in or die; local $/; my $t = <$f>; my @m; my $at = 0;
while ($at < length $t) {
    my $h = substr $t, $at, 512; last if $h =~ /^\0/;
    my ($name) = $h =~ /^([^\0]+)/; my $size = oct substr $h, 124, 11;
    my $all = 512 + int(($size + 511) / 512) * 512;
    push @m, { name => $name, head => $h, body => substr($t, $at + 512, $size),
               raw => substr($t, $at, $all) };
    $at += $all;
}
if ($how eq 'count') { print scalar @m; exit }
my $x = $m[$n % @m]; my $y = $m[($n + 1) % @m];
sub tar { my ($m, $body) = @_; my $h = $m->{head};
    substr($h, 124, 11) = sprintf '%011o', length $body; substr($h, 148, 8) = ' ' x 8;
    my $sum = 0; $sum += ord for split //, $h; substr($h, 148, 8) = sprintf "%06o\0 ", $sum;
    return $h . $body . "\0" x (-length($body) % 512) }
if ($how eq 'flip') {
    my $b = $x->{body}; my $p = int(length($b) / 2);
    if (length $b) { substr($b, $p, 1) = chr(ord(substr $b, $p, 1) ^ 1) } else { $b = '{}' . "\n" }
    $x->{raw} = tar($x, $b);
}
elsif ($how eq 'head') { substr($x->{raw}, 136, 1) = '1' }
elsif ($how eq 'remove') { $x->{raw} = '' }
elsif ($how eq 'swap') { ($x->{raw}, $y->{raw}) = (tar($x, $y->{body}), tar($y, $x->{body})) }
elsif ($how eq 'add') { my $h = $x->{head}; substr($h, 0, 100) = pack 'a100', $m[0]{name} =~ s/[^\/]*$/answers\/9-9/r;
    $x->{raw} .= tar({ head => $h }, 'more') }
elsif ($how eq 'behind') { push @m, { raw => '' }; $t .= 'x' }
open my $o, '>:raw', $out or die; print $o (map $_->{raw}, @m), substr $t, $at;
print $x->{name} =~ s/^[^\/]*\///r;
PERL
COUNT=$(perl "$S/tamper.pl" count 0 "$PACK")
STEP=${EVIDENCE_STEP:-3}
each() {        # each HOW [STEP]: all members, or every STEP-th; all are found
    local n name missed=
    for ((n = 0; n < COUNT; n += ${2:-1})); do
        name=$(perl "$S/tamper.pl" "$1" $n "$PACK" "$S/bad.tar")
        if [ "$1" = swap ] && cmp -s "$S/bad.tar" "$PACK"; then
            continue        # two empty lists
        fi
        elsewhere "$S/bad.tar" --key "$KEY" >"$S/out" 2>&1
        [ $? = 5 ] && grep -q "^WRONG  .*$name" "$S/out" || missed="$missed $name"
    done
    is "$1 one member after the other: all are found and named" "$missed" ""
}
like "there are many members" "$COUNT" "^[3-9][0-9]$"
each flip
each head "$STEP"
each remove "$STEP"
each swap "$STEP"
perl "$S/tamper.pl" add 3 "$PACK" "$S/bad.tar" >/dev/null
exits "a member that was added" 5 elsewhere "$S/bad.tar" --key "$KEY"
like "is named" "$(cat "$S/out")" "answers/9-9: it was added"
perl "$S/tamper.pl" behind 0 "$PACK" "$S/bad.tar" >/dev/null
exits "something behind the end" 5 elsewhere "$S/bad.tar" --key "$KEY"
head -c 4000 "$PACK" >"$S/bad.tar"
exits "half an archive" 5 elsewhere "$S/bad.tar" --key "$KEY"
exits "what is none" 65 elsewhere "$S/nov.csv"
exits "what is not there" 66 elsewhere "$S/nothing.tar"

# --- somebody else signs
cp -r "$DIR" "$S/forger" 2>/dev/null; rm -f "$S/forger/evidence.key"
FORGED=$("$PAYRUN" evidence key --dir "$S/forger" --json | jq -r .fingerprint)
ok "another installation, the same book" "$PAYRUN" evidence "$RUN" --dir "$S/forger" --db "$URL" --output "$S/forged.tar"
exits "is not the key that was asked for" 5 elsewhere "$S/forged.tar" --key "$KEY"
like "which is said" "$(cat "$S/out")" "another key \($FORGED\)"
exits "it holds under its own" 0 elsewhere "$S/forged.tar" --key "$FORGED"
perl -e 'my ($a, $b, $o) = @ARGV; local $/; open F, "<", $a; my $x = <F>; open F, "<", $b; my $y = <F>;
    my $q = sub { my $t = shift; $t =~ m{[^\0]*/SIGNATURE\0} or die; $-[0] + 512 };
    substr($x, $q->($x), 64) = substr($y, $q->($y), 64); open F, ">", $o; print F $x' \
    "$PACK" "$S/forged.tar" "$S/bad.tar"
exits "a signature from elsewhere" 5 elsewhere "$S/bad.tar" --key "$KEY"
like "does not hold" "$(cat "$S/out")" "SIGNATURE: the signature does not hold"

# --- the book itself was changed: signed by the right key, and found all the same
changed() {     # changed NAME SQL WORDS UNDO
    sql "$2" >/dev/null
    exits "$1: the pack is written, and says so" 5 p evidence "$RUN" --output "$S/bad.tar"
    like "... what" "$(cat "$S/out")" "$3"
    sql "$4" >/dev/null
}
changed "an amount" "UPDATE instruction SET minor = minor + 1 WHERE seq = 1 AND name LIKE 'Asha%'" \
    "payments of batch 1 are not those that were approved" "UPDATE instruction SET minor = minor - 1 WHERE seq = 1 AND name LIKE 'Asha%'"
changed "a payee" "UPDATE instruction SET account = '254712000009' WHERE name LIKE 'Eva%'" \
    "are not those that were approved" "UPDATE instruction SET account = '254712000005' WHERE name LIKE 'Eva%'"
changed "a failure that became paid" "UPDATE outcome SET state = 'paid', receipt = 'QWE7654321' WHERE state = 'failed'" \
    "Chao Fails, 300000 minor units, receipt .QWE7654321.. is paid in the book, and nothing" \
    "UPDATE outcome SET state = 'failed', receipt = NULL WHERE receipt = 'QWE7654321'"
changed "a receipt at the other provider" "UPDATE outcome o SET receipt = 'ABC' || o.receipt FROM instruction i WHERE (i.batch_id, i.seq) = (o.batch_id, o.seq) AND i.name LIKE 'Faraj%'" \
    "Faraj Till.*nothing in the pack says so" "UPDATE outcome SET receipt = substr(receipt, 4) WHERE receipt LIKE 'ABC%'"
changed "a raw answer" "UPDATE event SET body = body || ' ' WHERE event_no = 1 AND batch_id % 100000 = 1" \
    "answers/[0-9]+-1: it is not what the book had" "UPDATE event SET body = substr(body, 1, length(body) - 1) WHERE event_no = 1 AND batch_id % 100000 = 1"
exits "whoever gets that pack is told too" 5 elsewhere "$S/bad.tar" --key "$KEY"
changed "a counter" "UPDATE batch SET paid_minor = paid_minor + 100 WHERE batch_id % 100000 = 1" \
    "batch 1 counts [0-9]+ payments .* as paid; its payments make" "UPDATE batch SET paid_minor = paid_minor - 100 WHERE batch_id % 100000 = 1"
changed "a request to pay that never was" "CREATE TABLE kept AS TABLE attempt; UPDATE attempt SET left_at = NULL" \
    "batch 1 is paid, and no request to pay it left" "UPDATE attempt a SET left_at = k.left_at FROM kept k WHERE (k.batch_id, k.attempt_no) = (a.batch_id, a.attempt_no)"
changed "an approval of later" "UPDATE approval SET at = now()" \
    "brian approved it after money left" "UPDATE approval p SET at = a.at FROM audit a WHERE a.action = 'approve'"
changed "an entry of the audit" "UPDATE audit SET detail = detail || '.' WHERE action = 'approve'" \
    "audit.jsonl: entry [0-9]+ was changed" "UPDATE audit SET detail = rtrim(detail, '.') WHERE action = 'approve'"
changed "one that is gone" "CREATE TABLE gone AS SELECT * FROM audit WHERE action = 'send'; DELETE FROM audit WHERE action = 'send'" \
    "audit.jsonl: entry [0-9]+ is missing" "INSERT INTO audit SELECT * FROM gone"
exits "the book as it was is whole again" 0 p evidence "$RUN" --output "$S/bad.tar"
changed "the word of one person alone" "DELETE FROM agreement" \
    "Dima Doubt.*nothing in the pack says so" "SELECT 1"
each_paid_till() { books_sapama summary | jq -r '"\(.payments) \(.paid_minor)"'; }
is "the sandbox's books: paid at the till" "$(each_paid_till)" "2 1100000"
is "the sandbox's books: paid at IntaSend" "$(books summary | jq -r '"\(.payments) \(.paid_minor)"')" "3 700000"
is "the sandboxes' books: nobody twice" "$(for b in books books_sapama; do $b double | jq length; done | xargs)" "0 0"
story_end
