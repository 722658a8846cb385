#include "loaders/csv_priv.h"

/*
 * A line nobody can read in two ways needs no parser: nearly every one is
 * plain fields, and some in quotes with nothing in them that has to be undone.
 * What it comes to must be what libcsv makes of it, blanks included; all that
 * is unusual is left to libcsv.  The fuzz target feeds every input both ways.
 */

static bool
is_blank(char c, char delim)
{
    return (c == ' ' || c == '\t') && c != delim;
}

/* The next ${c}, or ${end}. */
static const char *
next(const char *p, const char *end, char c)
{
    const char *at = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

    return at != NULL ? at : end;
}

/* The quoted field that begins at ${p} and has doubled quotes, the first of
 * them at ${stop}: without them, in memory of our own.  As split_field(). */
static const char *
split_doubled(struct csv *c, const char *p, const char *stop, const char *end,
              struct csv_field *f)
{
    char *to = c->text + c->text_len;

    f->text.p = to;
    while (stop + 1 < end && stop[1] == '"') {
        memcpy(to, p, (size_t)(stop + 1 - p));
        to += stop + 1 - p;
        p = stop + 2;
        stop = next(p, end, '"');
    }
    if (stop == end || (stop + 1 < end && stop[1] != c->delim))
        return NULL;                /* open, or more behind it */
    memcpy(to, p, (size_t)(stop - p));
    to += stop - p;
    f->text.len = (size_t)(to - f->text.p);
    c->text_len += f->text.len;
    return stop + 1;
}

/* The field that begins at ${p}, into ${f}; where it ends, or NULL when libcsv
 * has to look.  ${*quote}: the next quote of the line, or its end. */
static const char *
split_field(struct csv *c, const char *p, const char *end, const char **quote,
            struct csv_field *f)
{
    const char delim = c->delim, *stop = NULL;

    while (p < end && is_blank(*p, delim))
        p++;
    f->quoted = p == *quote && p < end;
    if (f->quoted) {
        stop = next(++p, end, '"');
        f->text = (struct str){ p, (size_t)(stop - p) };
        if (stop < end && (stop + 1 == end || stop[1] == delim))
            stop++;
        else if ((stop = split_doubled(c, p, stop, end, f)) == NULL)
            return NULL;
        *quote = next(stop, end, '"');
        return stop;
    }
    stop = next(p, end, delim);
    if (*quote < stop)
        return NULL;
    f->text = (struct str){ p, (size_t)(stop - p) };
    while (f->text.len > 0 && is_blank(p[f->text.len - 1], delim))
        f->text.len--;
    return stop;
}

bool
csv_line_split(struct csv *c, struct str line)
{
    const char *p = line.p, *end = line.p + line.len;
    const char *quote = next(p, end, '"');
    struct csv_field *f = NULL;

    for (int n = 0; n < CSV_FIELDS_MAX; n++) {
        f = &c->fields[n];
        f->line = c->line;
        f->at = p - line.p + 1;
        if ((p = split_field(c, p, end, &quote, f)) == NULL)
            break;
        if (p == end) {
            /* nothing but blanks is no record */
            c->n = n > 0 || f->quoted || f->text.len > 0 ? n + 1 : 0;
            return c->n > 0;
        }
        p++;
    }
    c->text_len = 0;                /* libcsv starts anew */
    return false;
}
