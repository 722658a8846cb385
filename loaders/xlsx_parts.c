/*
 * What all sheets of a workbook share: which parts it has, the names of its
 * sheets, the texts, and which styles show a number as a date.
 */
#include "loaders/xlsx_priv.h"

/* --- names of parts ----------------------------------------------------- */

static bool
ends_in(const char *s, const char *tail)
{
    size_t n = strlen(s), m = strlen(tail);

    return n >= m && strcmp(s + n - m, tail) == 0;
}

/* ${target} as the workbook's relations name it: from its own folder, or from
 * the top when it begins with a slash.  Parts never lie above. */
static void
resolve(const struct xlsx *x, const char *target,
        char out[XLSX_PART_NAME_BYTES])
{
    const char *slash = strrchr(x->workbook, '/');
    int folder = slash != NULL ? (int)(slash - x->workbook) + 1 : 0;

    if (target[0] == '/')
        snprintf(out, XLSX_PART_NAME_BYTES, "%s", target + 1);
    else
        snprintf(out, XLSX_PART_NAME_BYTES, "%.*s%s", folder, x->workbook,
                 target);
}

/* "xl/workbook.xml" has its relations in "xl/_rels/workbook.xml.rels". */
static void
relations_of(const char *part, char out[XLSX_PART_NAME_BYTES + 16])
{
    const char *slash = strrchr(part, '/');
    int folder = slash != NULL ? (int)(slash - part) + 1 : 0;

    snprintf(out, XLSX_PART_NAME_BYTES + 16, "%.*s_rels/%s.rels", folder,
             part, part + folder);
}

/* --- _rels/.rels -------------------------------------------------------- */

static bool
ignore_end(void *owner, const char *name, struct str text)
{
    (void)owner;
    (void)name;
    (void)text;
    return true;
}

static bool
on_root_relation(void *owner, const char *name, const char **atts)
{
    struct xlsx *x = owner;
    const char *type = xmlread_att(atts, "Type");
    const char *target = xmlread_att(atts, "Target");

    if (strcmp(name, "Relationship") == 0 && type != NULL && target != NULL
        && ends_in(type, "/officeDocument"))
        snprintf(x->workbook, sizeof(x->workbook), "%s",
                 target[0] == '/' ? target + 1 : target);
    return true;
}

