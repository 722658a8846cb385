#include "intake/pass.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake/known.h"
#include "intake/plan.h"
#include "intake/routing.h"

#define HEADER_BYTES_MAX (2 * CSV_LINE_BYTES_MAX)

const char *
pass_name(const struct intake_order *o)
{
    const char *slash = strrchr(o->path, '/');

    if (o->display_name != NULL)
        return o->display_name;
    return slash != NULL ? slash + 1 : o->path;
}

/* --- what the loader says ------------------------------------------------ */

static void
on_header(void *owner, const struct csv_record *rec)
{
    struct pass *p = owner;
    const struct payroll_facts *f = payroll_facts(p->payroll);

    reject_file_header(&p->rejects, rec, f->delimiter);
    buf_char(&p->header, '[');
    for (int i = 0; i < rec->n; i++) {
        struct intake_column *c = &p->result->columns[i];
        struct str s = str_trim(rec->fields[i].text);

        buf_text(&p->header, i > 0 ? "," : "");
        buf_json(&p->header, s);
        while (str_copy(c->header, sizeof(c->header), s) < 0 && s.len > 0)
            s.len--;
    }
    buf_char(&p->header, ']');
    if (p->plan != NULL)
        plan_header(p->plan, p->problems);
}

/* Whom a rejected row names. */
static struct str
name_in(const struct pass *p, const struct csv_record *rec)
{
    for (int i = 0; i < rec->n; i++)
        if (payroll_column(p->payroll, i) == PF_NAME)
            return str_trim(rec->fields[i].text);
    return (struct str){ NULL, 0 };
}

static void
on_reject(void *owner, const struct csv_record *rec,
          const struct problem *first)
{
    struct pass *p = owner;

    reject_file_row(&p->rejects, rec, first, p->problems);
    if (p->plan != NULL)
        plan_reject(p->plan, rec->line, name_in(p, rec), first, p->problems);
}

static int
on_row(void *owner, const struct payroll_row *row, struct err *e)
{
    struct pass *p = owner;

    /* What blocks now blocks for good: no use in loading the rest. */
    if (p->cut.copy != NULL && !p->order->accept_good_rows
        && problems_block(p->problems))
        return 0;
    if (p->cut.copy != NULL && p->cut.copy->failed)
        return err_set(e, ERR_TEMP, "The database connection failed.");
    if (p->plan != NULL)
        plan_row(p->plan, row, p->problems);
    if (p->known != NULL)
        known_look(p->known, row->account, row->minor);
    return cut_row(&p->cut, row, e);
}

/* --- life ---------------------------------------------------------------- */

void
pass_init(struct pass *p, const struct intake_order *o, struct problems *ps,
          struct intake_result *r)
{
    *p = (struct pass){ .order = o, .problems = ps, .result = r };
    *r = (struct intake_result){ 0 };
    problems_release(ps);
    /* Who stands twice in a retry stood twice in the run it retries, and was
     * approved so; upload.c takes this back for what the book says. */
    ps->allow_stops = o->allow_duplicates != NULL || o->retry != NULL;
    reject_file_init(&p->rejects, o->rejects_path);
    buf_init(&p->header, HEADER_BYTES_MAX);
    sha256_init(&p->hash);
    p->cut.account = o->account;
    p->cut.rules = o->rules;
    p->cut.routing = o->routing;
}

void
pass_release(struct pass *p)
{
    payroll_free(p->payroll);
    reject_file_release(&p->rejects);
    cut_release(&p->cut);
    groups_release(&p->groups);
    buf_release(&p->header);
    *p = (struct pass){ 0 };
}

/* --- reading ------------------------------------------------------------- */

static int
open_file(const char *path, int64_t *bytes, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) < 0) {
        err_set(e, ERR_NOINPUT, "%s cannot be read: %s.", path,
                strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        err_set(e, ERR_NOINPUT, "%s is not a file.", path);
    } else if (st.st_size > CSV_FILE_BYTES_MAX) {
        err_set(e, ERR_DATA, "%s has %" PRId64 " bytes; %" PRId64 " are taken "
                "at most.", path, (int64_t)st.st_size, CSV_FILE_BYTES_MAX);
        err_fix(e, "Cut it into several files.");
    } else {
        *bytes = st.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static int
read_all(struct pass *p, int fd, struct err *e)
{
    static char chunk[READ_CHUNK_BYTES];
    ssize_t n = 0;

    while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_IO, "Reading %s failed half way: %s.",
                           p->order->path, strerror(errno));
        sha256_add(&p->hash, chunk, (size_t)n);
        p->result->bytes += n;
        if (payroll_feed(p->payroll, chunk, (size_t)n, e) < 0)
            return -1;
    }
    if (payroll_end(p->payroll, e) < 0)
        return -1;
    return p->header.failed ? err_oom(e) : 0;
}

