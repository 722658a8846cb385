#include "loaders/xmlread.h"

#include <expat.h>

#include "base/buf.h"
#include "base/limits.h"

struct xmlread {
    struct xmlread_sink sink;
    XML_Parser       xml;
    enum xmlread_end state;
    int64_t          line;              /* where it ended badly; 0: not yet   */
    int              depth;
    char             path[XMLREAD_PATH_BYTES];
    size_t           ends[XMLREAD_DEPTH_MAX];   /* of each name in it         */
    char             space[XMLREAD_PATH_BYTES];
    bool             leaf;              /* no element inside so far           */
    struct buf       text;
};

/* The first reason stays. */
static void
stop(struct xmlread *x, enum xmlread_end why)
{
    if (x->state != XMLREAD_FINE)
        return;
    x->state = why;
    x->line = (int64_t)XML_GetCurrentLineNumber(x->xml);
    XML_StopParser(x->xml, XML_FALSE);
}

/* --- the path ----------------------------------------------------------- */

static bool
push(struct xmlread *x, const char *name)
{
    size_t at = x->depth > 0 ? x->ends[x->depth - 1] : 0, n = strlen(name);

    if (x->depth >= XMLREAD_DEPTH_MAX || at + n + 2 > sizeof(x->path)) {
        stop(x, XMLREAD_TOO_DEEP);
        return false;
    }
    if (at > 0)
        x->path[at++] = '/';
    memcpy(x->path + at, name, n + 1);
    x->ends[x->depth++] = at + n;
    return true;
}

static void
pop(struct xmlread *x)
{
    x->depth--;
    x->path[x->depth > 0 ? x->ends[x->depth - 1] : 0] = '\0';
}

/* --- what expat tells --------------------------------------------------- */

static const char *
local(const char *name)
{
    const char *bar = strrchr(name, '|');

    return bar != NULL ? bar + 1 : name;
}

static void XMLCALL
on_start(void *owner, const char *name, const char **atts)
{
    struct xmlread *x = owner;

    if (x->state != XMLREAD_FINE || !push(x, local(name)))
        return;
    x->leaf = true;
    buf_clear(&x->text);
    if (x->depth == 1)          /* the others are in the same, as good as */
        str_copy(x->space, sizeof(x->space),
                 (struct str){ name, (size_t)(local(name) - name) });
    if (!x->sink.start(x->sink.owner, local(name), atts))
        stop(x, XMLREAD_STOPPED);
}

static void XMLCALL
on_end(void *owner, const char *name)
{
    struct xmlread *x = owner;
    struct str text = { NULL, 0 };

    if (x->state != XMLREAD_FINE)
        return;
    if (x->text.failed) {
        stop(x, XMLREAD_TOO_LONG);
        return;
    }
    if (x->leaf)
        text = buf_view(&x->text);
    if (!x->sink.end(x->sink.owner, local(name), text))
        stop(x, XMLREAD_STOPPED);
    x->leaf = false;
    buf_clear(&x->text);
    pop(x);
}

static void XMLCALL
on_text(void *owner, const char *s, int n)
{
    struct xmlread *x = owner;

    if (x->leaf && x->state == XMLREAD_FINE)
        buf_add(&x->text, s, (size_t)n);
}

static void XMLCALL
on_doctype(void *owner, const char *name, const char *sysid,
           const char *pubid, int internal)
{
    (void)name;
    (void)sysid;
    (void)pubid;
    (void)internal;
    stop(owner, XMLREAD_DOCTYPE);
}

/* --- bytes -------------------------------------------------------------- */

static enum xmlread_end
parse(struct xmlread *x, const char *p, size_t n, int last)
{
    if (x->state == XMLREAD_FINE
        && XML_Parse(x->xml, p, (int)n, last) == XML_STATUS_ERROR)
        stop(x, XML_GetErrorCode(x->xml) == XML_ERROR_NO_MEMORY
                    ? XMLREAD_NO_MEMORY : XMLREAD_BROKEN);
    return x->state;
}

enum xmlread_end
xmlread_feed(struct xmlread *x, const void *bytes, size_t n)
{
    const char *p = bytes;

    for (size_t piece = 0; n > 0; p += piece, n -= piece) {
        piece = n < READ_CHUNK_BYTES ? n : READ_CHUNK_BYTES;
        if (parse(x, p, piece, 0) != XMLREAD_FINE)
            break;
    }
    return x->state;
}

enum xmlread_end
xmlread_end(struct xmlread *x)
{
    return parse(x, "", 0, 1);
}

/* --- asking ------------------------------------------------------------- */

int64_t
xmlread_line(const struct xmlread *x)
{
    return x->line != 0 ? x->line : (int64_t)XML_GetCurrentLineNumber(x->xml);
}

const char *
xmlread_path(const struct xmlread *x)
{
    return x->path;
}

int
xmlread_depth(const struct xmlread *x)
{
    return x->depth;
}

const char *
xmlread_space(const struct xmlread *x)
{
    return x->space;
}

const char *
xmlread_why(const struct xmlread *x)
{
    return XML_ErrorString(XML_GetErrorCode(x->xml));
}

const char *
xmlread_att(const char **atts, const char *name)
{
    for (; atts[0] != NULL; atts += 2)
        if (strcmp(local(atts[0]), name) == 0)
            return atts[1];
    return NULL;
}

/* --- life --------------------------------------------------------------- */

struct xmlread *
xmlread_new(const struct xmlread_sink *sink, struct err *e)
{
    struct xmlread *x = calloc(1, sizeof(*x));

    if (x == NULL || (x->xml = XML_ParserCreateNS(NULL, '|')) == NULL) {
        free(x);
        err_oom(e);
        return NULL;
    }
    x->sink = *sink;
    buf_init(&x->text, XMLREAD_TEXT_BYTES_MAX);
    XML_SetUserData(x->xml, x);
    XML_SetElementHandler(x->xml, on_start, on_end);
    XML_SetCharacterDataHandler(x->xml, on_text);
    XML_SetStartDoctypeDeclHandler(x->xml, on_doctype);
    return x;
}

void
xmlread_free(struct xmlread *x)
{
    if (x == NULL)
        return;
    XML_ParserFree(x->xml);
    buf_release(&x->text);
    free(x);
}
