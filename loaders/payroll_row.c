#include "loaders/payroll_priv.h"

#include <endian.h>

#include "base/crypto.h"
#include "base/text.h"
#include "loaders/columns.h"
#include "loaders/payroll_rail.h"
#include "loaders/payroll_source.h"

#define ID_NUMBER_BYTES_MAX 20      /* IntaSend: id_number */
#define KRA_PIN_BYTES       11      /* A012345678Z         */

/* --- text --------------------------------------------------------------- */

/* Is every byte of eight printable ASCII?  Each has its top bit set in ${odd}
 * when it is 0x7F or more, or below a blank; or by a borrow. */
static bool
eight_plain(const char *p)
{
    const uint64_t ones = UINT64_MAX / 0xFF;    /* 0x0101... */
    uint64_t word = 0, odd = 0;

    memcpy(&word, p, 8);
    odd = word | (word + ones) | (word - ones * 0x20);
    return (odd & ones * 0x80) == 0;
}

/* Printable ASCII, eight bytes at a time; the last eight may be some of those
 * before once more. */
static bool
is_plain(struct str s)
{
    size_t i = 0;

    while (i + 8 <= s.len && eight_plain(s.p + i))
        i += 8;
    if (i > 0 && i + 8 > s.len && eight_plain(s.p + s.len - 8))
        return true;
    for (; i < s.len; i++)
        if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7F)
            return false;
    return true;
}

/* What a cell holds that cannot be seen.  A line break inside a remark is
 * harmless; in a name it is more likely two rows run together. */
static void
look_at_text(struct payroll *p, enum payroll_field f, struct str s)
{
    unsigned flaws = is_plain(s) ? TEXT_FINE : text_look(s, NULL);
    bool remark = f == PF_NARRATION || f == PF_DEPARTMENT || f == PF_BRANCH;

    if (f == PF_NAME)
        p->name_flaws = flaws;
    if (flaws == TEXT_FINE)
        return;
    if (flaws & TEXT_CONTROL && !remark)
        payroll_note(p, "PR-CSV-063", payroll_place(p, f),
                     "the cell holds more than one line of plain text");
    if (flaws & TEXT_BIDI)
        payroll_note(p, "PR-CSV-061", payroll_place(p, f),
                     "what is shown may not be what is there");
    if (flaws & TEXT_INVISIBLE)
        payroll_note(p, "PR-CSV-062", payroll_place(p, f),
                     "the same text typed by hand would be another one");
}

static struct str
take_text(struct payroll *p, enum payroll_field f, size_t bytes_max)
{
    struct str s = { NULL, 0 };

    if (p->at[f] < 0 || p->broken & 1U << f)
        return s;
    s = payroll_cell(p, f);
    look_at_text(p, f, s);
    if (s.len > bytes_max)
        payroll_note(p, "PR-CSV-064", payroll_place(p, f),
                     "%zu bytes; %zu are taken", s.len, bytes_max);
    return s;
}

static void
take_name(struct payroll *p)
{
    struct str s = take_text(p, PF_NAME, NAME_BYTES_MAX);

    p->row.name = s;
    if (p->at[PF_NAME] < 0 || p->broken & 1U << PF_NAME)
        return;
    if (s.len == 0)
        payroll_note(p, "PR-CSV-060", payroll_place(p, PF_NAME),
                     "the cell is empty");
    if (!(p->name_flaws & TEXT_NOT_NFC))
        return;
    buf_clear(&p->name);
    if (text_nfc(&p->name, s) == 0)     /* it is UTF-8: the reader saw to it */
        p->row.name = buf_view(&p->name);
}

static void
check_kra_pin(struct payroll *p)
{
    struct str s = p->row.kra_pin;
    bool good = s.len == KRA_PIN_BYTES
                && payroll_digits((struct str){ s.p + 1, s.len - 2 });

    if (s.len == 0)
        return;
    for (size_t i = 0; good && i < KRA_PIN_BYTES; i += KRA_PIN_BYTES - 1)
        good = (s.p[i] >= 'A' && s.p[i] <= 'Z')
               || (s.p[i] >= 'a' && s.p[i] <= 'z');
    if (!good)
        payroll_note(p, "PR-CSV-066", payroll_place(p, PF_KRA_PIN),
                     "%zu characters", s.len);
}

