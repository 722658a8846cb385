#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/phrase.h"
#include "cli/rows.h"
#include "statements/list.h"

const struct opt statement_list_opts[] = {
    { "account", "NAME", "only of this one", false },
    { NULL, NULL, NULL, false }
};
const struct opt statement_show_opts[] = {
    ROWS_OPT_FORMAT,
    { NULL, NULL, NULL, false }
};

static json_t *
text_of(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static json_t *
as_json(const struct statement_kept *s)
{
    char at[CLOCK_ISO_BYTES];
    json_t *one = NULL;

    clock_iso(s->at_us, at);
    one = json_pack(
        "{s:I, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:I, "
        "s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:s, s:s}",
        "statement", (json_int_t)s->statement_id, "account", s->account,
        "live", s->live, "book", s->book, "format", s->source,
        "state", s->state, "file", text_of(s->file_name),
        "number", text_of(s->own_number), "about", text_of(s->own_account),
        "currency", s->ccy, "from", s->from, "to", s->until,
        "lines", (json_int_t)s->lines, "parts", (json_int_t)s->parts,
        "new", (json_int_t)s->new_lines, "unbooked", (json_int_t)s->unbooked,
        "open", (json_int_t)s->open_rows, "unclear", (json_int_t)s->unclear,
        "in", json_money(s->in_minor, s->ccy),
        "out", json_money(s->out_minor, s->ccy), "at", at, "by", s->by);
    if (s->has_opening)
        json_object_set_new(one, "opening",
                            json_money(s->opening_minor, s->ccy));
    if (s->has_closing)
        json_object_set_new(one, "closing",
                            json_money(s->closing_minor, s->ccy));
    return one;
}

struct listing {
    json_t *list, *gaps;        /* NULL: text                                 */
    int64_t n, ngaps;
    struct statement_kept one;  /* the last; its texts are gone               */
};

static int
list_row(void *owner, const struct statement_kept *s)
{
    struct listing *l = owner;
    char in[MONEY_TEXT_BYTES], out[MONEY_TEXT_BYTES], lines[PHRASE_BYTES];

    l->one = *s;
    l->n++;
    if (l->list != NULL)
        return json_array_append_new(l->list, as_json(s));
    phrase_count(s->lines, "line", "lines", lines);
    printf("%5lld  %-14s %-9s %s..%s  %12s  in %s  out %s%s%s%.*s\n",
           (long long)s->statement_id, s->account, s->source, s->from,
           s->until, lines, rows_money(s->in_minor, s->ccy, in),
           rows_money(s->out_minor, s->ccy, out),
           strcmp(s->state, "whole") == 0 ? "" : "  NOT WHOLE: pull it again",
           s->file_name.len > 0 ? "  " : "", STR_ARG(s->file_name));
    return 0;
}

static int
gap_row(void *owner, const struct statement_gap *g)
{
    struct listing *l = owner;
    char minor[MONEY_TEXT_BYTES], days[PHRASE_BYTES];

    if (l->gaps != NULL)
        return json_array_append_new(l->gaps, json_pack(
            "{s:s, s:s, s:I, s:I, s:s, s:s, s:I, s:o}", "account", g->account,
            "book", g->book, "before", (json_int_t)g->before_id,
            "statement", (json_int_t)g->statement_id, "covered", g->covered,
            "goes_on", g->goes_on, "days", (json_int_t)g->days, "moved",
            g->has_minor ? json_money(g->minor, g->ccy) : json_null()));
    if (l->ngaps++ == 0)
        puts("\nThey do not follow on:");
    phrase_count(g->days, "day is", "days are", days);
    printf("  %s (%s), between statement %lld and %lld, %s to %s: ",
           g->account, g->book, (long long)g->before_id,
           (long long)g->statement_id, g->covered, g->goes_on);
    if (g->days > 0)
        printf("%s missing%s", days, g->has_minor && g->minor != 0 ? ", " :
               "");
    if (g->has_minor && g->minor != 0)
        printf("%s moved that no statement tells of",
               rows_money(g->minor, g->ccy, minor));
    putchar('\n');
    return 0;
}

int
cmd_statement_list(struct app *app, struct err *e)
{
    const char *account = args_value(&app->args, "account");
    struct listing l = { .n = 0 };

    if (account == NULL)
        account = "";
    if (app_db(app, e) < 0)
        return -1;
    if (app->json) {
        l.list = json_array();
        l.gaps = json_array();
    }
    if (list_statements(app->db, account, 0, list_row, &l, e) < 0
        || list_gaps(app->db, account, gap_row, &l, e) < 0) {
        json_decref(l.list);
        json_decref(l.gaps);
        return -1;
    }
    if (app->json)
        return app_json(app, json_pack("{s:o, s:o}", "statements", l.list,
                                       "gaps", l.gaps), e);
    if (l.n == 0)
        puts("none was taken in; payrun statement import FILE, or payrun "
             "statement --pull ACCOUNT");
    return 0;
}

/* --- one of them ---------------------------------------------------------- */

struct showing {
    json_t *list;
    bool    csv;
    struct buf cells;
};

static void
put_cell(struct buf *b, struct str s)
{
    buf_csv(b, s, ',');
    buf_char(b, ',');
}

static void
show_csv(struct showing *w, const struct statement_line_kept *l)
{
    struct buf *b = &w->cells;

    buf_clear(b);
    put_cell(b, str_of(l->at[0] != '\0' ? l->at : l->day));
    put_cell(b, str_of(l->kind));
    buf_minor(b, l->minor, ccy_decimals(l->ccy));
    buf_char(b, ',');
    if (l->has_balance)
        buf_minor(b, l->balance_minor, ccy_decimals(l->ccy));
    buf_char(b, ',');
    put_cell(b, l->provider_id);
    put_cell(b, l->receipt);
    put_cell(b, l->reference);
    put_cell(b, l->account);
    put_cell(b, l->name);
    buf_csv(b, l->text, ',');
    printf("%.*s\n", STR_ARG(buf_view(b)));
}

static int
line_row(void *owner, const struct statement_line_kept *l)
{
    struct showing *w = owner;
    char minor[MONEY_TEXT_BYTES];

    if (w->list != NULL)
        return json_array_append_new(w->list, json_pack(
            "{s:I, s:s, s:s, s:s, s:o, s:o, s:i, s:b, s:o, s:o, s:o, s:o, s:o, "
            "s:o}", "line", (json_int_t)l->line_id, "day", l->day, "at", l->at,
            "kind", l->kind, "amount", json_money(l->minor, l->ccy), "balance",
            l->has_balance ? json_money(l->balance_minor, l->ccy) :
            json_null(), "part", l->part, "again", l->again, "id",
            text_of(l->provider_id), "receipt", text_of(l->receipt),
            "reference", text_of(l->reference), "account",
            text_of(l->account), "name", text_of(l->name), "text",
            text_of(l->text)));
    if (w->csv) {
        show_csv(w, l);
        return 0;
    }
    printf("%s%-19s  %-9s %18s  %-12.*s %-12.*s %.*s%s%.*s %.*s\n",
           l->part > 0 ? "  . " : "", l->at[0] != '\0' ? l->at : l->day,
           l->kind, rows_money(l->minor, l->ccy, minor), STR_ARG(l->receipt),
           STR_ARG(l->reference), STR_ARG(l->account),
           l->name.len > 0 ? " " : "", STR_ARG(l->name), STR_ARG(l->text));
    return 0;
}

static void
tell_head(const struct statement_kept *s)
{
    char at[CLOCK_ISO_BYTES], opening[MONEY_TEXT_BYTES];
    char closing[MONEY_TEXT_BYTES];

    clock_iso(s->at_us, at);
    printf("taken in by %s at %s; known before: %lld\n", s->by, at,
           (long long)(s->lines + s->parts - s->new_lines));
    if (s->has_opening && s->has_closing)
        printf("opening %s   closing %s\n",
               rows_money(s->opening_minor, s->ccy, opening),
               rows_money(s->closing_minor, s->ccy, closing));
    if (s->open_rows > 0)
        printf("%lld had not ended: pull these days again\n",
               (long long)s->open_rows);
    putchar('\n');
}

static int
no_such(const struct app *app, struct err *e)
{
    err_set(e, ERR_USAGE, "there is no statement \"%s\"", app->args.plain[0]);
    return err_fix(e, "payrun statement list shows their numbers");
}

int
cmd_statement_show(struct app *app, struct err *e)
{
    const char *format = args_value(&app->args, "format"), *word = NULL;
    struct listing head = { .n = 0 };
    struct showing w = { .csv = format != NULL && strcmp(format, "csv") == 0 };
    int64_t number = 0;
    char *end = NULL;
    int rc = -1;

    word = app->args.plain[0];
    number = strtoll(word, &end, 10);
    if (number <= 0 || *end != '\0')
        return no_such(app, e);
    if (format != NULL && !w.csv && strcmp(format, "text") != 0)
        return err_set(e, ERR_USAGE, "--format is text or csv");
    if (app_db(app, e) < 0)
        return -1;
    buf_init(&w.cells, REPORT_BUF_BYTES_MAX);
    if (app->json || w.csv)
        head.list = json_array();
    if (app->json)
        w.list = json_array();
    if (list_statements(app->db, "", number, list_row, &head, e) < 0)
        goto out;
    if (head.n == 0) {
        no_such(app, e);
        goto out;
    }
    if (w.csv)
        puts("time,kind,amount,balance,id,receipt,reference,account,name,"
             "text");
    else if (!app->json)
        tell_head(&head.one);
    if (list_lines(app->db, number, line_row, &w, e) < 0)
        goto out;
    rc = 0;
    if (app->json) {
        rc = app_json(app, json_pack("{s:O, s:O}", "statement",
                      json_array_get(head.list, 0), "lines", w.list), e);
    }
out:
    json_decref(head.list);
    json_decref(w.list);
    buf_release(&w.cells);
    return rc;
}
