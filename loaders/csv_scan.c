#include <csv.h>                    /* libcsv; ours is "loaders/csv.h" */

#include "loaders/csv_priv.h"

/*
 * libcsv says what the fields are but not where.  Two ways to know: a line
 * that is whole in the window, as nearly all are, is given to it in one piece,
 * and what it calls a field is looked up in that line (whole_line); of these,
 * what is plain does without it (csv_line.c).  All else is fed up to the next
 * byte that could end anything, and whatever it calls back about happened at
 * that byte (step).
 */
enum byte_kind { ORDINARY, DELIM, QUOTE, CR, LF, NUL };

#define LIB_OPTIONS (CSV_STRICT | CSV_STRICT_FINI)

static void
begin_field(struct csv *c)
{
    c->field_at = c->pos;
    c->field_line = c->line;
    c->field_byte = (int64_t)(c->pos - c->line_at) + 1;
    c->field_quoted = false;
}

static void
begin_record(struct csv *c)
{
    c->rec_at = c->pos;
    c->rec_line = c->line;
    c->seen = 0;
    c->n = 0;
    c->text_len = 0;
    c->flawed = c->skipping = false;
    begin_field(c);
}

/* libcsv's own csv_free would also do, but keeps us allocating: without
 * STRICT_FINI the end of anything is accepted and the parser starts anew. */
static void
reset_lib(struct csv *c)
{
    csv_set_opts(c->lib, CSV_STRICT);
    csv_fini(c->lib, NULL, NULL, NULL);
    csv_set_opts(c->lib, LIB_OPTIONS);
}

int
csv_scan_start(struct csv *c)
{
    if ((c->lib = malloc(sizeof(*c->lib))) == NULL)
        return -1;
    csv_init(c->lib, LIB_OPTIONS);
    csv_set_delim(c->lib, (unsigned char)c->delim);
    csv_set_blk_size(c->lib, CSV_FIELD_BYTES_MAX + 1);
    c->kind[(unsigned char)c->delim] = DELIM;
    c->kind['"'] = QUOTE;
    c->kind['\r'] = CR;
    c->kind['\n'] = LF;
    c->kind['\0'] = NUL;
    c->line = 1;
    begin_record(c);
    return 0;
}

void
csv_scan_close(struct csv *c)
{
    if (c->lib != NULL)
        csv_free(c->lib);
    free(c->lib);
    c->lib = NULL;
}

/* --- flaws -------------------------------------------------------------- */

/* The first flaw of a record is the one that is told. */
static void
note_flaw(struct csv *c, enum csv_flaw flaw, int64_t line, int column)
{
    if (c->flawed)
        return;
    c->flawed = true;
    c->flaw = flaw;
    c->flaw_line = line;
    c->flaw_column = column;
}

static void
tell_flaw(struct csv *c, size_t raw_end)
{
    c->raw = (struct str){ c->win + c->rec_at, raw_end - c->rec_at };
    c->raw = str_cut(c->raw, CSV_LINE_BYTES_MAX);
    c->sink.flaw(c->sink.owner, c->flaw, c->flaw_line, c->flaw_column);
    c->raw = (struct str){ NULL, 0 };
}

/*
 * The field that was opened on an earlier line does not end well: that line is
 * the bad one, and reading goes back to the one below it.
 */
static void
go_back(struct csv *c)
{
    size_t end = c->field_at;

    while (c->kind[(unsigned char)c->win[end]] != CR
           && c->kind[(unsigned char)c->win[end]] != LF)
        end++;                      /* it is there: the field has two lines */
    c->flawed = false;
    note_flaw(c, CSV_OPEN_QUOTE, c->field_line, c->n + 1);
    tell_flaw(c, end);
    reset_lib(c);
    c->after_cr = c->win[end] == '\r';
    c->pos = c->line_at = end + 1;
    c->line = c->field_line + 1;
    begin_record(c);
}

/* Nothing more can be made of this line, or of this field and its lines. */
static void
give_up(struct csv *c, enum csv_flaw flaw)
{
    if (c->field_line < c->line) {
        go_back(c);
        return;
    }
    note_flaw(c, flaw, c->line, c->n + 1);
    c->skipping = true;
    reset_lib(c);
}

/* --- records ------------------------------------------------------------ */