static void
take_texts(struct payroll *p)
{
    take_name(p);
    p->row.employee_no = take_text(p, PF_EMPLOYEE_NO, NAME_BYTES_MAX);
    p->row.reference = take_text(p, PF_REFERENCE, NAME_BYTES_MAX);
    p->row.narration = take_text(p, PF_NARRATION, NAME_BYTES_MAX);
    p->row.id_number = take_text(p, PF_ID_NUMBER, ID_NUMBER_BYTES_MAX);
    p->row.kra_pin = take_text(p, PF_KRA_PIN, NAME_BYTES_MAX);
    p->row.department = take_text(p, PF_DEPARTMENT, NAME_BYTES_MAX);
    p->row.branch = take_text(p, PF_BRANCH, NAME_BYTES_MAX);
    check_kra_pin(p);
}

static void
check_currency(struct payroll *p)
{
    struct str s = payroll_cell(p, PF_CURRENCY);

    if (s.len > 0 && !str_ieq(s, str_of(p->opt.ccy)))
        payroll_note(p, "PR-CSV-072", payroll_place(p, PF_CURRENCY),
                     "the account and the file are in %s", p->opt.ccy);
}

/* "#REF!" in any cell that is used: said once, and the cell is left alone. */
static void
check_sheet_errors(struct payroll *p)
{
    for (int k = 0; k < p->nused; k++) {
        enum payroll_field f = (enum payroll_field)p->used[k];
        struct str s = payroll_cell(p, f);

        if (s.len == 0 || s.p[0] != '#' || !columns_sheet_error(s))
            continue;
        p->broken |= 1U << f;
        payroll_note(p, "PR-CSV-065", payroll_place(p, f),
                     "the spreadsheet could not work out this cell");
    }
}

/* --- columns we do not know --------------------------------------------- */

/* Does payroll_row have a place for this column, in this row? */
static bool
is_carried(const struct payroll *p, enum payroll_field f)
{
    const struct rail_rule *rail = p->row.rail;

    switch (f) {
    case PF_EMPLOYEE_NO: case PF_NAME: case PF_AMOUNT: case PF_CURRENCY:
    case PF_RAIL: case PF_REFERENCE: case PF_NARRATION: case PF_ID_NUMBER:
    case PF_KRA_PIN: case PF_DEPARTMENT: case PF_BRANCH: case PF_PAY_FROM:
        return true;
    case PF_PHONE:
        return rail->account == ACCOUNT_PHONE;
    case PF_ACCOUNT:
        return rail->account == ACCOUNT_BANK
               || (rail->account == ACCOUNT_PAYBILL
                   && payroll_cell(p, PF_ACCOUNT_REFERENCE).len == 0);
    case PF_BANK_CODE:
        return rail->account == ACCOUNT_BANK;
    case PF_PAYBILL: case PF_ACCOUNT_REFERENCE:
        return rail->account == ACCOUNT_PAYBILL;
    case PF_TILL:
        return rail->account == ACCOUNT_TILL;
    case PF_BANK: case PF_UNKNOWN: case PF_COUNT:
        return false;
    }
    return false;
}

/* Most cells need no escapes, and a million rows have many. */
static void
put_json(struct buf *b, struct str s)
{
    char *to = NULL;

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7F
            || s.p[i] == '"' || s.p[i] == '\\') {
            buf_json(b, s);
            return;
        }
    if ((to = buf_room(b, s.len + 2)) == NULL)
        return;
    to[0] = '"';
    (void)payroll_put(to + 1, s, '"');
    b->len += s.len + 2;
}

static void
gather_extra(struct payroll *p)
{
    buf_clear(&p->extra);
    for (int i = 0; i < p->rec->n && i < p->facts.columns; i++) {
        const struct payroll_column *c = &p->columns[i];
        struct str s = p->rec->fields[i].text;

        if (s.len == 0 || c->ours || is_carried(p, c->field))
            continue;
        s = columns_unguard(s);
        buf_char(&p->extra, p->extra.len == 0 ? '{' : ',');
        buf_str(&p->extra, c->key);
        put_json(&p->extra, s);
    }
    if (p->extra.len > 0)
        buf_char(&p->extra, '}');
    p->row.extra = buf_view(&p->extra);
}