/* What else comes as a zip archive. */
static int
not_a_workbook(struct xlsx *x)
{
    static const struct {
        const char *part, *what;
    } others[] = {
        { "xl/workbook.bin", "it is a binary Excel workbook (.xlsb)" },
        { "word/document.xml", "it is a Word document" },
        { "ppt/presentation.xml", "it is a PowerPoint presentation" },
        { "content.xml", "it is an OpenDocument file (.ods)" },
        { "Index/Document.iwa", "it is a Numbers or Pages document" }
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (zipread_has(x->zip, others[i].part))
            return xlsx_fail(x, "PR-XLS-002", others[i].what);
    return xlsx_fail(x, "PR-XLS-002", "it is a zip archive without a workbook");
}

int
xlsx_root(struct xlsx *x)
{
    const struct xmlread_sink sink = { on_root_relation, ignore_end, x };

    snprintf(x->workbook, sizeof(x->workbook), "xl/workbook.xml");
    if (xlsx_part(x, "_rels/.rels", false, &sink) < 0)
        return -1;
    return zipread_has(x->zip, x->workbook)
           && ends_in(x->workbook, ".xml") ? 0 : not_a_workbook(x);
}

/* --- workbook.xml ------------------------------------------------------- */

static bool
is_true(const char *s)
{
    return s != NULL && (strcmp(s, "1") == 0 || strcmp(s, "true") == 0);
}

static bool
on_workbook(void *owner, const char *name, const char **atts)
{
    struct xlsx *x = owner;
    const char *title = xmlread_att(atts, "name");
    const char *state = xmlread_att(atts, "state");
    const char *rel = xmlread_att(atts, "id");
    struct xlsx_sheet_name *s = NULL;

    if (strcmp(name, "workbookPr") == 0)
        x->from_1904 = is_true(xmlread_att(atts, "date1904"));
    if (strcmp(name, "sheet") != 0 || title == NULL || rel == NULL
        || x->nsheets == XLSX_SHEETS_MAX)
        return true;
    s = &x->sheets[x->nsheets++];
    *s = (struct xlsx_sheet_name){
        .hidden = state != NULL && strcmp(state, "visible") != 0
    };
    snprintf(s->name, sizeof(s->name), "%s", title);
    snprintf(s->rel, sizeof(s->rel), "%s", rel);
    return true;
}

static bool
on_relation(void *owner, const char *name, const char **atts)
{
    struct xlsx *x = owner;
    const char *type = xmlread_att(atts, "Type");
    const char *target = xmlread_att(atts, "Target");
    const char *id = xmlread_att(atts, "Id");

    if (strcmp(name, "Relationship") != 0 || type == NULL || target == NULL
        || id == NULL)
        return true;
    if (ends_in(type, "/sharedStrings"))
        resolve(x, target, x->strings);
    if (ends_in(type, "/styles"))
        resolve(x, target, x->styles);
    for (int i = 0; i < x->nsheets && ends_in(type, "/worksheet"); i++)
        if (strcmp(x->sheets[i].rel, id) == 0)
            resolve(x, target, x->sheets[i].part);
    return true;
}

int
xlsx_workbook(struct xlsx *x)
{
    const struct xmlread_sink sheets = { on_workbook, ignore_end, x };
    const struct xmlread_sink relations = { on_relation, ignore_end, x };
    char rels[XLSX_PART_NAME_BYTES + 16];

    relations_of(x->workbook, rels);
    if (xlsx_part(x, x->workbook, true, &sheets) < 0)
        return -1;
    return xlsx_part(x, rels, true, &relations);
}

/* --- sharedStrings.xml -------------------------------------------------- */

struct strings {
    struct xlsx *x;
    int  phonetic;              /* inside how a text is read aloud            */
    bool over;
};

static bool
on_string(void *owner, const char *name, const char **atts)
{
    struct strings *s = owner;

    (void)atts;
    s->phonetic += strcmp(name, "rPh") == 0;
    return true;
}

static bool
keep_string(struct xlsx *x)
{
    if (x->nstrings == x->room) {
        size_t room = x->room * 2 + 1024;
        uint32_t *more = realloc(x->ends, room * sizeof(*more));

        if (more == NULL)
            return false;
        x->ends = more;
        x->room = room;
    }
    x->ends[x->nstrings++] = (uint32_t)x->text.len;
    return true;
}

/* A text may be in pieces, each with its own font. */
static bool
on_string_end(void *owner, const char *name, struct str text)
{
    struct strings *s = owner;

    if (strcmp(name, "rPh") == 0)
        s->phonetic--;
    else if (strcmp(name, "t") == 0 && s->phonetic == 0)
        buf_str(&s->x->text, text);
    else if (strcmp(name, "si") == 0 && !keep_string(s->x))
        s->over = true;
    s->over = s->over || s->x->text.failed;
    return !s->over;
}

int
xlsx_strings(struct xlsx *x)
{
    struct strings s = { .x = x };
    const struct xmlread_sink sink = { on_string, on_string_end, &s };

    if (x->strings[0] != '\0' && xlsx_part(x, x->strings, false, &sink) < 0)
        return -1;
    return s.over ? xlsx_fail(x, "PR-XLS-003", "its texts take more memory "
                              "than is given to them") : 0;
}

bool
xlsx_string(const struct xlsx *x, int64_t i, struct str *out)
{
    uint32_t from = 0;

    if (i < 0 || (uint64_t)i >= x->nstrings)
        return false;
    from = i > 0 ? x->ends[i - 1] : 0;
    *out = (struct str){ x->text.p + from, x->ends[i] - from };
    return true;
}

/* --- styles.xml --------------------------------------------------------- */

#define FORMATS_MAX 4096        /* of a workbook's own                        */

struct styles {
    struct xlsx *x;
    int  in_cells;              /* inside cellXfs                             */
    int  nown;
    int64_t own[FORMATS_MAX];   /* formats of its own that show dates         */
};

/* Does a format such as "dd/mm/yyyy" show a date?  Text in quotes, colours and
 * conditions in brackets, and escaped letters say nothing. */
static bool
shows_date(const char *format)
{
    for (const char *p = format; *p != '\0'; p++) {
        if (*p == '"' || *p == '[') {
            p = strchr(p + 1, *p == '"' ? '"' : ']');
            if (p == NULL)
                return false;
        } else if (*p == '\\' || *p == '_' || *p == '*') {
            if (*++p == '\0')
                return false;
        } else if (strchr("yYdD", *p) != NULL) {
            return true;
        }
    }
    return false;
}

static bool
is_date_format(const struct styles *s, const char *id)
{
    int64_t n = 0;

    if (id == NULL || str_i64(&n, str_of(id)) < 0)
        return false;
    for (int i = 0; i < s->nown; i++)
        if (s->own[i] == n)
            return true;
    return (n >= 14 && n <= 17) || n == 22;     /* Excel's own */
}

static bool
on_style(void *owner, const char *name, const char **atts)
{
    struct styles *s = owner;
    const char *id = xmlread_att(atts, "numFmtId");
    const char *code = xmlread_att(atts, "formatCode");
    struct xlsx *x = s->x;
    int64_t n = 0;

    if (strcmp(name, "cellXfs") == 0)
        s->in_cells++;
    if (strcmp(name, "numFmt") == 0 && id != NULL && code != NULL
        && s->nown < FORMATS_MAX && shows_date(code)
        && str_i64(&n, str_of(id)) == 0)
        s->own[s->nown++] = n;
    if (strcmp(name, "xf") == 0 && s->in_cells > 0
        && x->nstyles < XLSX_STYLES_MAX)
        x->dates[x->nstyles++] = is_date_format(s, id);
    return true;
}

static bool
on_style_end(void *owner, const char *name, struct str text)
{
    struct styles *s = owner;

    (void)text;
    s->in_cells -= strcmp(name, "cellXfs") == 0;
    return true;
}

int
xlsx_styles(struct xlsx *x)
{
    struct styles s = { .x = x };
    const struct xmlread_sink sink = { on_style, on_style_end, &s };

    return x->styles[0] == '\0' ? 0 : xlsx_part(x, x->styles, false, &sink);
}
