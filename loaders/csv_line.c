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

/* The field that begins at ${p}, into ${f}; where it ends, or NULL when libcsv
 * has to look.  ${*quote}: the next quote of the line, or its end. */
static const char *
split_field(const char *p, const char *end, const char **quote, char delim,
            struct csv_field *f)
{
    const char *stop = NULL;

    while (p < end && is_blank(*p, delim))
        p++;
    f->quoted = p == *quote && p < end;
    if (f->quoted) {
        stop = next(++p, end, '"');
        if (stop == end || (stop + 1 < end && stop[1] != delim))
            return NULL;            /* open, doubled, or more behind it */
        f->text = (struct str){ p, (size_t)(stop - p) };
        *quote = next(stop + 1, end, '"');
        return stop + 1;
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
        if ((p = split_field(p, end, &quote, c->delim, f)) == NULL)
            return false;
        if (p == end) {
            /* nothing but blanks is no record */
            c->n = n > 0 || f->quoted || f->text.len > 0 ? n + 1 : 0;
            return c->n > 0;
        }
        p++;
    }
    return false;
}