static void
say_source(const struct payroll_facts *f, char *out, size_t bytes)
{
    switch (f->source) {
    case PAYROLL_CSV:
        snprintf(out, bytes, "%s, %s", csv_encoding_name(f->encoding),
                 f->delimiter == ';' ? "semicolon"
                 : f->delimiter == '\t' ? "tab" : "comma");
        return;
    case PAYROLL_XLSX:
        snprintf(out, bytes, "Excel, sheet \"%.31s\"", f->sheet);
        return;
    case PAYROLL_PAIN001:
        snprintf(out, bytes, "payment order %.31s", f->sheet);
        return;
    }
}

static void
gather(struct pass *p)
{
    struct intake_result *r = p->result;

    r->facts = *payroll_facts(p->payroll);
    for (int i = 0; i < r->facts.columns; i++)
        r->columns[i].field = payroll_column(p->payroll, i);
    say_source(&r->facts, r->encoding, sizeof(r->encoding));
    sha256_end(&p->hash, r->sha256);
    cut_end(&p->cut);
    r->batches = (int64_t)p->cut.n;
    r->charge_estimate_minor = p->cut.charge_minor;
    if (p->plan != NULL)
        plan_end(p->plan, &p->cut, &r->facts);
}

static bool
day_said(const struct pass *p)
{
    const char *day = p->order->pay_date;

    return day != NULL && day[0] != '\0';
}

/* A payment order names its day; whoever uploads it may know better. */
static void
note_day(struct pass *p)
{
    const char *day = p->result->facts.pay_date;

    if (day[0] == '\0' || (day_said(p)
                           && strcmp(day, p->order->pay_date) == 0))
        return;
    problem_add(p->problems, "PR-XML-023", 0, 0, "", str_of(day), NULL,
                "it asks to be paid on %s%s%s", day,
                day_said(p) ? ", not on " : "",
                day_said(p) ? p->order->pay_date : "");
}

int
pass_run(struct pass *p, struct err *e)
{
    const struct intake_order *o = p->order;
    struct payroll_options opt = {
        .rules = o->rules, .ccy = o->account->ccy,
        .default_rail = o->account->provider->rails[0], .maps = o->maps,
        .nmaps = o->nmaps, .expect_count = o->expect_count,
        .expect_minor = o->expect_minor, .split = o->split,
        .sheet = o->sheet
    };
    const struct payroll_sink sink = {
        .row = on_row, .reject = on_reject, .header = on_header, .owner = p
    };
    int fd = -1, rc = -1;

    if (groups_ask(&p->groups, o, e) < 0
        || (fd = open_file(o->path, &opt.file_bytes, e)) < 0)
        return -1;
    if (p->groups.as.policy[0] != '\0') {
        p->cut.groups = &p->groups;
        opt.group = p->groups.as.group_by;
        opt.priority = p->groups.priority;
    }
    if (o->routing != NULL) {
        opt.payers = o->routing->payer;
        opt.npayers = o->routing->naccounts;
        opt.payer_of = o->routing->payer_of;
    }
    p->payroll = payroll_new(&opt, &sink, p->problems, e);
    if (p->payroll != NULL) {
        rc = read_all(p, fd, e);
        /* Rows that were not reached would seem to be right. */
        if (rc < 0)
            reject_file_drop(&p->rejects);
        gather(p);
        note_day(p);
    }
    close(fd);
    return rc;
}

/* --- what the rows do not decide ------------------------------------------ */

/* About the file as a whole: leaving rows out does not mend them. */
static const char *const whole_file[] = {
    "PR-CSV-080", "PR-CSV-081", "PR-CSV-082", "PR-CSV-083", "PR-CSV-084",
    "PR-CSV-086", "PR-XML-010", "PR-XML-011", "PR-XML-012", NULL
};
static const char *const header_codes[] = {
    "PR-CSV-040", "PR-CSV-041", "PR-CSV-042", "PR-CSV-043", "PR-CSV-044",
    "PR-CSV-045", "PR-CSV-046", NULL
};

static int64_t
counted(const struct problems *ps, const char *const *codes)
{
    int64_t n = 0;

    for (int i = 0; codes[i] != NULL; i++)
        n += ps->by_kind[problem_kind(codes[i]) - problem_kinds];
    return n;
}

/* --- the rejects ---------------------------------------------------------- */

/* An older file of rejects is left as it is; people must not take it for
 * this one's. */
static void
note_older(const struct pass *p)
{
    struct intake_result *r = p->result;
    const char *path = p->order->rejects_path;

    if (path == NULL || r->facts.rows == 0)
        return;
    if (r->rejects_written && strcmp(path, r->rejects_path) != 0)
        snprintf(r->rejects_note, sizeof(r->rejects_note), "%.200s is there "
                 "already with other content and was left as it is.", path);
    else if (!r->rejects_written && r->rejects_why[0] == '\0'
             && access(path, F_OK) == 0)
        snprintf(r->rejects_note, sizeof(r->rejects_note), "%.200s is from an "
                 "earlier time and was left as it is; it is not about this "
                 "file.", path);
}

