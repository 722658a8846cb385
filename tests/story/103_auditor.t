#!/usr/bin/env bash
# Somebody gets an evidence pack and nothing else: no payrun, no database, no
# word from us.  With tar and perl they answer who was paid what, when and by
# whose approval: of one payee, of one who was not paid, and of the whole; and
# the providers' own books say the same.  What was booked, as camt.054.
. "$(dirname "$0")/../lib/story.sh"
GIVE_UP_MS=4000 story "an auditor with nothing but the pack" --charge 10
and_a_till
echo "routes: [{ rail: SAPAMA-MPESA, account: till }]" >>"$DIR/payrun.yaml"
cat >"$S/nov.csv" <<'CSV'
Emp No,Name,Phone,Rail,Amount
E1,Asha Otieno,254712000001,,1000
E2,"O'Brien, Kim",254712000002,,2000
E3,Chao Fails,254700000100,,3000
E4,Eva Till,254712000005,SAPAMA-MPESA,5000
E5,Faraj Till,254712000006,SAPAMA-MPESA,6000
CSV
ok "a run of two providers" approved "$S/nov.csv" 2026-11
exits "is paid but for one failure" 1 as amina send "$RUN" --wait
for account in salaries till; do
    as amina statement --pull $account --from "$TODAY" --to "$SOON" >/dev/null || bail "no statement"
done
exits "the statements agree" 0 as amina reconcile "$RUN"
exits "the pack" 0 p evidence "$RUN" --output "$S/pack.tar"

