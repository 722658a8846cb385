/*
 * Tables as JSON: an object a row, by the keys of the columns.  A heading
 * inside a table becomes "group" of the rows below it.
 */
#include "base/clock.h"
#include "money/money.h"
#include "report/render.h"
#include "report/table.h"

#define GROUP_BYTES 160

struct json_tables {
    struct out *o;
    int decimals;
    bool comma, row_comma;
    char group[GROUP_BYTES];
};

static int
begin(void *owner, const struct table *t)
{
    struct json_tables *j = owner;

    buf_text(&j->o->b, j->comma ? ",\n" : "\n");
    j->comma = true;
    j->row_comma = false;
    j->group[0] = '\0';
    buf_json(&j->o->b, str_of(t->key));
    buf_text(&j->o->b, ":[");
    return 0;
}

static void
value(struct json_tables *j, enum cell_kind kind, const struct cell *c)
{
    struct buf *b = &j->o->b;
    char iso[CLOCK_ISO_BYTES];

    switch (kind) {
    case CELL_TEXT: case CELL_CODE:
        buf_json(b, c->text);
        break;
    case CELL_COUNT:
        buf_i64(b, c->n);
        break;
    case CELL_MONEY:
        buf_char(b, '"');
        buf_minor(b, c->n, j->decimals);
        buf_char(b, '"');
        break;
    case CELL_SHARE:
        buf_char(b, '"');
        buf_minor(b, c->n, 3);
        buf_char(b, '"');
        break;
    case CELL_TIME:
        clock_iso(c->n, iso);
        buf_json(b, str_of(iso));
        break;
    }
}

static void
member(struct json_tables *j, const char *name, bool *comma)
{
    if (*comma)
        buf_char(&j->o->b, ',');
    *comma = true;
    buf_json(&j->o->b, str_of(name));
    buf_char(&j->o->b, ':');
}

static int
row(void *owner, const struct table *t, enum table_row kind,
    const struct cell *cells)
{
    struct json_tables *j = owner;
    bool comma = false;

    if (kind == ROW_HEAD) {
        snprintf(j->group, sizeof(j->group), "%.*s", STR_ARG(cells[0].text));
        return 0;
    }
    buf_text(&j->o->b, j->row_comma ? ",\n{" : "\n{");
    j->row_comma = true;
    if (kind == ROW_SUM) {
        member(j, "sum", &comma);
        buf_text(&j->o->b, "true");
    } else if (j->group[0] != '\0') {
        member(j, "group", &comma);
        buf_json(&j->o->b, str_of(j->group));
    }
    for (int i = 0; i < t->ncols; i++) {
        if (!cells[i].set || t->cols[i].width == 0)
            continue;
        member(j, t->cols[i].key, &comma);
        value(j, t->cols[i].kind, &cells[i]);
    }
    buf_char(&j->o->b, '}');
    return out_turn(j->o);
}

static int
end(void *owner, const struct table *t)
{
    struct json_tables *j = owner;

    (void)t;
    buf_char(&j->o->b, ']');
    return 0;
}

int
json_tables(struct model *m, struct out *o, const enum table_id *ids, size_t n,
            struct err *e)
{
    struct json_tables j = { .o = o, .decimals = ccy_decimals(m->run.ccy) };
    const struct table_sink sink = { &j, begin, row, end };

    buf_char(&o->b, '{');
    for (size_t i = 0; i < n; i++)
        if (table_write(m, ids[i], RUN_ROWS_MAX, &sink, e) < 0)
            return -1;
    buf_char(&o->b, '}');
    return 0;
}
