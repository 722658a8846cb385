#include "loaders/xlsx_priv.h"

#define LIST_BYTES 240          /* of sheets named in a message */

/* --- what cannot be read ------------------------------------------------ */

int
xlsx_fail(struct xlsx *x, const char *code, const char *detail)
{
    x->sink.note(x->sink.owner, code, 0, 0, (struct str){ "", 0 }, detail);
    return err_set(x->e, ERR_DATA, "the workbook cannot be read: %s", detail);
}

static int
fail_part(struct xlsx *x, const char *code, const char *part, const char *why)
{
    char detail[ERR_TEXT_BYTES];

    snprintf(detail, sizeof(detail), "its part %.200s %.200s", part, why);
    return xlsx_fail(x, code, detail);
}

/* --- parts -------------------------------------------------------------- */

static bool
feed(void *owner, const void *bytes, size_t n)
{
    return xmlread_feed(owner, bytes, n) == XMLREAD_FINE;
}

static int
say_xml(struct xlsx *x, const char *part, const struct xmlread *xml,
        enum xmlread_end end)
{
    char why[160];

    switch (end) {
    case XMLREAD_FINE:
    case XMLREAD_STOPPED:
        return 0;
    case XMLREAD_BROKEN:
        snprintf(why, sizeof(why), "is damaged in line %lld: %s",
                 (long long)xmlread_line(xml), xmlread_why(xml));
        return fail_part(x, "PR-XLS-005", part, why);
    case XMLREAD_DOCTYPE:
        return fail_part(x, "PR-XLS-005", part, "has a document type, which "
                         "no workbook has");
    case XMLREAD_TOO_DEEP:
        return fail_part(x, "PR-XLS-005", part, "has more elements in one "
                         "another than any workbook");
    case XMLREAD_TOO_LONG:
        return fail_part(x, "PR-XLS-003", part, "has a text of more than "
                         "16 KB");
    case XMLREAD_NO_MEMORY:
        return err_oom(x->e);
    }
    return 0;
}

int
xlsx_part(struct xlsx *x, const char *name, bool needed,
          const struct xmlread_sink *sink)
{
    struct xmlread *xml = xmlread_new(sink, x->e);
    enum xmlread_end end = XMLREAD_FINE;
    int rc = -1;

    if (xml == NULL)
        return -1;
    switch (zipread_part(x->zip, name, feed, xml)) {
    case ZIPREAD_FINE:
        end = xmlread_end(xml);
        rc = say_xml(x, name, xml, end);
        break;
    case ZIPREAD_STOPPED:
        end = xmlread_feed(xml, "", 0);
        rc = say_xml(x, name, xml, end);
        break;
    case ZIPREAD_MISSING:
        rc = needed ? fail_part(x, "PR-XLS-005", name, "is missing") : 0;
        break;
    case ZIPREAD_BROKEN:
        rc = fail_part(x, "PR-XLS-005", name, "cannot be unpacked");
        break;
    case ZIPREAD_BOMB:
        rc = fail_part(x, "PR-XLS-003", name, "unpacks to far more than any "
                       "payroll has");
        break;
    }
    xmlread_free(xml);
    return rc;
}

/* --- the sheet ---------------------------------------------------------- */

static void
list_sheets(const struct xlsx *x, const struct xlsx_sheet_name *but,
            char out[LIST_BYTES])
{
    size_t at = 0;

    out[0] = '\0';
    for (int i = 0; i < x->nsheets; i++) {
        int n = 0;

        if (&x->sheets[i] == but)
            continue;
        n = snprintf(out + at, LIST_BYTES - at, "%s\"%.40s\"%s",
                     at > 0 ? ", " : "", x->sheets[i].name,
                     x->sheets[i].hidden ? " (hidden)" : "");
        if (n < 0 || at + (size_t)n >= LIST_BYTES) {
            out[at] = '\0';
            return;
        }
        at += (size_t)n;
    }
}

static const struct xlsx_sheet_name *
choose(struct xlsx *x, const char *wanted)
{
    const struct xlsx_sheet_name *s = NULL;
    char list[LIST_BYTES], detail[LIST_BYTES + 80];

    for (int i = 0; i < x->nsheets && s == NULL; i++)
        if (wanted != NULL ? str_ieq(str_of(x->sheets[i].name),
                                     str_of(wanted))
                           : !x->sheets[i].hidden)
            s = &x->sheets[i];
    list_sheets(x, s, list);
    if (s == NULL) {
        snprintf(detail, sizeof(detail), wanted != NULL
                 ? "its sheets are %s" : "it has no sheet that is shown%s",
                 wanted != NULL ? list : "");
        xlsx_fail(x, "PR-XLS-004", detail);
    } else if (x->nsheets > 1 && wanted == NULL) {
        snprintf(detail, sizeof(detail), "\"%.40s\" is read; not %s",
                 s->name, list);
        x->sink.note(x->sink.owner, "PR-XLS-006", 0, 0,
                     (struct str){ "", 0 }, detail);
    }
    return s;
}

static int
read_book(struct xlsx *x, const char *wanted, char name[XLSX_NAME_BYTES])
{
    const struct xlsx_sheet_name *sheet = NULL;

    if (xlsx_root(x) < 0 || xlsx_workbook(x) < 0)
        return -1;
    if ((sheet = choose(x, wanted)) == NULL)
        return -1;
    snprintf(name, XLSX_NAME_BYTES, "%s", sheet->name);
    if (xlsx_strings(x) < 0 || xlsx_styles(x) < 0)
        return -1;
    return xlsx_sheet(x, sheet);
}

int
xlsx_read(struct str bytes, const char *wanted, const struct table_sink *sink,
          char name[XLSX_NAME_BYTES], struct err *e)
{
    struct xlsx x = { .sink = *sink, .e = e };
    struct zipread *zip = NULL;
    struct err why = { 0 };
    int rc = -1;

    name[0] = '\0';
    buf_init(&x.text, XLSX_STRINGS_BYTES_MAX);
    x.sheets = calloc(XLSX_SHEETS_MAX, sizeof(*x.sheets));
    x.dates = calloc(XLSX_STYLES_MAX, sizeof(*x.dates));
    if (x.sheets == NULL || x.dates == NULL) {
        err_oom(e);
    } else if ((zip = zipread_open(bytes, &why)) == NULL) {
        if (why.kind == ERR_DATA)
            xlsx_fail(&x, "PR-XLS-001", why.text);
        else
            *e = why;
    } else {
        x.zip = zip;
        rc = read_book(&x, wanted, name);
    }
    zipread_close(zip);
    buf_release(&x.text);
    free(x.ends);
    free(x.sheets);
    free(x.dates);
    return rc;
}