int
pass_keep_rejects(struct pass *p, struct err *e)
{
    struct intake_result *r = p->result;
    struct err why = { 0 };
    int rc = 0;

    if (counted(p->problems, header_codes) > 0)
        reject_file_drop(&p->rejects);
    if ((rc = reject_file_keep(&p->rejects, &why)) == 0) {
        r->rejects_written = p->rejects.kept;
        if (p->rejects.kept)
            (void)str_copy(r->rejects_path, sizeof(r->rejects_path),
                           str_of(p->rejects.at));
    } else {
        (void)str_copy(r->rejects_why, sizeof(r->rejects_why),
                       str_of(why.text));
        if (e != NULL)
            *e = why;
    }
    note_older(p);
    return rc;
}

/* --- judging ------------------------------------------------------------- */

/* "12 mistakes and 1 duplicate"; either may be none. */
static void
say_counts(const struct problems *ps, char *out, size_t bytes)
{
    char errors[MONEY_TEXT_BYTES], stops[MONEY_TEXT_BYTES];

    money_count(ps->errors, errors);
    money_count(ps->stops, stops);
    if (ps->stops == 0)
        snprintf(out, bytes, "%s mistake%s", errors,
                 ps->errors == 1 ? "" : "s");
    else if (ps->errors == 0)
        snprintf(out, bytes, "%s duplicate%s", stops,
                 ps->stops == 1 ? "" : "s");
    else
        snprintf(out, bytes, "%s mistake%s and %s duplicate%s", errors,
                 ps->errors == 1 ? "" : "s", stops,
                 ps->stops == 1 ? "" : "s");
}

/* Would the other rows be a payroll? */
static bool
rest_is_good(const struct pass *p)
{
    return p->result->facts.good_rows > 0
        && counted(p->problems, whole_file) == 0
        && counted(p->problems, header_codes) == 0;
}

static int
refuse_check(const struct pass *p, const char *allow, struct err *e)
{
    const struct intake_result *r = p->result;

    if (!rest_is_good(p) || !r->rejects_written)
        return err_fix(e, "Correct the file%s.", allow);
    return err_fix(e, "Correct the file%s, or correct %.120s and upload the "
                   "good rows with payrun upload %.120s --period YYYY-MM "
                   "--accept-good-rows", allow, r->rejects_path,
                   p->order->path);
}

static int
refuse(const struct pass *p, struct err *e)
{
    const struct problems *ps = p->problems;
    const char *allow = ps->errors > 0 ? "" : ", or say why it is right: "
        "--allow-duplicates \"REASON\" (the checker sees it)";
    char counts[2 * MONEY_TEXT_BYTES + 40];

    say_counts(ps, counts, sizeof(counts));
    err_set(e, ps->errors > 0 ? ERR_DATA : ERR_GUARD, "%s has %s; %s.",
            pass_name(p->order), counts, p->checking
            ? "it cannot be loaded like this" : "nothing was stored");
    if (p->checking)
        return refuse_check(p, allow, e);
    return err_fix(e, "Correct the file and load it again%s%s.", allow,
                   rest_is_good(p) ? ", or leave the bad rows out with "
                   "--accept-good-rows" : "");
}

static const char *
not_stored(const struct pass *p)
{
    return p->checking ? "" : "; nothing was stored";
}

int
pass_judge(const struct pass *p, struct err *e)
{
    const struct problems *ps = p->problems;

    if (p->order->accept_good_rows && counted(ps, whole_file) > 0) {
        err_set(e, ERR_DATA, "The declared totals of %s do not tie%s.",
                pass_name(p->order), not_stored(p));
        return err_fix(e, "Find out which is right. Leaving rows out does not "
                       "mend a total.");
    }
    if (!p->order->accept_good_rows && ps->errors + ps->stops > 0)
        return refuse(p, e);
    if (!p->checking && !day_said(p) && p->result->facts.pay_date[0] != '\0') {
        err_set(e, ERR_USAGE, "%s asks to be paid on %s; nothing was stored.",
                pass_name(p->order), p->result->facts.pay_date);
        return err_fix(e, "Say --pay-date %s, or the day you mean.",
                       p->result->facts.pay_date);
    }
    if (p->result->facts.good_rows == 0) {
        err_set(e, ERR_DATA, "%s has no row that can be paid%s.",
                pass_name(p->order), not_stored(p));
        return err_fix(e, p->checking ? "Correct the file."
                       : "Correct the file and load it again.");
    }
    return 0;
}
