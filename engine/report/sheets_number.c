#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "base/limits.h"
#include "money/money.h"
#include "report/sheets_number.h"

#define DIGITS_MAX  INT64_C(999999999999999)    /* 15 */
#define PIECE_BYTES ((size_t)64 * 1024)
#define MARK        '\x7F'              /* XML may hold it, text of ours never */
#define SHEETS      "xl/worksheets/"

/* How the library opens and ends a cell of text, and a number's cell. */
static const char text_from[] = " t=\"inlineStr\"><is><t>\x7F";
static const char text_to[] = "</t></is>";
static const char cell_to[] = "</c>";

bool
sheets_fits(int64_t minor)
{
    return minor >= -DIGITS_MAX && minor <= DIGITS_MAX;
}

void
sheets_mark(struct buf *b, int64_t minor, int decimals)
{
    buf_char(b, MARK);
    buf_minor(b, minor, decimals);
}

/* --- the XML of a sheet --------------------------------------------------- */

/* The end of the last whole cell, or the beginning. */
static size_t
whole_cells(struct str s)
{
    const size_t n = sizeof(cell_to) - 1;

    for (size_t end = s.len; end >= n; end--)
        if (memcmp(s.p + end - n, cell_to, n) == 0)
            return end;
    return 0;
}

static bool
is_number(const char *p, const char *end)
{
    if (p < end && *p == '-')
        p++;
    if (p == end)
        return false;
    while (p < end && ((*p >= '0' && *p <= '9') || *p == '.'))
        p++;
    return p == end;
}

/* The cells in ${s}, which are whole. */
static int
unmark(struct str s, struct buf *to)
{
    const char *mark, *end, *p = s.p, *stop = s.p + s.len;
    const size_t opens = sizeof(text_from) - 1, closes = sizeof(text_to) - 1;

    while ((mark = memmem(p, (size_t)(stop - p), text_from, opens)) != NULL) {
        end = memmem(mark + opens, (size_t)(stop - mark) - opens, text_to,
                     closes);
        if (end == NULL || !is_number(mark + opens, end)
            || memchr(p, MARK, (size_t)(mark - p)) != NULL)
            return -1;
        buf_add(to, p, (size_t)(mark - p));
        buf_text(to, "><v>");
        buf_add(to, mark + opens, (size_t)(end - mark) - opens);
        buf_text(to, "</v>");
        p = end + closes;
    }
    if (memchr(p, MARK, (size_t)(stop - p)) != NULL)
        return -1;
    buf_add(to, p, (size_t)(stop - p));
    return to->failed ? -1 : 0;
}

int
sheets_unmark_xml(struct buf *from, struct buf *to, bool last)
{
    struct str s = buf_view(from);

    if (from->failed)
        return -1;
    if (s.len == 0)
        return 0;
    if (!last)
        s = str_cut(s, whole_cells(s));
    if (unmark(s, to) < 0)
        return -1;
    from->len -= s.len;
    memmove(from->p, from->p + s.len, from->len + 1);
    return 0;
}

/* --- the file ------------------------------------------------------------- */

/* A sheet, cell by cell, to ${to}. */
static int
pass(zip_file_t *f, FILE *to)
{
    struct buf in, out;
    zip_int64_t n = 1;
    char *room;
    int rc = 0;

    buf_init(&in, SHEET_PART_BYTES_MAX);
    buf_init(&out, 2 * SHEET_PART_BYTES_MAX);
    while (rc == 0 && n > 0) {
        if ((room = buf_room(&in, PIECE_BYTES)) == NULL
            || (n = zip_fread(f, room, PIECE_BYTES)) < 0) {
            rc = -1;
            break;
        }
        in.len += (size_t)n;
        in.p[in.len] = '\0';
        rc = sheets_unmark_xml(&in, &out, n == 0);
        if (rc == 0 && fwrite(out.p, 1, out.len, to) != out.len)
            rc = -1;
        buf_clear(&out);
    }
    buf_release(&in);
    buf_release(&out);
    return rc == 0 && fseek(to, 0, SEEK_SET) == 0 ? 0 : -1;  /* and flushed */
}

static int
renew(zip_t *z, zip_uint64_t i)
{
    zip_file_t *f = zip_fopen_index(z, i, 0);
    zip_source_t *source = NULL;
    FILE *made = tmpfile();
    zip_stat_t was;
    int rc = -1;

    if (f != NULL && zip_stat_index(z, i, 0, &was) == 0 && made != NULL && pass(f, made) == 0
        && (source = zip_source_filep(z, made, 0, -1)) != NULL) {
        made = NULL;                            /* the source closes it */
        rc = zip_file_replace(z, i, source, 0);
        if (rc < 0)
            zip_source_free(source);
        else                            /* equal reports are equal files */
            rc = zip_file_set_mtime(z, i, was.mtime, 0);
    }
    if (made != NULL)
        fclose(made);
    if (f != NULL)
        zip_fclose(f);
    return rc;
}

int
sheets_unmark(const char *path, struct err *e)
{
    zip_t *z = zip_open(path, 0, NULL);
    zip_int64_t files = z != NULL ? zip_get_num_entries(z, 0) : 0;
    bool well = files > 0;
    const char *name;

    for (zip_int64_t i = 0; well && i < files; i++) {
        name = zip_get_name(z, (zip_uint64_t)i, 0);
        well = name != NULL
               && (strncmp(name, SHEETS, sizeof(SHEETS) - 1) != 0
                   || renew(z, (zip_uint64_t)i) == 0);
    }
    if (well && zip_close(z) == 0)
        return 0;
    if (z != NULL)
        zip_discard(z);
    err_set(e, ERR_IO, "the workbook's amounts could not be written");
    return err_fix(e, "Make room in the folder for temporary files, then run "
                   "the same command again.");
}
