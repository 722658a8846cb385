/*
 * For somebody who has nothing but the pack: an auditor, a court, a successor.
 * Every command in it is run by a test.
 */
#include "pack/members.h"
#include "pack/parts.h"

static const char about[] =
"It was written by payrun from the book of the payer. Nothing else is needed\n"
"to read it: every list is JSON, one object a line; amounts (\"minor\") are\n"
"whole hundredths of the currency; times are UTC.\n"
"\n"
"WHO WAS PAID WHAT, WHEN\n"
"  report.html opens in any browser: what finance saw. payments.csv opens in a\n"
"  spreadsheet. The evidence itself:\n"
"\n"
"    jq -r 'select(.state == \"paid\") | [.name, .account, .minor, .ccy,\n"
"           .receipt, .at] | @tsv' payments.jsonl\n"
"\n"
"  \"receipt\" is the provider's own number of the payment; \"at\" is when payrun\n"
"  learned of it. When the request left stands in attempts.jsonl (left_at of\n"
"  the step \"approve\" or \"send\" of its batch). When the money moved, by the\n"
"  provider's or the bank's own clock, stands in the raw answer and, as far\n"
"  as statements were taken in, in statement_lines.jsonl (booked_on).\n"
"  \"event\" names the raw answer that says so: answers/BATCH-EVENT.\n"
"\n"
"  Not paid: state \"failed\" and \"cancelled\". \"in_doubt\": nobody could be\n"
"  sure yet. \"returned\" and \"reversed\": it was paid and came back. No state:\n"
"  no answer yet.\n"
"\n"
"BY WHOSE APPROVAL\n"
"    jq . approvals.jsonl\n"
"\n"
"  The maker (made_by) cannot be the approver. What was approved is \"digest\":\n"
"  a SHA-256 over account, period, pay date, totals, the payroll file and every\n"
"  row. payrun computes it again from payments.jsonl and batches.jsonl; any\n"
"  change of a name, an account or an amount gives another digest. How it is\n"
"  made: each field as its length, a colon and its bytes.\n"
"  comparison.json: what differs from the run before it, as the checker is\n"
"  shown, computed again when this pack was written.\n"
"\n"
"IS IT GENUINE?\n"
"    payrun evidence verify PACK --key FINGERPRINT\n"
"\n"
"  on any machine, without a database. Ask the payer for the fingerprint on\n"
"  another way than this pack came (they read it with `payrun evidence key`);\n"
"  without it a signature only says that nothing was changed since somebody\n"
"  signed it. Without payrun, in this folder:\n"
"\n"
"    openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in SIGNED \\\n"
"            -sigfile SIGNATURE\n"
"    grep \"$(sha256sum < MANIFEST.json | cut -d' ' -f1)\" SIGNED\n"
"    jq -r '.members[] | .sha256 + \"  \" + .name' MANIFEST.json | sha256sum -c\n"
"\n"
"  audit.jsonl is a chain: each \"hash\" is the SHA-256 of the hash before it\n"
"  and the entry, so no entry can be changed or left out without changing all\n"
"  that follow. It begins with the first entry about this run and has all\n"
"  entries since then, those about other runs too, because the hashes cover\n"
"  them. Its newest hash is in MANIFEST.json.\n"
"\n"
"WHAT IS IN IT\n";

static void
add_member(struct buf *b, const char *name, const char *what)
{
    buf_printf(b, "  %-22s %s\n", name, what);
}

static void
add_list(struct buf *b, const char *file)
{
    if (file[0] != '\0')
        add_member(b, file, "the payroll file, byte by byte as it was "
                   "uploaded");
    for (const struct pack_list *l = pack_lists; l->name != NULL; l++)
        add_member(b, l->name, l->what);
    for (const struct pack_bodies *l = pack_bodies; l->sql != NULL; l++)
        add_member(b, l->name, l->what);
    add_member(b, PACK_TOTALS, "the sums at every hop, and whether they tie");
    add_member(b, "comparison.json", "what differs from the run before it");
    add_member(b, "payments.csv", "all payments for a spreadsheet");
    add_member(b, "report.html", "the report, for people");
    add_member(b, "report.txt", "the same for a terminal");
    add_member(b, PACK_MANIFEST, "all of these with size and SHA-256");
    add_member(b, PACK_SIGNED, "what was signed: the manifest's SHA-256, when");
    add_member(b, PACK_SIGNATURE, "the signature of that, Ed25519, 64 bytes");
    add_member(b, PACK_KEY, "the public key it was made with");
    if (file[0] == '\0')
        buf_text(b, "\nThe bytes of the payroll file are not in it: it was "
                 "uploaded before payrun\nkept them. Its SHA-256 is in "
                 "run.json; whoever has the file can compare.\n");
}

int
parts_readme(struct archive *a, const struct run *run, const char *file,
             struct err *e)
{
    struct buf b;
    int rc = -1;

    buf_init(&b, REPORT_MODEL_BYTES_MAX);
    buf_printf(&b, "EVIDENCE PACK of the pay run %s%s\n\n", run->ref,
               run->live ? "" : " (SANDBOX: a rehearsal, no real money moved)");
    buf_text(&b, about);
    add_list(&b, file);
    rc = b.failed ? err_oom(e)
        : archive_whole(a, PACK_README, buf_view(&b), -1, e);
    buf_release(&b);
    return rc;
}
