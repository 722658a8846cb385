/*
 * camt.053 as a stream of elements.  Nothing counts before its end tag came, so
 * a file that was cut gives no half amount.
 */
#include "loaders/statement_camt.h"

#include <expat.h>

#define MEM_BYTES (64 * (size_t)CAMT_TEXT_BYTES_MAX)

struct statement_where
statement_camt_at(const struct statement_camt *c, const char *field,
                  struct str value)
{
    return (struct statement_where){
        .line = (int64_t)XML_GetCurrentLineNumber(c->xml),
        .column = (int)XML_GetCurrentColumnNumber(c->xml) + 1,
        .field = field,
        .value = value,
    };
}

static void
stop(struct statement_camt *c)
{
    c->s->dead = true;
    XML_StopParser(c->xml, XML_FALSE);
}

/* --- the path ----------------------------------------------------------- */

static bool
push(struct statement_camt *c, const char *name)
{
    size_t at = c->depth > 0 ? c->ends[c->depth - 1] : 0, n = strlen(name);

    if (c->depth >= CAMT_DEPTH_MAX || at + n + 2 > CAMT_PATH_BYTES) {
        statement_note(c->s, "PR-STM-007", statement_camt_at(c, "",
                       str_of(name)),
                       "more than %d elements in one another", CAMT_DEPTH_MAX);
        stop(c);
        return false;
    }
    if (at > 0)
        c->path[at++] = '/';
    memcpy(c->path + at, name, n + 1);
    c->ends[c->depth++] = at + n;
    return true;
}

static void
pop(struct statement_camt *c)
{
    c->depth--;
    c->path[c->depth > 0 ? c->ends[c->depth - 1] : 0] = '\0';
}

/* What the element is called below its scope: "Refs/EndToEndId". */
static const char *
below_scope(const struct statement_camt *c)
{
    int begins = c->begins[c->scope];

    return begins < c->depth && begins > 0 ? c->path + c->ends[begins - 1] + 1
                                           : "";
}

/* --- scopes ------------------------------------------------------------- */

/* Messages that look alike but are no end-of-day statement. */
static bool
other_message(struct statement_camt *c, const char *name)
{
    static const struct {
        const char *name, *what;
    } others[] = {
        { "BkToCstmrAcctRpt", "camt.052 tells of a day that is not over" },
        { "BkToCstmrDbtCdtNtfctn", "camt.054 has no balances" },
        { "CstmrCdtTrfInitn", "pain.001 is an order to pay" },
        { "CstmrPmtStsRpt", "pain.002 is an answer to orders" }
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(name, others[i].name) == 0) {
            statement_note(c->s, "PR-STM-052", statement_camt_at(c, name,
                           (struct str){ NULL, 0 }), "%s", others[i].what);
            stop(c);
            return true;
        }
    return false;
}

static void
enter(struct statement_camt *c, enum camt_scope scope)
{
    c->scope = scope;
    c->begins[scope] = c->depth;
    switch (scope) {
    case CAMT_OUT:
    case CAMT_MESSAGE: return;
    case CAMT_STMT:    statement_open(c->s); return;
    case CAMT_BAL:
        c->bal = (struct camt_item){ .line = 0 };
        arena_reset(&c->entry_mem);
        return;
    case CAMT_NTRY:    statement_camt_entry(c); return;
    case CAMT_TX:      statement_camt_tx(c); return;
    }
}

/* Does the element that begins open a scope? */
static void
find_scope(struct statement_camt *c, const char *name)
{
    bool child = c->depth == c->begins[c->scope] + 1;

    switch (c->scope) {
    case CAMT_OUT:
        if (strcmp(name, "BkToCstmrStmt") == 0)
            enter(c, CAMT_MESSAGE);
        else
            other_message(c, name);
        return;
    case CAMT_MESSAGE:
        if (child && strcmp(name, "Stmt") == 0)
            enter(c, CAMT_STMT);
        return;
    case CAMT_STMT:
        if (child && strcmp(name, "Bal") == 0)
            enter(c, CAMT_BAL);
        else if (child && strcmp(name, "Ntry") == 0)
            enter(c, CAMT_NTRY);
        return;
    case CAMT_NTRY:
        if (strcmp(below_scope(c), "NtryDtls/TxDtls") == 0)
            enter(c, CAMT_TX);
        return;
    case CAMT_BAL:
    case CAMT_TX:
        return;
    }
}

/* The element that ends is the one that opened the scope. */
static void
leave(struct statement_camt *c)
{
    switch (c->scope) {
    case CAMT_OUT:     return;
    case CAMT_MESSAGE: c->scope = CAMT_OUT; return;
    case CAMT_STMT:
        statement_close(c->s, statement_camt_at(c, "Stmt/Bal",
                        (struct str){ NULL, 0 }));
        c->scope = CAMT_MESSAGE;
        return;
    case CAMT_BAL:
        statement_camt_balance(c);
        c->scope = CAMT_STMT;
        return;
    case CAMT_NTRY:
        statement_camt_entry_end(c);
        c->scope = CAMT_STMT;
        return;
    case CAMT_TX:
        statement_camt_tx_end(c);
        c->scope = CAMT_NTRY;
        return;
    }
}

/* --- what expat tells --------------------------------------------------- */

static const char *
local(const char *name)
{
    const char *bar = strrchr(name, '|');

    return bar != NULL ? bar + 1 : name;
}

static void
take_currency(struct statement_camt *c, const char **atts)
{
    c->ccy[0] = '\0';
    for (; atts[0] != NULL; atts += 2)
        if (strcmp(local(atts[0]), "Ccy") == 0
            && (strlen(atts[1]) != 3 || ccy_decimals(atts[1]) < 0))
            c->ccy[0] = '?';            /* one that is not known */
        else if (strcmp(local(atts[0]), "Ccy") == 0)
            str_copy(c->ccy, sizeof(c->ccy), str_of(atts[1]));
}

