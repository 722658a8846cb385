#include "db/inside.h"

/*
 * Numbers, texts and lists travel as text: the server then makes of them what
 * the statement needs (smallint, enum, date, int[] ...), which binary would
 * not.  Only bytea and lists of bytea are binary.
 */

#define NOWHERE   SIZE_MAX
#define BYTEA_OID 17            /* pg_type's number of it, for ever */

static void
list_text(struct buf *out, struct str s)
{
    size_t from = 0;

    if (s.p == NULL) {
        buf_text(out, "NULL");
        return;
    }
    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] != '"' && s.p[i] != '\\')
            continue;
        buf_add(out, s.p + from, i - from);
        buf_char(out, '\\');
        from = i;
    }
    if (s.len > from)
        buf_add(out, s.p + from, s.len - from);
    buf_char(out, '"');
}

/* "{1,2,3}", "{"a","b \" c",NULL}" */
static void
pack_list(struct buf *out, const struct db_arg *a)
{
    const int64_t *i64s = a->list;
    const int32_t *i32s = a->list;
    const struct str *texts = a->list;

    buf_char(out, '{');
    for (size_t i = 0; i < a->n; i++) {
        if (i > 0)
            buf_char(out, ',');
        if (a->kind == DB_A_I64S)
            buf_i64(out, i64s[i]);
        else if (a->kind == DB_A_I32S)
            buf_i64(out, i32s[i]);
        else
            list_text(out, texts[i]);
    }
    buf_char(out, '}');
}

static void
pack_u32(struct buf *out, size_t v)
{
    const char wire[] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8),
                          (char)v };

    buf_add(out, wire, sizeof(wire));
}

/* As array_recv() reads it: dimensions, has NULLs, type, length, first index,
 * then each with its length. */
static void
pack_byteas(struct buf *out, const struct db_arg *a)
{
    const struct str *list = a->list;

    pack_u32(out, a->n > 0 ? 1 : 0);
    pack_u32(out, 0);
    pack_u32(out, BYTEA_OID);
    if (a->n > 0) {
        pack_u32(out, a->n);
        pack_u32(out, 1);
    }
    for (size_t i = 0; i < a->n; i++) {
        pack_u32(out, list[i].len);
        buf_str(out, list[i]);
    }
}

/* Append ${a}; false when it is NULL. */
static bool
pack_text(struct buf *out, const struct db_arg *a)
{
    switch (a->kind) {
    case DB_A_I64:
        buf_i64(out, a->i64);
        return true;
    case DB_A_BOOL:
        buf_char(out, a->i64 != 0 ? 't' : 'f');
        return true;
    case DB_A_TEXT:
        if (a->str.p == NULL)
            return false;
        buf_str(out, a->str);
        return true;
    case DB_A_I64S:
    case DB_A_I32S:
    case DB_A_TEXTS:
        pack_list(out, a);
        return true;
    case DB_A_BYTEAS:
        pack_byteas(out, a);
        return true;
    case DB_A_BYTES:
    case DB_A_NULL:
        return false;
    }
    return false;
}

/* libpq takes text up to its NUL: what is behind it would be lost. */
static bool
has_nul(const struct buf *b, size_t from)
{
    return !b->failed
        && memchr(b->p + from, '\0', b->len - 1 - from) != NULL;
}

static enum db_status
pack_bytes(struct db *db, const char *sql, const struct db_arg *a, size_t i,
           struct args *out)
{
    if (a->str.len > DB_BYTES_MAX)
        return fault_say(db, DB_HARD, sql, "$%zu is too long", i + 1);
    out->binary[i] = 1;
    out->value[i] = a->str.p;
    out->bytes[i] = (int)a->str.len;
    return DB_OK;
}

/* Or was there no memory for them? */
static bool
too_long(const struct buf *b, const struct db_arg *args, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (args[i].kind == DB_A_TEXT && args[i].str.len > DB_BYTES_MAX)
            return true;
    return b->cap > DB_BYTES_MAX / 2;   /* it grew as far as it may */
}

enum db_status
args_pack(struct db *db, const char *sql, const struct db_arg *args, size_t n,
          struct args *out)
{
    size_t at[DB_ARGS_MAX];
    enum db_status st = DB_OK;

    *out = (struct args){ .n = (int)n };
    buf_clear(&db->args);
    if (n > DB_ARGS_MAX)
        return fault_say(db, DB_HARD, sql, "more than %d arguments",
                         DB_ARGS_MAX);
    for (size_t i = 0; i < n && st == DB_OK; i++) {
        size_t from = db->args.len;

        at[i] = pack_text(&db->args, &args[i]) ? from : NOWHERE;
        if (args[i].kind == DB_A_BYTEAS) {
            out->binary[i] = 1;
            out->bytes[i] = (int)(db->args.len - from);
        }
        buf_char(&db->args, '\0');
        if (at[i] != NOWHERE && out->binary[i] == 0
            && has_nul(&db->args, from))
            st = fault_say(db, DB_HARD, sql, "$%zu holds a NUL byte", i + 1);
        if (args[i].kind == DB_A_BYTES)
            st = pack_bytes(db, sql, &args[i], i, out);
    }
    if (st == DB_OK && db->args.failed)
        st = too_long(&db->args, args, n)
            ? fault_say(db, DB_HARD, sql, "the arguments are too long")
            : fault_memory(db, sql);
    for (size_t i = 0; i < n && st == DB_OK; i++)
        if (at[i] != NOWHERE)           /* only now it no longer moves */
            out->value[i] = db->args.p + at[i];
    return st;
}
