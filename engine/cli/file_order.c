#include "cli/file_order.h"

#include <inttypes.h>

#include "cli/phrase.h"
#include "loaders/problem_text.h"
#include "money/money.h"

#define PLACES_SHOWN    8           /* of each cause; the rejects have all */

/* The field whose name is ${name}, or PF_UNKNOWN. */
static enum payroll_field
field_named(const char *name)
{
    for (int f = 0; f < PF_COUNT; f++)
        if (strcmp(payroll_field_name((enum payroll_field)f), name) == 0)
            return (enum payroll_field)f;
    return PF_UNKNOWN;
}

static int
bad_field(const char *name, struct err *e)
{
    const char *names[PF_COUNT];
    const char *near;

    for (int f = 0; f < PF_COUNT; f++)
        names[f] = payroll_field_name((enum payroll_field)f);
    near = args_nearest(name, names, PF_COUNT);
    err_set(e, ERR_USAGE, "--map: there is no field \"%s\"", name);
    if (near != NULL)
        return err_fix(e, "did you mean %s?", near);
    return err_fix(e, "fields: employee_no, name, phone, amount, bank_code, "
                   "account, paybill, till, reference, narration, id_number, "
                   "rail, pay_from");
}

static int
read_maps(struct file_order *f, const struct args *a, struct err *e)
{
    const char *text;

    for (int i = 0; (text = args_nth(a, "map", i)) != NULL; i++) {
        const char *eq = strrchr(text, '=');
        struct payroll_map *m = &f->maps[i];

        if (i == FILE_MAPS_MAX)
            return err_set(e, ERR_USAGE, "--map is given too often");
        if (eq == NULL || eq == text ||
            str_copy(f->columns[i], sizeof(f->columns[i]),
                     (struct str){ text, (size_t)(eq - text) }) < 0)
            return err_set(e, ERR_USAGE, "--map takes \"COLUMN=FIELD\", not "
                           "\"%s\"", text);
        m->column = f->columns[i];
        m->field = field_named(eq + 1);
        if (m->field == PF_UNKNOWN)
            return bad_field(eq + 1, e);
        f->order.nmaps = i + 1;
    }
    f->order.maps = f->maps;
    return 0;
}

/* nov.csv -> nov.rejects.csv, in the same folder. */
static int
rejects_name(struct file_order *f, const char *given, struct err *e)
{
    const char *path = f->order.path;
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(path, '.');
    int stem = dot != NULL && (slash == NULL || dot > slash) ?
               (int)(dot - path) : (int)strlen(path);
    int n = given != NULL ?
            snprintf(f->rejects, sizeof(f->rejects), "%s", given) :
            snprintf(f->rejects, sizeof(f->rejects), "%.*s.rejects.csv", stem,
                     path);

    if (n < 0 || (size_t)n >= sizeof(f->rejects))
        return err_set(e, ERR_USAGE, "the path of the file is too long");
    f->order.rejects_path = f->rejects;
    return 0;
}

/* What the file must add up to, typed as amounts are typed elsewhere. */
static int
read_total(struct intake_order *o, const char *text, struct err *e)
{
    struct amount_text amount = { 0, AMOUNT_UNDECIDED };
    const char *ccy = o->account->ccy;

    o->expect_minor = -1;
    if (text == NULL)
        return 0;
    if (amount_read(&amount, str_trim(str_of(text)), AMOUNT_DOT, ccy,
                    ccy_decimals(ccy)) != AMOUNT_FINE)
        return err_set(e, ERR_USAGE, "--expect-total takes an amount such as "
                       "31245000.00 or 31,245,000.00, not \"%s\"", text);
    o->expect_minor = amount.minor;
    return 0;
}

/* Who may pay it besides, by the configuration.  What is paid "at once" is
 * paid today, as far as anybody can tell. */