static bool
is_ascii(struct str s)
{
    uint64_t all = 0, eight = 0;
    size_t i = 0;

    for (; i + 8 <= s.len; i += 8) {
        memcpy(&eight, s.p + i, 8);
        all |= eight;
    }
    for (; i < s.len; i++)
        all |= (unsigned char)s.p[i];
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* The column of the first field that is not UTF-8, or 0. */
static int
not_utf8_at(const struct csv *c)
{
    for (int i = 0; i < c->n; i++)
        if (!is_ascii(c->fields[i].text) && !encoding_utf8(c->fields[i].text))
            return i + 1;
    return 0;
}

static void
widen(struct csv *c)
{
    size_t used = 0;

    if (c->wide == NULL
        && (c->wide = malloc((size_t)CSV_LINE_BYTES_MAX * 3)) == NULL) {
        c->out_of_memory = true;
        return;
    }
    for (int i = 0; i < c->n; i++) {
        struct csv_field *f = &c->fields[i];
        bool bad = false;
        size_t n = encoding_cp1252(c->wide + used, f->text, &bad);

        if (bad)
            note_flaw(c, CSV_BAD_ENCODING, f->line, i + 1);
        f->text = (struct str){ c->wide + used, n };
        used += n;
    }
}

/* Every byte so far was ASCII; the first record that has others says whether
 * the file is UTF-8 or what Excel writes by default. */
static void
check_encoding(struct csv *c)
{
    int column = c->encoding == CSV_CP1252 ? 0 : not_utf8_at(c);

    if (c->maybe_cp1252 && column > 0)
        c->encoding = CSV_CP1252;
    c->maybe_cp1252 = false;
    if (c->encoding == CSV_CP1252)
        widen(c);
    else if (column > 0)
        note_flaw(c, CSV_BAD_ENCODING, c->fields[column - 1].line, column);
}

static void
end_record(struct csv *c, size_t end)
{
    struct csv_record r = { .line = c->rec_line, .line_end = c->line,
                            .n = c->n, .fields = c->fields };

    c->row_done = false;
    if (c->seen >= 0x80 && !c->flawed)
        check_encoding(c);
    if (c->flawed)
        tell_flaw(c, end);
    else if (!c->out_of_memory)
        c->sink.record(c->sink.owner, &r);
}

/* Behind the quote that closes the one at ${p}, or NULL when none does: a
 * doubled one stands for itself. */
static const char *
behind_quotes(const char *p, const char *end)
{
    while ((p = memchr(p + 1, '"', (size_t)(end - p - 1))) != NULL) {
        p++;
        if (p == end || *p != '"')
            return p;
    }
    return NULL;
}

/*
 * Where the field that begins at ${pos} ends, in a line given in one piece: at
 * its delimiter or at the end of the line.  libcsv has seen that it is well
 * formed up to there, so only the first character can open quotes.
 */
static size_t
field_end(struct csv *c)
{
    const char *p = c->win + c->pos, *end = c->win + c->line_end;

    while (p < end && (*p == ' ' || *p == '\t') && *p != c->delim)
        p++;
    c->field_quoted = p < end && *p == '"';
    if (c->field_quoted)
        p = behind_quotes(p, end);
    if (p != NULL)
        p = memchr(p, c->delim, (size_t)(end - p));
    return p != NULL ? (size_t)(p - c->win) : c->line_end;
}

static void
take_field(struct csv *c, const void *text, size_t n)
{
    if (c->n == CSV_FIELDS_MAX) {
        note_flaw(c, CSV_TOO_MANY_FIELDS, c->field_line, c->n + 1);
        return;
    }
    /* libcsv's buffer is used again; ours has room for a whole line */
    memcpy(c->text + c->text_len, text, n);
    c->fields[c->n++] = (struct csv_field){
        .text = { c->text + c->text_len, n },
        .line = c->field_line,
        .at = c->field_byte,
        .quoted = c->field_quoted,
    };
    c->text_len += n;
}

static void
on_field(void *text, size_t n, void *owner)
{
    struct csv *c = owner;
    bool whole = c->line_end > 0;
    size_t end = whole ? field_end(c) : 0;

    c->field_done = true;
    take_field(c, text, n);
    if (whole) {
        c->pos = end + 1;
        begin_field(c);
    }
}

static void
on_row(int by, void *owner)
{
    struct csv *c = owner;

    (void)by;
    c->row_done = true;
}

/* --- scanning ----------------------------------------------------------- */

/* A line ended at ${pos}; inside a quoted field the record goes on. */
static void
end_line(struct csv *c, bool second_half)
{
    bool row = c->row_done, inside = c->field_quoted && !row;

    if (row)
        end_record(c, c->pos - 1);
    if (!second_half)
        c->line++;
    c->line_at = c->pos;
    if (!inside)
        begin_record(c);
}

static void
after_byte(struct csv *c, unsigned char byte, bool second_half)
{
    switch ((enum byte_kind)c->kind[byte]) {
    case ORDINARY:
        return;
    case DELIM:
        if (c->field_done)
            begin_field(c);
        return;
    case QUOTE:
        c->field_quoted = true;     /* anywhere else it would be an error */
        return;
    case NUL:
        note_flaw(c, CSV_NUL_BYTE, c->field_line, c->n + 1);
        return;
    case CR:
        c->after_cr = true;
        end_line(c, false);
        return;
    case LF:
        end_line(c, second_half);
        return;
    }
}

/* The end of what may be read before the field or the line is too long. */
static size_t
fence(const struct csv *c)
{
    size_t field = c->field_at + CSV_FIELD_BYTES_MAX;
    size_t line = c->rec_at + CSV_LINE_BYTES_MAX;
    size_t end = field < line ? field : line;

    return end < c->len ? end : c->len;
}

/* What libcsv did not take: a fault of the text, or of the memory. */
static void
refused(struct csv *c)
{
    if (csv_error(c->lib) == CSV_EPARSE)
        give_up(c, CSV_BAD_QUOTE);
    else
        c->out_of_memory = true;
}

/*
 * The length of the line at ${pos}, without its end, when it can be given in
 * one piece, or 0: all of it is here, it is too short to pass a cap, and it
 * holds no byte that has to be looked at where it stands.
 */
static size_t
plain_line(const struct csv *c)
{
    const char *from = c->win + c->pos, *end = NULL;
    size_t n = c->len - c->pos;

    if (n > CSV_FIELD_BYTES_MAX)
        n = CSV_FIELD_BYTES_MAX;
    if ((end = memchr(from, '\n', n)) == NULL)
        return 0;
    n = (size_t)(end - from);
    if (n > 0 && from[n - 1] == '\r')
        n--;
    if (memchr(from, '\r', n) != NULL || memchr(from, '\0', n) != NULL)
        return 0;
    return n;
}

/* Take a line in one piece.  Return whether it was one for that. */
static bool
whole_line(struct csv *c)
{
    size_t from = c->pos, n = plain_line(c);
    const char *line = c->win + from;

    if (n == 0)
        return false;
    c->after_cr = false;
    c->seen = is_ascii((struct str){ line, n }) ? 0 : 0x80;
    if (csv_line_split(c, (struct str){ line, n })) {
        c->row_done = true;
        c->pos = from + n + 1;
        after_byte(c, (unsigned char)line[n], false);
        return true;
    }
    c->line_end = from + n;
    if (csv_parse(c->lib, line, n + 1, on_field, on_row, c) == n + 1) {
        if (!c->row_done)
            field_end(c);           /* blank, or a quote is open: which? */
        c->pos = from + n + 1;
        after_byte(c, (unsigned char)line[n], false);
    } else {
        refused(c);
    }
    c->line_end = 0;
    return true;
}

/* Feed up to and with the next byte that can end something. */
static void
step(struct csv *c)
{
    const unsigned char *b = (const unsigned char *)c->win;
    size_t from = c->pos, to = from, end = fence(c);
    bool second_half = c->after_cr && b[from] == '\n';
    unsigned char seen = 0;

    c->after_cr = false;
    while (to < end && c->kind[b[to]] == ORDINARY)
        seen |= b[to++];
    if (to < end)
        to++;
    if (to == from) {
        give_up(c, CSV_TOO_LONG);
        return;
    }
    c->seen |= seen;
    c->field_done = false;
    if (csv_parse(c->lib, b + from, to - from, on_field, on_row, c)
        == to - from) {
        c->pos = to;
        after_byte(c, b[to - 1], second_half);
    } else {
        refused(c);
    }
}

/* On to the end of the line whose flaw is known. */
static void
skip(struct csv *c)
{
    const unsigned char *b = (const unsigned char *)c->win;
    bool cr = false;

    while (c->pos < c->len && c->kind[b[c->pos]] != CR
           && c->kind[b[c->pos]] != LF)
        c->pos++;
    if (c->pos == c->len)
        return;
    cr = b[c->pos] == '\r';
    tell_flaw(c, c->pos);
    c->pos++;
    c->after_cr = cr;
    c->line++;
    c->line_at = c->pos;
    begin_record(c);
}

void
csv_scan(struct csv *c)
{
    while (c->pos < c->len && !c->out_of_memory) {
        if (c->skipping)
            skip(c);
        else if (c->pos != c->rec_at || !whole_line(c))
            step(c);
    }
}

void
csv_scan_end(struct csv *c)
{
    while (!c->out_of_memory && !c->skipping
           && csv_fini(c->lib, on_field, on_row, c) < 0) {
        give_up(c, CSV_OPEN_QUOTE);
        csv_scan(c);                /* what it went back to, if it did */
    }
    if (c->skipping)
        tell_flaw(c, c->len);
    else if (c->row_done)
        end_record(c, c->len);
}
