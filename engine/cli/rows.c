#include "cli/rows.h"

#include "base/buf.h"
#include "base/text.h"
#include "money/money.h"
#include "providers/plain.h"

#define CELL_BYTES 640

int
rows_init(struct rows *r, const struct app *app, const struct column *columns,
          const char *ccy, struct err *e)
{
    const char *format = args_value(&app->args, "format");

    *r = (struct rows){ .columns = columns, .ccy = ccy };
    if (format != NULL && strcmp(format, "text") != 0
        && strcmp(format, "csv") != 0)
        return err_set(e, ERR_USAGE, "--format is text or csv, not \"%s\"",
                       format);
    if (app->json)
        r->form = ROWS_JSON;
    else if (format != NULL && strcmp(format, "csv") == 0)
        r->form = ROWS_CSV;
    if (r->form == ROWS_JSON && (r->list = json_array()) == NULL)
        return err_oom(e);
    return 0;
}

void
rows_release(struct rows *r)
{
    json_decref(r->list);
    r->list = NULL;
}

json_t *
rows_list(struct rows *r)
{
    json_t *list = r->list;

    r->list = NULL;
    return list;
}

const char *
rows_money(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    out[0] = '\0';
    if (minor != INT64_MIN) {
        str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
        money_text(m, out);
    }
    return out;
}

static const char *
ccy_of(const struct rows *r, const struct service_row *row)
{
    return row->ccy[0] != '\0' ? row->ccy : r->ccy;
}

/* What it came to, in a word; the provider's own stands beside it. */
static const char *
fate_words(enum service_fate fate)
{
    switch (fate) {
    case SERVICE_SAYS_NOTHING: return "";
    case SERVICE_OPEN:         return "under way";
    case SERVICE_DONE:         return "paid";
    case SERVICE_FAILED:       return "failed";
    case SERVICE_UNCLEAR:      return "unclear";
    }
    return "";
}

static int64_t
minor_of(const struct service_row *row, enum cell cell)
{
    return cell == CELL_MINOR ? row->minor :
           cell == CELL_CHARGE ? row->charge_minor :
           cell == CELL_BALANCE ? row->balance_minor : row->available_minor;
}

static bool
is_money(enum cell cell)
{
    return cell == CELL_MINOR || cell == CELL_CHARGE || cell == CELL_BALANCE
        || cell == CELL_AVAILABLE;
}

static const char *
way_of(const struct service_row *row)
{
    return row->way > 0 ? "in" : row->way < 0 ? "out" : "";
}

/* "2026-11-22T10:00:00.123456+03:00" without what no eye wants. */
static void
drop_fraction(char *at)
{
    char *dot = strchr(at, '.');

    if (dot != NULL)
        memmove(dot, dot + 1 + strspn(dot + 1, "0123456789"),
                strlen(dot + 1 + strspn(dot + 1, "0123456789")) + 1);
}

/* The text of a cell; amounts as people (CSV: as machines) write them. */
static void
cell_text(const struct rows *r, const struct service_row *row, enum cell cell,
          char out[CELL_BYTES])
{
    struct money m = { .minor = minor_of(row, cell) };
    const char *text = "";

    out[0] = '\0';
    if (is_money(cell)) {
        str_copy(m.ccy, sizeof(m.ccy), str_of(ccy_of(r, row)));
        if (m.minor != INT64_MIN && r->form == ROWS_TEXT)
            money_text(m, out);
        else if (m.minor != INT64_MIN)
            money_plain(m, out);
        return;
    }
    switch (cell) {
    case CELL_ID:        text = row->id; break;
    case CELL_AT:        text = row->at; break;
    case CELL_KIND:      text = row->kind; break;
    case CELL_STATE:     text = row->state; break;
    case CELL_LABEL:     text = row->label; break;
    case CELL_ACCOUNT:   text = row->account; break;
    case CELL_NAME:      text = row->name; break;
    case CELL_REFERENCE: text = row->reference; break;
    case CELL_TEXT:      text = row->text; break;
    case CELL_WALLET:    text = row->wallet; break;
    case CELL_CCY:       text = ccy_of(r, row); break;
    case CELL_WAY:       text = way_of(row); break;
    case CELL_LINK:      text = row->link; break;
    case CELL_FATE:      text = fate_words(row->fate); break;
    case CELL_MINOR: case CELL_CHARGE: case CELL_BALANCE: case CELL_AVAILABLE:
        break;
    }
    plain_copy(out, CELL_BYTES, str_of(text));
    if (cell == CELL_AT && r->form == ROWS_TEXT)
        drop_fraction(out);
}

