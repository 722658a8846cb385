#include "db/inside.h"

#include <errno.h>
#include <limits.h>

#define BYTEA_OID 17            /* fixed for ever in pg_type.dat */

enum db_status
cols_find(struct db *db, struct cols *c, const PGresult *res)
{
    if (c->n > DB_COLS_MAX)
        return fault_say(db, DB_HARD, c->sql, "more than %d columns",
                         DB_COLS_MAX);
    for (size_t i = 0; i < c->n; i++) {
        c->at[i] = PQfnumber(res, c->col[i].name);
        if (c->at[i] < 0)
            return fault_say(db, DB_HARD, c->sql, "gives no column \"%s\"",
                             c->col[i].name);
        if (c->col[i].kind == DB_C_BYTES
            && PQftype(res, c->at[i]) != BYTEA_OID)
            return fault_say(db, DB_HARD, c->sql, "column \"%s\" is not bytea",
                             c->col[i].name);
    }
    return DB_OK;
}

/* A whole number from ${least} to ${most}, and nothing else. */
static int
read_i64(const char *text, int64_t least, int64_t most, int64_t *out)
{
    char *end = NULL;
    long long v = 0;

    errno = 0;
    v = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || v < least || v > most)
        return -1;
    *out = v;
    return 0;
}

static int
read_bool(const char *text, bool *out)
{
    if (strcmp(text, "t") != 0 && strcmp(text, "f") != 0)
        return -1;
    *out = text[0] == 't';
    return 0;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

#define NO_ROOM (-2)            /* not the value's fault                      */

/* "\x6162": the only form, since link.c sets bytea_output. */
static int
read_bytes(struct db *db, struct str text, struct str *out)
{
    size_t n = (text.len - 2) / 2;
    char *p = NULL;

    if (text.len < 2 || text.p[0] != '\\' || text.p[1] != 'x'
        || text.len % 2 != 0)
        return -1;
    if ((p = arena_alloc(&db->bytes, n + 1)) == NULL)
        return NO_ROOM;
    for (size_t i = 0; i < n; i++) {
        int hi = hex_digit(text.p[2 + 2 * i]);
        int lo = hex_digit(text.p[3 + 2 * i]);

        if (hi < 0 || lo < 0)
            return -1;
        p[i] = (char)(hi << 4 | lo);
    }
    *out = (struct str){ p, n };
    return 0;
}

static int
read_value(struct db *db, const struct db_col *c, struct str v, int binary)
{
    int64_t i64 = 0;

    switch (c->kind) {
    case DB_C_I64:
        return read_i64(v.p, INT64_MIN, INT64_MAX, c->out);
    case DB_C_INT:
        if (read_i64(v.p, INT_MIN, INT_MAX, &i64) < 0)
            return -1;
        *(int *)c->out = (int)i64;
        return 0;
    case DB_C_BOOL:
        return read_bool(v.p, c->out);
    case DB_C_TEXT:
        return str_copy(c->out, c->bytes, v);
    case DB_C_STR:
        *(struct str *)c->out = v;
        return 0;
    case DB_C_BYTES:
        if (binary == 0)
            return read_bytes(db, v, c->out);
        *(struct str *)c->out = v;
        return 0;
    }
    return -1;
}

static void
read_null(const struct db_col *c)
{
    switch (c->kind) {
    case DB_C_I64:
        *(int64_t *)c->out = 0;
        break;
    case DB_C_INT:
        *(int *)c->out = 0;
        break;
    case DB_C_BOOL:
        *(bool *)c->out = false;
        break;
    case DB_C_TEXT:
        *(char *)c->out = '\0';
        break;
    case DB_C_STR:
    case DB_C_BYTES:
        *(struct str *)c->out = (struct str){ NULL, 0 };
        break;
    }
}

enum db_status
cols_read(struct db *db, const struct cols *c, const PGresult *res, int row)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct db_col *col = &c->col[i];
        int at = c->at[i], rc = 0;

        if (PQgetisnull(res, row, at)) {
            if (!col->may_be_null)
                return fault_say(db, DB_HARD, c->sql, "column \"%s\" is NULL",
                                 col->name);
            read_null(col);
            continue;
        }
        rc = read_value(db, col,
                        (struct str){ PQgetvalue(res, row, at),
                                      (size_t)PQgetlength(res, row, at) },
                        PQfformat(res, at));
        if (rc == NO_ROOM)
            return fault_memory(db, c->sql);
        /* the value itself stays out of the message: it may be personal */
        if (rc < 0)
            return fault_say(db, DB_HARD, c->sql, "column \"%s\" does not fit "
                             "what the program reads it into", col->name);
    }
    return DB_OK;
}