# --- what was booked, of a month and of one account
DATA=$(cd "$(dirname "$0")/../data/iso20022" && pwd)
debits() { perl -0ne 'my ($n, $m, %i) = (0, 0); $i{$1} = 1 while /<Nm>([a-z]+)<\/Nm>\s*<\/Acct>/g;
    while (/<TxDtls>.*?<Amt Ccy="KES">(\d+)\.(\d\d)</gs) { $n++; $m += "$1$2" } print "$n $m @{[sort keys %i]}"' "$1"; }
ok "camt.054 of the month" p report --period 2026-11 --format camt.054 --output "$S/month.xml"
ok "... of one account" p report --account till --format camt.054 --output "$S/till.xml"
ok "both are valid" xmllint --noout --schema "$DATA/camt.054.001.02.xsd" "$S/month.xml" "$S/till.xml"
is "the month has both accounts" "$(debits "$S/month.xml")" "4 1400000 salaries till"
is "the account its own alone" "$(debits "$S/till.xml")" "2 1100000 till"

# --- the pack alone: another folder, another machine as far as that goes
p db down >/dev/null 2>&1
mv "$DIR" "$S/gone"
mkdir "$S/auditor"
mv "$S/pack.tar" "$S/auditor/"
cat >"$S/auditor/answer.pl" <<'PERL'
# answer.pl FOLDER QUESTION [NAME]: from the lists of a pack.
use strict; use warnings; use JSON::PP;
my ($dir, $question, $name) = @ARGV;
sub list { open my $f, '<', "$dir/$_[0]" or die "$_[0]: $!"; map { decode_json $_ } <$f> }
my ($p) = grep { defined $name and $_->{name} eq $name } my @all = list('payments.jsonl');
my @left = grep { $_->{step} =~ /^(approve|send)$/ and $_->{left_at} } list('attempts.jsonl');
my %line = map { $_->{line_id} => $_ } list('statement_lines.jsonl');
my %of = map { ("$_->{batch_id}-$_->{seq}" => $line{$_->{line_id}}) } grep { $_->{role} eq 'paid' } list('matches.jsonl');
my $booked = $p && $of{"$p->{batch_id}-$p->{seq}"};
sub money { sprintf '%d.%02d %s', $_[0] / 100, $_[0] % 100, $_[1] }
my %answer = (
    who => sub { "$p->{name} $p->{account} $p->{state} " . ($p->{receipt} // 'without a receipt') },
    what => sub { money($p->{minor}, $p->{ccy}) . ($booked ? ', booked ' . money(-$booked->{minor}, $booked->{ccy}) : ', not booked') },
    why => sub { "$p->{code} $p->{reason}" },
    left => sub { (sort map { $_->{left_at} } grep { $_->{batch_id} == $p->{batch_id} } @left)[0] },
    learned => sub { $p->{at} },
    booked => sub { $booked->{booked_at} // $booked->{booked_on} },
    approval => sub { join '; ', map { "$_->{approver}, of what $_->{made_by} made, " . money($_->{minor}, $p ? $p->{ccy} : 'KES') } list('approvals.jsonl') },
    approved => sub { (list('approvals.jsonl'))[0]{at} },
    first_left => sub { (sort map { $_->{left_at} } @left)[0] },
    total => sub { my %n; my %m; for (@all) { $n{$_->{state}}++; $m{$_->{state}} += $_->{minor} }
        join '; ', map { "$n{$_} $_ " . money($m{$_}, 'KES') } sort keys %n },
);
print $answer{$question}->(), "\n";
PERL
cd "$S/auditor" || exit 1
ok "it opens with tar" tar -xf pack.tar
is "there is nothing else in the folder" "$(ls | xargs)" "answer.pl evidence-$RUN pack.tar"
ask() { env -i PATH=/usr/bin:/bin perl answer.pl "evidence-$RUN" "$@"; }
unix() { date -d "$1" +%s%3N; }
there() { books payments | jq -r --arg a "$1" ".[] | select(.account == \$a) | $2"; }
till() { books_sapama payments | jq -r --arg a "$1" ".[] | select(.account == \$a) | $2"; }
between() { [ "$(unix "$1")" -le "$(($(unix "$2") + 1000))" ] && [ "$(unix "$2")" -le "$(($(unix "$3") + 1000))" ]; }

# --- one payee
is "who: Asha was paid, under the provider's own receipt" "$(ask who "Asha Otieno")" \
   "Asha Otieno 254712000001 paid $(there 254712000001 .receipt)"
is "what: as asked for, and as booked" "$(ask what "Asha Otieno")" "1000.00 KES, booked $(there 254712000001 .amount) KES"
ok "when: after the request left, before payrun knew" between "$(ask left "Asha Otieno")" \
   "$(there 254712000001 .at)" "$(ask learned "Asha Otieno")"
is "on the day that the statement says" "$(TZ=Africa/Nairobi date -d "$(ask booked "Asha Otieno")" +%F)" \
   "$(TZ=Africa/Nairobi date -d "$(there 254712000001 .at)" +%F)"
is "by whose approval" "$(ask approval "Asha Otieno")" "brian, of what amina made, 17000.00 KES"
ok "which came before any money left" [ "$(unix "$(ask approved)")" -lt "$(unix "$(ask first_left)")" ]
is "the same of one at the other provider" "$(ask who "Eva Till"); $(ask what "Eva Till")" \
   "Eva Till 254712000005 paid $(till 254712000005 .receipt); 5000.00 KES, booked $(till 254712000005 .amount) KES"

# --- one who was not paid
is "who was not: no receipt" "$(ask who "Chao Fails")" "Chao Fails 254700000100 failed without a receipt"
is "nothing was booked" "$(ask what "Chao Fails")" "3000.00 KES, not booked"
like "why" "$(ask why "Chao Fails")" "^TF106 .+"
is "the provider's books have no payment to them" "$(there 254700000100 .amount)" ""

# --- the whole
is "the total" "$(ask total)" "1 failed 3000.00 KES; 4 paid 14000.00 KES"
is "as the providers' books have it" \
   "$({ books summary; books_sapama summary; } | jq -rs '"\(map(.payments) | add) \(map(.paid_minor) | add)"')" "4 1400000"
is "nobody twice" "$(books summary | jq .doubles) $(books_sapama summary | jq .doubles)" "0 0"
story_end
