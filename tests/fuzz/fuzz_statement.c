/*
 * Any bytes at all as a statement of any format: it must not matter how they
 * are cut into chunks; what is delivered adds up to the facts; days are days;
 * text is UTF-8; and a file cut anywhere gives no amount that the whole does
 * not give (of the formats that know their end).
 */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "loaders/encoding.h"
#include "loaders/statement_when.h"
#include "tests/lib/statements.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

struct sums {
    int64_t statement, in, out, lines, parts, unbooked;
    struct buf amounts;
};

static void
check_texts(const struct statement_line *l)
{
    const struct str texts[] = { l->id, l->reference, l->linked, l->account,
                                 l->name, l->type, l->text };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        MUST(texts[i].len == 0 || encoding_utf8(texts[i]));
        MUST(texts[i].len == 0
             || memchr(texts[i].p, '\0', texts[i].len) == NULL);
    }
    MUST(l->raw.len <= 2 * STATEMENT_RAW_BYTES_MAX);
    MUST(l->raw.len == 0 || encoding_utf8(l->raw));
}

static void
check_day(const char *day)
{
    struct statement_when w;

    MUST(statement_when(&w, "YYYY-MM-DD", str_of(day)) == 10);
    MUST(strlen(day) == 10);
}

/* A statement that is given up has no facts: the next one starts over. */
static void
next(struct sums *s, const struct statement_line *l)
{
    MUST(l->statement >= s->statement);
    if (l->statement > s->statement)
        s->in = s->out = s->lines = s->parts = s->unbooked = 0;
    s->statement = l->statement;
}

static int
on_line(void *owner, const struct statement_line *l, struct err *e)
{
    struct sums *s = owner;

    (void)e;
    next(s, l);
    check_texts(l);
    check_day(l->booked);
    MUST(ccy_decimals(l->ccy) >= 0);
    MUST(l->minor >= -MONEY_MINOR_MAX && l->minor <= MONEY_MINOR_MAX);
    MUST(l->charge_minor >= 0);
    if (l->value_day[0] != '\0')
        check_day(l->value_day);
    buf_printf(&s->amounts, "%lld/%lld:%lld ", (long long)l->statement,
               (long long)l->part, (long long)l->minor);
    if (l->part > 0) {
        s->parts++;
        return 0;
    }
    MUST(l->has_amount && l->minor != 0);
    MUST(l->entry == ++s->lines);
    if (l->minor < 0)
        s->out -= l->minor;
    else
        s->in += l->minor;
    return 0;
}

static int
on_unbooked(void *owner, const struct statement_line *l, struct err *e)
{
    struct sums *s = owner;

    (void)e;
    next(s, l);
    check_texts(l);
    s->unbooked++;
    return 0;
}

static int
on_statement(void *owner, const struct statement_facts *f, struct err *e)
{
    struct sums *s = owner;

    (void)e;
    if (f->number > s->statement)
        s->in = s->out = s->lines = s->parts = s->unbooked = 0;
    s->statement = f->number;
    MUST(f->lines == s->lines && f->parts == s->parts);
    MUST(f->unbooked == s->unbooked);
    MUST(f->in_minor <= s->in && f->out_minor <= s->out);
    MUST(!f->ties || f->opening_minor + s->in - s->out == f->closing_minor);
    return 0;
}

static void
sum_up(struct sums *s, enum statement_format format,
       const struct statement_map *map, struct str text)
{
    const struct statement_options o = { .format = format, .map = map,
                                         .ccy = "KES", .zone_min = 180 };
    const struct statement_sink sink = { on_line, on_unbooked, on_statement,
                                         s };
    struct problems ps;
    struct statement *st = NULL;

    *s = (struct sums){ .in = 0 };
    buf_init(&s->amounts, (size_t)1 << 26);
    problems_init(&ps);
    MUST((st = statement_new(&o, &sink, &ps, NULL)) != NULL);
    MUST(statement_feed(st, text.p, text.len, NULL) == 0);
    MUST(statement_end(st, NULL) == 0);
    statement_free(st);
    problems_release(&ps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct {
        enum statement_format       format;
        const struct statement_map *map;
        bool                        knows_end;
    } ways[] = { { STATEMENT_MPESA, NULL, false },
                 { STATEMENT_CSV, &map_two_columns, false },
                 { STATEMENT_CSV, &map_signed, false },
                 { STATEMENT_CSV, &map_marked, false },
                 { STATEMENT_CAMT053, NULL, true },
                 { STATEMENT_MT940, NULL, true },
                 { STATEMENT_UNKNOWN, &map_signed, false } };
    struct told_statement whole = { .raw = true }, pieces = { .raw = true };
    struct sums all, cut;
    struct str s;
    size_t way = 0;

    if (n < 2)
        return 0;
    way = data[0] % (sizeof(ways) / sizeof(ways[0]));
    s = (struct str){ (const char *)data + 2, n - 2 };
    statements_read(&whole, ways[way].format, ways[way].map, s, n);
    statements_read(&pieces, ways[way].format, ways[way].map, s, 5);
    MUST(str_eq(buf_view(&whole.text), buf_view(&pieces.text)));
    MUST(str_eq(buf_view(&whole.problems), buf_view(&pieces.problems)));
    sum_up(&all, ways[way].format, ways[way].map, s);
    sum_up(&cut, ways[way].format, ways[way].map,
           str_cut(s, s.len * data[1] / 256));
    /* a line that is left out because of its bytes takes the one before it
     * along, when it is whole */
    if (ways[way].knows_end
        && (whole.problems.len == 0
            || (strstr(whole.problems.p, "PR-CSV-00") == NULL
                && strstr(whole.problems.p, "PR-STM-007") == NULL))) {
        MUST(cut.amounts.len <= all.amounts.len);
        MUST(cut.amounts.len == 0 || memcmp(cut.amounts.p, all.amounts.p,
                                            cut.amounts.len) == 0);
    }
    buf_release(&all.amounts);
    buf_release(&cut.amounts);
    statements_release(&whole);
    statements_release(&pieces);
    return 0;
}