/* --- what becomes of the row -------------------------------------------- */

/* ${to} += ${add}, both with their lowest byte first. */
static void
add_128(unsigned char to[16], const unsigned char add[16])
{
    uint64_t a[2], b[2];

    memcpy(a, to, sizeof(a));
    memcpy(b, add, sizeof(b));
    a[0] = htole64(le64toh(a[0]) + le64toh(b[0]));
    a[1] = htole64(le64toh(a[1]) + le64toh(b[1])
                   + (le64toh(a[0]) < le64toh(b[0])));
    memcpy(to, a, sizeof(a));
}

/* Add a row's hash to the digest, modulo 2^128, so that the order of the rows
 * does not matter but how often one is there does. */
static void
add_digest(struct payroll *p)
{
    const struct payroll_row *r = &p->row;
    unsigned char hash[16];

    buf_clear(&p->text);
    buf_text(&p->text, r->rail->name);
    buf_char(&p->text, '|');
    buf_str(&p->text, r->account);
    if (r->bank_code.len > 0 || r->account_reference.len > 0) {
        buf_char(&p->text, '/');
        buf_str(&p->text, r->bank_code);
        buf_char(&p->text, '/');
        buf_str(&p->text, r->account_reference);
    }
    buf_char(&p->text, '|');
    buf_i64(&p->text, r->minor);
    buf_char(&p->text, '|');
    buf_str(&p->text, r->reference);
    hash128(buf_view(&p->text), hash);
    add_128(p->facts.rows_digest, hash);
}

static void
reject(struct payroll *p, const struct csv_record *rec)
{
    p->facts.bad_rows++;
    if (p->sink.reject != NULL)
        p->sink.reject(p->sink.owner, rec, &p->first);
}

static void
deliver(struct payroll *p)
{
    gather_extra(p);
    if (p->name.failed || p->extra.failed || p->text.failed) {
        p->dead = true;
        err_oom(&p->why);
        return;
    }
    p->row.payer = payroll_payer(p);
    add_digest(p);                          /* of the whole, however paid */
    p->facts.good_rows++;
    p->facts.good_minor += p->row.minor;    /* within p->sum_minor */
    p->row.line = p->rec->line;
    p->row.parts = p->split.parts > 1 ? p->split.parts : 1;
    p->facts.payments += p->row.parts;
    p->facts.split_rows += p->row.parts > 1;
    for (int n = 1; n <= p->row.parts && !p->dead; n++) {
        p->row.part = n;
        if (p->row.parts > 1)
            p->row.minor = rules_part(&p->split, n);
        if (p->sink.row(p->sink.owner, &p->row, &p->why) < 0)
            p->dead = true;
    }
}

/* --- one row ------------------------------------------------------------ */

static void
begin_row(struct payroll *p, const struct csv_record *rec)
{
    payroll_use(p, rec);
    p->row = (struct payroll_row){ .line = rec->line };
    p->split = (struct rail_split){ 0 };
    p->broken = 0;
    p->blocked = p->header_blocks;
    if (p->header_blocks)
        p->first = p->header_problem;
}

static bool
is_empty(const struct csv_record *rec)
{
    for (int i = 0; i < rec->n; i++)
        if (columns_cell(rec->fields[i].text).len > 0)
            return false;
    return true;
}

/* More fields than columns are fine when the surplus is empty: spreadsheets
 * write those.  Fewer are not: nobody knows which one is missing. */
static bool
check_width(struct payroll *p)
{
    const struct csv_record *rec = p->rec;
    struct payroll_where w = { .line = rec->line, .field = PF_UNKNOWN };
    int surplus = 0;

    for (int i = p->facts.columns; i < rec->n; i++)
        if (rec->fields[i].text.len > 0 && surplus++ == 0) {
            w.column = i + 1;
            w.line = rec->fields[i].line;
            w.value = rec->fields[i].text;
        }
    if (rec->n >= p->facts.columns && surplus == 0)
        return true;
    if (surplus > 0)
        w.fix = "put every value that has the delimiter in it, such as "
                "\"45,000\", into double quotes";
    payroll_note(p, "PR-CSV-050", w, "%d fields, the header has %d", rec->n,
                 p->facts.columns);
    return false;
}