static int
read_routing(struct file_order *f, struct app *app, struct err *e)
{
    char today[16];
    const char *day = args_value(&app->args, "pay-date");
    const struct routing_order r = {
        .own = f->order.account, .all = app->config.accounts,
        .nall = app->config.naccounts, .routes = app->config.routes,
        .nroutes = app->config.nroutes, .rules = &app->rules,
        .day = day != NULL ? day : today
    };

    phrase_today(today);
    f->order.routing = &f->routing;
    f->order.rules = &f->routing.rules;
    return routing_make(&f->routing, &r, e);
}

int
file_order_read(struct file_order *f, struct app *app, struct account *account,
                struct err *e)
{
    const struct args *a = &app->args;
    struct intake_order *o = &f->order;

    o->path = a->plain[0];
    o->account = account;
    if (read_routing(f, app, e) < 0)
        return -1;
    o->split = args_has(a, "split");
    o->if_short = args_value(a, "if-short");
    o->groups = args_value(a, "groups");
    o->sheet = args_value(a, "sheet");
    o->allow_duplicates = args_value(a, "allow-duplicates");
    if (o->allow_duplicates != NULL && o->allow_duplicates[0] == '\0')
        return err_set(e, ERR_USAGE, "--allow-duplicates needs a reason that "
                       "the checker can read");
    if (read_total(o, args_value(a, "expect-total"), e) < 0 ||
        args_i64(a, "expect-count", -1, 0, RUN_ROWS_MAX, &o->expect_count,
                 e) < 0)
        return -1;
    if (read_maps(f, a, e) < 0)
        return -1;
    return rejects_name(f, args_value(a, "rejects"), e);
}

static void
tell_columns(const struct intake_result *r)
{
    int unknown = 0;

    printf("read as: %s; columns", r->encoding);
    for (int i = 0; i < r->facts.columns && i < CSV_FIELDS_MAX; i++) {
        const struct intake_column *c = &r->columns[i];

        if (c->field == PF_UNKNOWN)
            unknown++;
        else
            printf(" %s=%s", payroll_field_name(c->field), c->header);
        if (c->field != PF_UNKNOWN && i + 1 < r->facts.columns)
            putchar(',');
    }
    if (unknown > 0)
        printf(" and %d more kept for the reports", unknown);
    putchar('\n');
}

/* Rows and payments are one number, unless rows were split. */
static void
tell_parts(const struct intake_result *r)
{
    char payments[PHRASE_BYTES], rows[PHRASE_BYTES];

    if (r->facts.split_rows == 0)
        return;
    phrase_count(r->facts.payments, "payment", "payments", payments);
    phrase_count(r->facts.split_rows, "row is", "rows are", rows);
    printf("in %s: %s paid in linked parts (--split)\n", payments, rows);
}

void
file_tell(const struct app *app, const struct file_order *f,
          const struct problems *ps, const struct intake_result *r,
          int64_t took_ms)
{
    struct money good = { r->facts.good_minor, { 0 } };
    char rows[PHRASE_BYTES], total[MONEY_TEXT_BYTES];
    char errors[PHRASE_BYTES], warnings[PHRASE_BYTES];
    char good_rows[MONEY_TEXT_BYTES], bad_rows[MONEY_TEXT_BYTES];
    struct buf text;

    (void)app;
    str_copy(good.ccy, sizeof(good.ccy), str_of(f->order.account->ccy));
    phrase_count(r->facts.rows, "row", "rows", rows);
    phrase_count(ps->errors + ps->stops, "error", "errors", errors);
    phrase_count(ps->warnings, "warning", "warnings", warnings);
    money_count(r->facts.good_rows, good_rows);
    money_count(r->facts.bad_rows, bad_rows);
    money_text(good, total);
    printf("%s: %s, %s, %s  (%" PRId64 ".%02" PRId64
           " s)\n", f->order.path, rows, errors, warnings, took_ms / 1000,
           took_ms % 1000 / 10);
    if (r->facts.columns > 0)
        tell_columns(r);
    buf_init(&text, (size_t)64 * 1024 * 1024);
    problem_text(&text, ps, f->order.path, PLACES_SHOWN);
    if (text.len > 0)
        printf("\n%.*s", STR_ARG(buf_view(&text)));
    if (text.failed)
        puts("\nNOT ALL OF IT IS SHOWN: there is not enough memory.");
    buf_release(&text);
    printf("\ngood rows: %s, %s; held back: %s\n", good_rows, total, bad_rows);
    tell_parts(r);
    if (r->rejects_written)
        printf("rejects, ready to correct: %s\n", r->rejects_path);
    if (r->rejects_note[0] != '\0')
        printf("%s\n", r->rejects_note);
    if (r->rejects_next[0] != '\0')
        printf("%s\n", r->rejects_next);
    if (r->rejects_why[0] != '\0')
        printf("THE REJECTED ROWS WERE NOT WRITTEN: %s\n"
               "  fix: --rejects FILE names another place\n", r->rejects_why);
}