static void XMLCALL
on_start(void *owner, const char *name, const char **atts)
{
    struct statement_camt *c = owner;

    if (c->s->dead || c->s->stopped || !push(c, local(name)))
        return;
    c->leaf = true;
    buf_clear(&c->text);
    take_currency(c, atts);
    find_scope(c, local(name));
    XML_DefaultCurrent(c->xml);
}

static void
end_leaf(struct statement_camt *c)
{
    struct str s = str_trim(buf_view(&c->text));

    if (c->text.failed)
        statement_note(c->s, "PR-STM-007",
                       statement_camt_at(c, below_scope(c), s),
                       "more than %d bytes of text", CAMT_TEXT_BYTES_MAX);
    else
        statement_camt_leaf(c, below_scope(c), s);
}

static void XMLCALL
on_end(void *owner, const char *name)
{
    struct statement_camt *c = owner;

    (void)name;
    if (c->s->dead || c->s->stopped)
        return;
    XML_DefaultCurrent(c->xml);
    if (c->scope != CAMT_OUT && c->depth == c->begins[c->scope])
        leave(c);
    else if (c->leaf)
        end_leaf(c);
    c->leaf = false;
    buf_clear(&c->text);
    pop(c);
    if (c->s->stopped)
        XML_StopParser(c->xml, XML_FALSE);
}

static void XMLCALL
on_text(void *owner, const char *s, int n)
{
    struct statement_camt *c = owner;

    if (c->s->dead || c->s->stopped)
        return;
    if (c->leaf)
        buf_add(&c->text, s, (size_t)n);
    XML_DefaultCurrent(c->xml);
}

/* The document as it stands, for the raw text of entries and payments. */
static void XMLCALL
on_raw(void *owner, const char *s, int n)
{
    struct statement_camt *c = owner;

    if (c->scope == CAMT_TX)
        buf_add(&c->raw_tx, s, (size_t)n);
    if (c->scope == CAMT_NTRY || (c->scope == CAMT_TX && c->ntx == 0))
        buf_add(&c->raw, s, (size_t)n);
}

/* Entities can blow up a small file; statements have none. */
static void XMLCALL
on_doctype(void *owner, const char *name, const char *sysid, const char *pubid,
           int internal)
{
    struct statement_camt *c = owner;

    (void)sysid;
    (void)pubid;
    (void)internal;
    statement_note(c->s, "PR-STM-051", statement_camt_at(c, "DOCTYPE",
                   str_of(name)), "it is not read any further");
    stop(c);
}

/* --- bytes -------------------------------------------------------------- */

void
statement_camt_feed(struct statement_camt *c, struct str bytes)
{
    while (bytes.len > 0 && !c->s->dead && !c->s->stopped) {
        struct str piece = str_cut(bytes, READ_CHUNK_BYTES);

        if (XML_Parse(c->xml, piece.p, (int)piece.len, 0) == XML_STATUS_ERROR
            && !c->s->dead && !c->s->stopped) {
            if (XML_GetErrorCode(c->xml) == XML_ERROR_NO_MEMORY) {
                statement_fail(c->s);
                return;
            }
            statement_note(c->s, "PR-STM-050", statement_camt_at(c, c->path,
                           (struct str){ NULL, 0 }), "%s",
                           XML_ErrorString(XML_GetErrorCode(c->xml)));
            c->s->dead = true;
        }
        bytes.p += piece.len;
        bytes.len -= piece.len;
    }
}

void
statement_camt_end(struct statement_camt *c)
{
    if (XML_Parse(c->xml, "", 0, 1) == XML_STATUS_ERROR && !c->s->dead
        && !c->s->stopped) {
        if (XML_GetErrorCode(c->xml) == XML_ERROR_NO_MEMORY) {
            statement_fail(c->s);
            return;
        }
        statement_note(c->s, "PR-STM-004", statement_camt_at(c, c->path,
                       (struct str){ NULL, 0 }), "this element has no end");
        c->s->open = false;
        return;
    }
    if (!c->s->dead && !c->s->stopped && c->s->numbers == 0)
        statement_note(c->s, "PR-STM-052",
                       (struct statement_where){ .field = "Stmt" },
                       "there is no camt.053 statement in this file");
}

/* --- life --------------------------------------------------------------- */

struct statement_camt *
statement_camt_new(struct statement *s, struct err *e)
{
    struct statement_camt *c = calloc(1, sizeof(*c));

    if (c == NULL || (c->xml = XML_ParserCreateNS(NULL, '|')) == NULL) {
        free(c);
        err_oom(e);
        return NULL;
    }
    c->s = s;
    buf_init(&c->text, CAMT_TEXT_BYTES_MAX);
    buf_init(&c->raw, STATEMENT_RAW_BYTES_MAX);
    buf_init(&c->raw_tx, STATEMENT_RAW_BYTES_MAX);
    arena_init(&c->entry_mem, MEM_BYTES);
    arena_init(&c->tx_mem, MEM_BYTES);
    XML_SetUserData(c->xml, c);
    XML_SetElementHandler(c->xml, on_start, on_end);
    XML_SetCharacterDataHandler(c->xml, on_text);
    XML_SetDefaultHandler(c->xml, on_raw);
    XML_SetStartDoctypeDeclHandler(c->xml, on_doctype);
    return c;
}

void
statement_camt_free(struct statement_camt *c)
{
    if (c == NULL)
        return;
    XML_ParserFree(c->xml);
    buf_release(&c->text);
    buf_release(&c->raw);
    buf_release(&c->raw_tx);
    arena_release(&c->entry_mem);
    arena_release(&c->tx_mem);
    free(c);
}