static void
check_row(struct payroll *p)
{
    bool known = false;

    check_sheet_errors(p);
    payroll_source_row(p);
    payroll_from(p);                /* which rails there are */
    payroll_payee(p);               /* early: see seen_soon() */
    take_texts(p);
    payroll_group_take(p);
    check_currency(p);
    known = payroll_amount(p);
    payroll_payee_twice(p, known);
}

/* Count it, unless there are more than any run can have. */
static bool
count_row(struct payroll *p, int64_t line)
{
    if (p->facts.rows < RUN_ROWS_MAX) {
        p->facts.rows++;
        return true;
    }
    payroll_note(p, "PR-CSV-009",
                 (struct payroll_where){ .line = line, .field = PF_UNKNOWN },
                 "more than %d", RUN_ROWS_MAX);
    payroll_die(p, "the file has too many rows");
    return false;
}

void
payroll_row_take(struct payroll *p, const struct csv_record *rec)
{
    if (is_empty(rec))
        return;                     /* ",,,,": a spreadsheet's empty line */
    begin_row(p, rec);
    if (payroll_trailer(p) || !count_row(p, rec->line))
        return;
    if (p->trailer_line != 0)
        payroll_note(p, "PR-CSV-085",
                     (struct payroll_where){ .line = rec->line,
                                             .field = PF_UNKNOWN,
                                             .other_line = p->trailer_line },
                     "the total row is line %lld", (long long)p->trailer_line);
    else if (check_width(p))
        check_row(p);
    else
        p->unread++;
    if (p->dead)
        return;
    if (p->blocked)
        reject(p, rec);
    else
        deliver(p);
}

/* --- lines that are no rows --------------------------------------------- */

static const char *
flaw_code(enum csv_flaw flaw)
{
    switch (flaw) {
    case CSV_BAD_QUOTE:       return "PR-CSV-051";
    case CSV_OPEN_QUOTE:      return "PR-CSV-052";
    case CSV_TOO_LONG:        return "PR-CSV-053";
    case CSV_TOO_MANY_FIELDS: return "PR-CSV-054";
    case CSV_NUL_BYTE:        return "PR-CSV-005";
    case CSV_BAD_ENCODING:    return "PR-CSV-006";
    }
    return "PR-CSV-003";
}

static const char *
flaw_detail(enum csv_flaw flaw)
{
    switch (flaw) {
    case CSV_BAD_QUOTE:
        return "text stands in front of or behind a quoted value";
    case CSV_OPEN_QUOTE:
        return "the value that begins here does not end well on this line or "
               "below";
    case CSV_TOO_LONG:
        return "no real cell has 16 KB, no real line 64 KB";
    case CSV_TOO_MANY_FIELDS:
        return "128 fields are read at most";
    case CSV_NUL_BYTE:
        return "text has none";
    case CSV_BAD_ENCODING:
        return "the other lines are in another encoding";
    }
    return "";
}

_Static_assert(CSV_FIELD_BYTES_MAX == 16 * 1024
               && CSV_LINE_BYTES_MAX == 64 * 1024 && CSV_FIELDS_MAX == 128,
               "as flaw_detail() says");

/* The raw line as text that every output can take. */
static struct str
readable(struct payroll *p, struct str raw)
{
    bool utf8 = text_look(raw, NULL) != TEXT_NOT_UTF8;

    buf_clear(&p->extra);
    for (size_t i = 0; i < raw.len; i++) {
        bool show = raw.p[i] != '\0'
                    && (utf8 || (unsigned char)raw.p[i] < 0x80);

        buf_char(&p->extra, show ? raw.p[i] : '?');
    }
    return buf_view(&p->extra);
}

void
payroll_row_flaw(struct payroll *p, enum csv_flaw flaw, int64_t line,
                 int column, struct str raw)
{
    struct csv_field field = { .text = readable(p, raw), .line = line,
                               .at = 1 };
    struct csv_record rec = { .line = line, .line_end = line, .n = 1,
                              .fields = &field };
    struct payroll_where w = { .line = line, .column = column,
                               .field = PF_UNKNOWN, .value = field.text };

    begin_row(p, &rec);
    if (!count_row(p, line))
        return;
    p->unread++;
    payroll_note(p, flaw_code(flaw), w, "%s", flaw_detail(flaw));
    reject(p, &rec);
    p->rec = NULL;
}