/* Text of the file; what is not UTF-8 in it becomes question marks. */
static json_t *
json_words(struct str s)
{
    json_t *v = json_stringn(s.p != NULL ? s.p : "", s.len);
    struct buf plain;

    if (v != NULL)
        return v;
    buf_init(&plain, READ_CHUNK_BYTES);
    for (size_t i = 0; i < s.len; i++)
        buf_char(&plain, (unsigned char)s.p[i] < 0x80 ? s.p[i] : '?');
    v = plain.failed ? NULL : json_stringn(plain.p, plain.len);
    buf_release(&plain);
    return v;
}

/* As problem_text_json() tells it, but not by way of jansson's parser, which
 * damages the heap when it finds no memory (2.14). */
json_t *
json_problems(const struct problems *ps, const char *file)
{
    json_t *list = json_array();

    for (size_t i = 0; i < ps->n; i++) {
        const struct problem *p = &ps->list[i];
        char place[PROBLEM_PLACE_BYTES];

        problem_text_place(ps, p, place);
        json_array_append_new(list, json_pack(
            "{s:s, s:s, s:s, s:I, s:i, s:I, s:s*, s:o, s:o, s:s, s:o, s:o}",
            "code", p->kind->code,
            "severity", problem_text_severity(p->severity), "file", file,
            "line", (json_int_t)p->line, "column", p->column,
            "other_line", (json_int_t)p->other_line,
            "place", place[0] != '\0' ? place : NULL,
            "field", json_words(p->field), "value", json_words(p->value),
            "cause", p->kind->cause, "detail", json_words(p->detail),
            "fix", json_words(p->fix.len > 0 ? p->fix
                                             : str_of(p->kind->fix))));
    }
    return list;
}

json_t *
file_json(const struct file_order *f, const struct problems *ps,
          const struct intake_result *r)
{
    char sha[SHA256_HEX];

    hex_of(r->sha256, SHA256_BYTES, sha);
    return json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:s, s:I, s:I, s:I,"
        " s:o, s:s,"
        " s:s, s:s, s:s}",
        "file", f->order.path, "sha256", sha, "read_as", r->encoding,
        "rows", (json_int_t)r->facts.rows,
        "good_rows", (json_int_t)r->facts.good_rows,
        "bad_rows", (json_int_t)r->facts.bad_rows,
        "payments", (json_int_t)r->facts.payments,
        "split_rows", (json_int_t)r->facts.split_rows,
        "good_total", json_money(r->facts.good_minor, f->order.account->ccy),
        "currency", f->order.account->ccy,
        "errors", (json_int_t)ps->errors, "stops", (json_int_t)ps->stops,
        "warnings", (json_int_t)ps->warnings,
        "problems", json_problems(ps, f->order.path),
        "rejects", r->rejects_written ? r->rejects_path : "",
        "rejects_why", r->rejects_why, "rejects_note", r->rejects_note,
        "rejects_next", r->rejects_next);
}