/* Padded by what it takes on the screen, not by its bytes. */
static void
print_cell(const char *text, int width, bool last)
{
    int room = (width < 0 ? -width : width) - text_width(str_of(text));

    printf("%*s%s%*s%s", width > 0 && room > 0 ? room : 0, "", text,
           width < 0 && room > 0 && !last ? room : 0, "", last ? "\n" : "  ");
}

static void
print_line(const struct rows *r, const struct service_row *row)
{
    char text[CELL_BYTES];

    for (const struct column *c = r->columns; c->title != NULL; c++) {
        if (c->csv_only)
            continue;
        if (row != NULL)
            cell_text(r, row, c->cell, text);
        else
            snprintf(text, sizeof(text), "%s", c->title);
        print_cell(text, c->width, c[1].title == NULL);
    }
}

static int
csv_line(const struct rows *r, const struct service_row *row, struct err *e)
{
    char text[CELL_BYTES];
    struct buf line;
    int rc = 0;

    buf_init(&line, REPORT_BUF_BYTES_MAX);
    for (const struct column *c = r->columns; c->title != NULL; c++) {
        if (row != NULL)
            cell_text(r, row, c->cell, text);
        else
            snprintf(text, sizeof(text), "%s", c->title);
        /* A negative amount is a number, not somebody's formula. */
        if (row != NULL && is_money(c->cell))
            buf_text(&line, text);
        else
            buf_csv(&line, str_of(text), ',');
        buf_text(&line, c[1].title == NULL ? "\r\n" : ",");
    }
    if (line.failed)
        rc = err_oom(e);
    else
        fwrite(line.p, 1, line.len, stdout);
    buf_release(&line);
    return rc;
}

static void
set_text(json_t *o, const char *name, const char *text)
{
    char plain[sizeof(((struct service_row *)0)->link)];

    if (text[0] == '\0')
        return;
    plain_copy(plain, sizeof(plain), str_of(text));
    json_object_set_new(o, name, json_string(plain));
}

static void
set_money(json_t *o, const char *name, int64_t minor, const char *ccy)
{
    if (minor != INT64_MIN)
        json_object_set_new(o, name, json_money(minor, ccy));
}

static const char *
fate_name(enum service_fate fate)
{
    switch (fate) {
    case SERVICE_SAYS_NOTHING: return "";
    case SERVICE_OPEN:         return "open";
    case SERVICE_DONE:         return "done";
    case SERVICE_FAILED:       return "failed";
    case SERVICE_UNCLEAR:      return "unclear";
    }
    return "";
}

static json_t *
row_json(const struct rows *r, const struct service_row *row)
{
    const char *ccy = ccy_of(r, row);
    json_t *o = json_object();

    set_text(o, "id", row->id);
    set_text(o, "at", row->at);
    set_text(o, "kind", row->kind);
    set_text(o, "state", row->state);
    set_text(o, "fate", fate_name(row->fate));
    set_text(o, "label", row->label);
    set_text(o, "account", row->account);
    set_text(o, "name", row->name);
    set_text(o, "reference", row->reference);
    set_text(o, "text", row->text);
    set_text(o, "link", row->link);
    set_text(o, "wallet", row->wallet);
    set_text(o, "way", way_of(row));
    set_money(o, "amount", row->minor, ccy);
    set_money(o, "charge", row->charge_minor, ccy);
    set_money(o, "balance", row->balance_minor, ccy);
    set_money(o, "available", row->available_minor, ccy);
    set_text(o, "currency", ccy);
    return o;
}

int
rows_add(void *cls, const struct service_row *row, struct err *e)
{
    struct rows *r = cls;
    int rc = 0;

    if (r->max > 0 && r->n >= r->max)
        return 1;
    if (r->n++ == 0 && r->form == ROWS_TEXT && r->columns != NULL)
        print_line(r, NULL);
    if (r->also != NULL)
        r->also(r->owner, row);
    switch (r->form) {
    case ROWS_TEXT:
        if (r->columns != NULL)
            print_line(r, row);
        break;
    case ROWS_CSV:
        if (r->n == 1 && (rc = csv_line(r, NULL, e)) < 0)
            return rc;
        rc = csv_line(r, row, e);
        break;
    case ROWS_JSON:
        if (json_array_append_new(r->list, row_json(r, row)) < 0)
            rc = err_oom(e);
        break;
    }
    return rc;
}
