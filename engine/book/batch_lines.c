#include "book/batch.h"

#include "book/digest.h"
#include "db/column.h"
#include "db/sql.h"
#include "providers/reference.h"

#define CCY_BYTES 3

/* The columns of all rows; the texts are copied, for lines point into them. */
struct columns {
    struct str seq, minor, ccy, narration_bytes, part, parts;
    struct str account, bank_code, account_reference, name, narration,
               reference, id_number, employee_no;
};

static int
keep(struct arena *arena, struct str *text)
{
    if (text->len == 0)
        return 0;
    *text = arena_str(arena, *text);
    return text->p != NULL ? 0 : -1;
}

static enum db_status
columns_read(struct db *db, int64_t batch_id, struct arena *arena,
             struct columns *c)
{
    const struct db_arg args[] = { A_I64(batch_id) };
    const struct db_col cols[] = {
        C_BYTES_NULL("seq", &c->seq), C_BYTES_NULL("minor", &c->minor),
        C_BYTES_NULL("ccy", &c->ccy), C_STR_NULL("account", &c->account),
        C_STR_NULL("bank_code", &c->bank_code),
        C_STR_NULL("account_reference", &c->account_reference),
        C_STR_NULL("name", &c->name), C_STR_NULL("narration", &c->narration),
        C_BYTES_NULL("narration_bytes", &c->narration_bytes),
        C_STR_NULL("reference", &c->reference),
        C_STR_NULL("id_number", &c->id_number),
        C_STR_NULL("employee_no", &c->employee_no),
        C_BYTES_NULL("part", &c->part), C_BYTES_NULL("parts", &c->parts)
    };
    enum db_status st = db_one(db, sql_batch_lines, args, LEN(args), cols,
                               LEN(cols));

    if (st == DB_OK
        && (keep(arena, &c->account) < 0 || keep(arena, &c->bank_code) < 0
            || keep(arena, &c->account_reference) < 0
            || keep(arena, &c->name) < 0 || keep(arena, &c->narration) < 0
            || keep(arena, &c->reference) < 0
            || keep(arena, &c->id_number) < 0
            || keep(arena, &c->employee_no) < 0))
        st = DB_HARD;
    return st;
}

/* Nothing stays nothing. */
static struct str
text_of(struct str s)
{
    return s.len > 0 ? s : (struct str){ NULL, 0 };
}

static struct str
narration_take(struct columns *c, size_t i)
{
    struct str *all = &c->narration;
    struct str s = { all->p, (size_t)column_i32(c->narration_bytes, i) };

    *all = (struct str){ all->p + s.len, all->len - s.len };
    return text_of(s);
}

/* Row ${i}, as the digest covers it and as it is sent. */
static void
line_read(struct columns *c, const struct batch *b, size_t i,
          struct sha256 *hash, struct pay_line *l)
{
    char ccy[CCY_BYTES + 1] = "";
    struct digest_row d = {
        .seq = column_i16(c->seq, i), .minor = column_i64(c->minor, i),
        .rail = b->rail, .ccy = ccy, .account = column_line(&c->account),
        .bank_code = text_of(column_line(&c->bank_code)),
        .account_reference = text_of(column_line(&c->account_reference)),
        .name = column_line(&c->name),
        .narration = narration_take(c, i),
        .reference = text_of(column_line(&c->reference)),
        .id_number = text_of(column_line(&c->id_number)),
        .employee_no = text_of(column_line(&c->employee_no)),
        .part = column_i16(c->part, i), .parts = column_i16(c->parts, i)
    };

    memcpy(ccy, c->ccy.p + i * CCY_BYTES, CCY_BYTES);
    digest_row_add(hash, &d);
    *l = (struct pay_line){
        .seq = d.seq, .minor = d.minor, .account = text_of(d.account),
        .name = text_of(d.name),
        .narration = d.narration.len > 0 ? d.narration
                                         : text_of(str_of(b->narration)),
        .bank_code = d.bank_code, .account_reference = d.account_reference,
        .id_number = d.id_number
    };
    reference_write(b->batch_id, d.seq, l->reference);
}

/* As many of each column as the batch has rows; another program than payrun may
 * have put a line break where none can be. */
static bool
columns_whole(const struct columns *c, size_t rows)
{
    const struct str numbers[] = { c->seq, c->part, c->parts };
    const struct str texts[] = {
        c->account, c->bank_code, c->account_reference, c->name, c->reference,
        c->id_number, c->employee_no
    };
    size_t narrations = 0;
    bool whole = c->minor.len == rows * sizeof(int64_t)
        && c->narration_bytes.len == rows * sizeof(int32_t)
        && c->ccy.len == rows * CCY_BYTES;

    for (size_t i = 0; i < LEN(numbers); i++)
        whole = whole && numbers[i].len == rows * sizeof(int16_t);
    for (size_t i = 0; i < LEN(texts); i++)
        whole = whole && column_lines(texts[i]) == rows;
    for (size_t i = 0; whole && i < rows; i++)
        narrations += (size_t)column_i32(c->narration_bytes, i);
    return whole && narrations == c->narration.len;
}

enum db_status
batch_lines(struct db *db, const struct batch *b, struct arena *arena,
            struct pay_line **lines, unsigned char digest[SHA256_BYTES])
{
    struct columns c = { .seq = { NULL, 0 } };
    size_t rows = (size_t)b->rows;
    struct pay_line *all = NULL;
    struct sha256 hash;
    enum db_status st = DB_OK;

    *lines = NULL;
    sha256_of(STR(""), digest);
    if ((all = arena_alloc(arena, rows * sizeof(*all))) == NULL)
        return DB_HARD;
    if ((st = columns_read(db, b->batch_id, arena, &c)) != DB_OK)
        return st < DB_NONE ? st : DB_HARD;
    /* A digest says nothing about lines that are not there. */
    if (!columns_whole(&c, rows))
        return DB_NONE;
    sha256_init(&hash);
    for (size_t i = 0; i < rows; i++)
        line_read(&c, b, i, &hash, &all[i]);
    sha256_end(&hash, digest);
    *lines = all;
    return DB_OK;
}
