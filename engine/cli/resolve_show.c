#include "cli/resolve_show.h"

#include "base/clock.h"
#include "book/evidence.h"
#include "book/explanation.h"
#include "cli/phrase.h"
#include "money/money.h"
#include "providers/reference.h"

#define TEXT_ITEMS_MAX 200          /* of a batch, on a screen                */
#define CSV_BYTES_MAX  ((size_t)16 * 1024 * 1024)

/* "2026-11-22T09:00:00.123Z", or what stands for never. */
static const char *
when(int64_t us, const char *never, char out[CLOCK_ISO_BYTES])
{
    if (us == 0)
        return never;
    clock_iso(us, out);
    return out;
}

static void
amount(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { minor, { 0 } };

    str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

/* --- the batches with something on the desk ------------------------------- */

struct batches {
    int64_t *id, last, minor, found;
    size_t   n, cap;
};

static int
note_batch(void *owner, const struct evidence_item *it)
{
    struct batches *b = owner;

    b->found++;
    if (minor_add(&b->minor, it->minor) < 0)
        return -1;
    if (it->batch_id == b->last)
        return 0;
    if (b->n == b->cap) {
        size_t cap = b->cap > 0 ? b->cap * 2 : 64;
        int64_t *more = realloc(b->id, cap * sizeof(*more));

        if (more == NULL)
            return -1;
        b->id = more;
        b->cap = cap;
    }
    b->id[b->n++] = b->last = it->batch_id;
    return 0;
}

/* --- in words ------------------------------------------------------------- */

struct shown {
    const struct run *run;
    json_t *attempts, *payments;    /* NULL: in words */
    int64_t batch_id;
};

static int
print_attempt(void *owner, const struct evidence_attempt *a)
{
    char made[CLOCK_ISO_BYTES], left[CLOCK_ISO_BYTES], at[CLOCK_ISO_BYTES];

    (void)owner;
    printf("  %-8.*s made %s, %s%s; %s%s", STR_ARG(a->step),
           when(a->made_us, "-", made), a->left_us != 0 ? "left " : "",
           when(a->left_us, "did not leave", left),
           a->answered_us != 0 ? "answered " : "",
           when(a->answered_us, "no answer", at));
    if (a->http != 0)
        printf(", HTTP %d", a->http);
    printf("%s%.*s%s%.*s\n", a->answer.len > 0 ? ", " : "",
           STR_ARG(a->answer), a->detail.len > 0 ? ": " : "",
           STR_ARG(str_cut(a->detail, 160)));
    return 0;
}

static void
print_evidence(const struct evidence_item *it)
{
    char at[CLOCK_ISO_BYTES];

    printf("      evidence %lld, %.*s at %s: %.*s%s%.*s%s%.*s\n",
           (long long)it->evidence_id, STR_ARG(it->proposed_by),
           when(it->proposed_us, "-", at), STR_ARG(it->says),
           it->says_receipt.len > 0 ? ", receipt " : "",
           STR_ARG(it->says_receipt), it->says_reason.len > 0 ? ": " : "",
           STR_ARG(it->says_reason));
    if (it->note.len > 0)
        printf("        %.*s\n", STR_ARG(it->note));
    if (it->file_name.len > 0)
        printf("        file %.*s, SHA-256 %.*s\n", STR_ARG(it->file_name),
               STR_ARG(it->file_sha256));
    printf("        next: another person, a checker: payrun resolve --agree "
           "%lld\n", (long long)it->evidence_id);
}

static int
print_item(void *owner, const struct evidence_item *it)
{
    const struct shown *s = owner;
    char text[MONEY_TEXT_BYTES], ours[REFERENCE_BYTES], at[CLOCK_ISO_BYTES];

    amount(it->minor, s->run->ccy, text);
    reference_write(it->batch_id, it->seq, ours);
    printf("\n  %d.%d  line %lld  %.*s  %.*s%s%.*s  %s\n", it->number, it->seq,
           (long long)it->line_no, STR_ARG(it->name), STR_ARG(it->payee),
           it->bank_code.len > 0 ? ", bank " : "", STR_ARG(it->bank_code),
           text);
    printf("      reference %s%s%.*s; %.*s from %.*s\n", ours,
           it->provider_id.len > 0 ? ", theirs " : "",
           STR_ARG(it->provider_id), STR_ARG(it->rail), STR_ARG(it->payer));
    printf("      %.*s since %s%s%.*s%s%.*s%s\n", STR_ARG(it->state),
           when(it->at_us, "it was sent", at), it->reason.len > 0 ? ": " : "",
           STR_ARG(it->reason), it->code.len > 0 ? " (" : "",
           STR_ARG(it->code), it->code.len > 0 ? ")" : "");
    if (it->said.len > 0)
        printf("      CONTRADICTED at %s: said to be %.*s (%.*s)%s%.*s\n",
               when(it->said_us, "-", at), STR_ARG(it->said),
               STR_ARG(it->said_code),
               it->said_receipt.len > 0 ? ", receipt " : "",
               STR_ARG(it->said_receipt));
    if (it->evidence_id != 0)
        print_evidence(it);
    else if (!it->decidable)
        puts("      payrun still finds out by itself whether it was sent");
    return 0;
}

/* How its batch was sent, and when it is asked about. */
static int
print_batch(void *owner, const struct evidence_item *it)
{
    char at[CLOCK_ISO_BYTES], next[CLOCK_ISO_BYTES];

    (void)owner;
    printf("\nbatch %d, %.*s%s%.*s\n  asked %d time%s; last answer kept %s; "
           "next enquiry %s\n", it->number, STR_ARG(it->batch_state),
           it->tracking_id.len > 0 ? ", file " : "", STR_ARG(it->tracking_id),
           it->asked, it->asked == 1 ? "" : "s",
           when(it->heard_us, "none", at),
           when(it->next_us, "none is planned", next));
    return 0;
}

static int
print_one(struct app *app, struct shown *s, struct resolve_which w,
          struct err *e)
{
    if (evidence_items(app->db, s->run->run_id, w.batch_id, w.seq, 1,
                       print_batch, NULL, e) < 0
        || evidence_attempts(app->db, w.batch_id, print_attempt, NULL, e) < 0)
        return -1;
    return evidence_items(app->db, s->run->run_id, w.batch_id, w.seq,
                          TEXT_ITEMS_MAX, print_item, s, e);
}

/* --- in JSON -------------------------------------------------------------- */

static json_t *
text_of(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static json_t *
time_of(int64_t us)
{
    char at[CLOCK_ISO_BYTES];

    return json_string(when(us, "", at));
}

static int
add_attempt(void *owner, const struct evidence_attempt *a)
{
    struct shown *s = owner;

    return json_array_append_new(s->attempts, json_pack(
        "{s:i, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o}",
        "attempt", a->attempt_no, "step", text_of(a->step), "worker",
        text_of(a->worker), "made", time_of(a->made_us), "left",
        time_of(a->left_us), "answered", time_of(a->answered_us), "http",
        a->http, "answer", text_of(a->answer), "detail", text_of(a->detail)));
}

static json_t *
json_evidence(const struct evidence_item *it)
{
    if (it->evidence_id == 0)
        return json_null();
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "id", (json_int_t)it->evidence_id, "says", text_of(it->says),
        "receipt", text_of(it->says_receipt), "reason",
        text_of(it->says_reason), "note", text_of(it->note), "file",
        text_of(it->file_name), "sha256", text_of(it->file_sha256), "by",
        text_of(it->proposed_by), "at", time_of(it->proposed_us));
}

static int
add_item(void *owner, const struct evidence_item *it)
{
    struct shown *s = owner;
    char ours[REFERENCE_BYTES];
    json_t *root;

    reference_write(it->batch_id, it->seq, ours);
    root = json_pack(
        "{s:i, s:i, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
        " s:b, s:i, s:o, s:o}",
        "batch", it->number, "row", it->seq, "reference", ours,
        "line", (json_int_t)it->line_no, "name", text_of(it->name),
        "account", text_of(it->payee), "amount",
        json_money(it->minor, s->run->ccy), "state", text_of(it->state),
        "code", text_of(it->code), "reason", text_of(it->reason), "since",
        time_of(it->at_us), "sent", time_of(it->sent_us), "last_answer",
        time_of(it->heard_us), "next_enquiry", time_of(it->next_us),
        "decidable", it->decidable, "asked", it->asked, "provider_id",
        text_of(it->provider_id), "evidence", json_evidence(it));
    if (root == NULL)
        return -1;
    json_object_set_new(root, "contradiction", it->said.len == 0 ? json_null() :
        json_pack("{s:o, s:o, s:o, s:o}", "said", text_of(it->said), "code",
                  text_of(it->said_code), "receipt",
                  text_of(it->said_receipt), "at", time_of(it->said_us)));
    return json_array_append_new(s->payments, root);
}

static int
json_one(struct app *app, struct shown *s, struct resolve_which w,
         json_t *list, struct err *e)
{
    int rc = -1;

    s->attempts = json_array();
    s->payments = json_array();
    if (evidence_attempts(app->db, w.batch_id, add_attempt, s, e) == 0)
        rc = evidence_items(app->db, s->run->run_id, w.batch_id, w.seq,
                            EVIDENCE_LIST_MAX, add_item, s, e);
    json_array_append_new(list, json_pack("{s:o, s:o}", "attempts",
                                          s->attempts, "payments",
                                          s->payments));
    return rc;
}

/* --- a run ---------------------------------------------------------------- */

static int
show_all(struct app *app, struct shown *s, const struct batches *b,
         struct resolve_which w, struct err *e)
{
    json_t *list = app->json ? json_array() : NULL;
    int rc = 0;

    for (size_t i = 0; i < b->n && rc == 0; i++) {
        w.batch_id = b->id[i];
        rc = app->json ? json_one(app, s, w, list, e) : print_one(app, s, w, e);
    }
    if (list == NULL || rc < 0) {
        json_decref(list);
        return rc;
    }
    return app_json(app, json_pack("{s:s, s:I, s:o, s:o}", "run", s->run->ref,
        "count", (json_int_t)b->found, "amount",
        json_money(b->minor, s->run->ccy), "batches", list), e);
}

static int
note_double(void *owner, const struct explanation_line *x)
{
    *(int64_t *)owner += x->id == 0;
    return 0;
}

/* What no answer ends stands elsewhere. */
static int
tell_doubles(struct app *app, const struct run *run, struct err *e)
{
    int64_t n = 0;

    if (app->json)
        return 0;
    if (explanation_each(app->db, run->run_id, note_double, &n, e) < 0)
        return -1;
    if (n > 0)
        printf("\n%lld PAID TWICE at the provider, which nobody has explained "
               "yet: payrun explain %s\n", (long long)n, run->ref);
    return 0;
}

int
resolve_show(struct app *app, const struct run *run, struct resolve_which w,
             int64_t *found, struct err *e)
{
    struct shown s = { .run = run };
    struct batches b = { .n = 0 };
    char text[MONEY_TEXT_BYTES], count[PHRASE_BYTES];
    int rc = evidence_items(app->db, run->run_id, w.batch_id, w.seq,
                            EVIDENCE_LIST_MAX, note_batch, &b, e);

    *found = b.found;
    amount(b.minor, run->ccy, text);
    phrase_count(b.found, "payment", "payments", count);
    if (rc == 0 && !app->json)
        printf("%s: %s in doubt or contradicted, %s\n", run->ref,
               b.found > 0 ? count : "no payment", text);
    if (rc == 0)
        rc = show_all(app, &s, &b, w, e);
    if (rc == 0)
        rc = tell_doubles(app, run, e);
    if (rc == 0 && !app->json && b.found > 0)
        printf("\nask now: payrun resolve %s --ask\nwhen you know: payrun "
               "resolve %s BATCH.ROW --evidence FILE|TEXT --as-paid RECEIPT, "
               "or\n  --as-failed --reason \"...\"; nothing of this is sent "
               "again by itself\n", run->ref, run->ref);
    free(b.id);
    return rc;
}

/* --- all runs ------------------------------------------------------------- */

struct runs {
    struct run *list;
    size_t n, cap;
};

static int
note_run(void *owner, const struct run *run)
{
    struct runs *r = owner;

    if (r->n == r->cap) {
        size_t cap = r->cap > 0 ? r->cap * 2 : 64;
        struct run *more = realloc(r->list, cap * sizeof(*more));

        if (more == NULL)
            return -1;
        r->list = more;
        r->cap = cap;
    }
    r->list[r->n++] = *run;
    return 0;
}

int
resolve_list(struct app *app, int64_t *found, struct err *e)
{
    struct runs r = { .n = 0 };
    json_t *list = json_array();
    int rc = run_each(app->db, note_run, &r, e);

    *found = 0;
    for (size_t i = 0; i < r.n && rc == 0; i++) {
        struct batches b = { .n = 0 };
        char text[MONEY_TEXT_BYTES];

        rc = evidence_items(app->db, r.list[i].run_id, 0, 0,
                            EVIDENCE_LIST_MAX, note_batch, &b, e);
        free(b.id);
        *found += b.found;
        if (rc < 0 || b.found == 0)
            continue;
        amount(b.minor, r.list[i].ccy, text);
        json_array_append_new(list, json_pack("{s:s, s:I, s:o}", "run",
            r.list[i].ref, "count", (json_int_t)b.found, "amount",
            json_money(b.minor, r.list[i].ccy)));
        if (!app->json)
            printf("%-14s %6lld  %24s   payrun resolve %s\n", r.list[i].ref,
                   (long long)b.found, text, r.list[i].ref);
    }
    free(r.list);
    if (rc == 0 && app->json)
        return app_json(app, json_pack("{s:o}", "runs", list), e);
    json_decref(list);
    if (rc == 0 && *found == 0)
        puts("nothing is in doubt");
    return rc;
}

/* --- for the provider's support ------------------------------------------- */

struct export {
    struct buf csv;
    const struct run *run;
};

static void
cell(struct export *x, struct str s)
{
    buf_csv(&x->csv, s, ',');
    buf_char(&x->csv, ',');
}

static int
export_item(void *owner, const struct evidence_item *it)
{
    struct export *x = owner;
    char ours[REFERENCE_BYTES], since[CLOCK_ISO_BYTES], sent[CLOCK_ISO_BYTES];

    reference_write(it->batch_id, it->seq, ours);
    cell(x, str_of(x->run->ref));
    cell(x, str_of(ours));
    buf_i64(&x->csv, it->line_no);
    buf_char(&x->csv, ',');
    cell(x, it->name);
    cell(x, it->payee);
    cell(x, it->bank_code);
    cell(x, it->payee_reference);
    buf_minor(&x->csv, it->minor, ccy_decimals(x->run->ccy));
    buf_char(&x->csv, ',');
    cell(x, str_of(x->run->ccy));
    cell(x, it->rail);
    cell(x, it->payer);
    cell(x, it->provider);
    cell(x, it->tracking_id);
    cell(x, it->provider_id);
    cell(x, str_of(when(it->sent_us, "", sent)));
    cell(x, it->state);
    cell(x, str_of(when(it->at_us, "", since)));
    cell(x, it->code);
    cell(x, it->reason);
    cell(x, it->said);
    buf_csv(&x->csv, it->said_receipt, ',');
    buf_text(&x->csv, "\r\n");
    return x->csv.failed ? -1 : 0;
}

int
resolve_export(struct app *app, const struct run *run, const char *path,
               struct err *e)
{
    struct export x = { .run = run };
    int rc;

    buf_init(&x.csv, CSV_BYTES_MAX);
    buf_text(&x.csv, "Run,Reference,Line,Name,Account,Bank Code,"
             "Account Reference,Amount,Currency,Rail,Paid From,Provider,"
             "Tracking ID,Provider ID,Sent At,State,Since,Code,Reason,"
             "Said To Be,Said Receipt\r\n");
    rc = evidence_items(app->db, run->run_id, 0, 0, EVIDENCE_LIST_MAX,
                        export_item, &x, e);
    if (rc == 0)
        rc = buf_write_file(&x.csv, path, 0600, e);
    buf_release(&x.csv);
    if (rc == 0 && app->json)
        return app_json(app, json_pack("{s:s}", "written", path), e);
    if (rc == 0)
        app_say(app, "written: %s\n", path);
    return rc;
}
