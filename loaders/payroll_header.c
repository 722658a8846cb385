#include "loaders/payroll_priv.h"

#include "loaders/columns.h"
#include "loaders/phone.h"

#define LIST_BYTES 240      /* of a header shown in a message */

static const char *const names[PF_COUNT] = {
    [PF_EMPLOYEE_NO] = "employee_no", [PF_NAME] = "name",
    [PF_PHONE] = "phone", [PF_AMOUNT] = "amount",
    [PF_CURRENCY] = "currency", [PF_RAIL] = "rail", [PF_BANK] = "bank",
    [PF_BANK_CODE] = "bank_code", [PF_ACCOUNT] = "account",
    [PF_PAYBILL] = "paybill", [PF_TILL] = "till",
    [PF_ACCOUNT_REFERENCE] = "account_reference",
    [PF_REFERENCE] = "reference", [PF_NARRATION] = "narration",
    [PF_ID_NUMBER] = "id_number", [PF_KRA_PIN] = "kra_pin",
    [PF_DEPARTMENT] = "department", [PF_BRANCH] = "branch",
    [PF_PAY_FROM] = "pay_from"
};

const char *
payroll_field_name(enum payroll_field f)
{
    return f >= 0 && f < PF_COUNT ? names[f] : "unknown";
}

enum payroll_field
payroll_field_of(struct str header)
{
    return columns_field(header);
}

/* --- which column is what ----------------------------------------------- */

static struct payroll_where
place(const struct payroll *p, int i)
{
    return (struct payroll_where){
        .line = p->rec->fields[i].line,
        .column = i + 1,
        .field = p->columns[i].field,
        .value = p->columns[i].header,
    };
}

/* Two columns that only describe are no reason to stop: the second one is
 * kept as one we do not know. */
static bool
only_describes(enum payroll_field f)
{
    return f == PF_DEPARTMENT || f == PF_BRANCH;
}

static void
claim(struct payroll *p, int i, enum payroll_field f)
{
    int had = p->at[f];
    struct payroll_where w = { .line = 0 };

    p->columns[i].field = f;
    if (had < 0) {
        p->at[f] = i;
        return;
    }
    /* what the user said by --map needs no second opinion */
    if (!only_describes(f)
        && p->columns[had].mapped == p->columns[i].mapped) {
        w = place(p, i);
        payroll_note(p, "PR-CSV-043", w, "columns %d (\"%.*s\") and %d "
                     "(\"%.*s\") are both the %s", had + 1,
                     STR_ARG(p->columns[had].header), i + 1,
                     STR_ARG(p->columns[i].header), payroll_field_name(f));
    }
    p->columns[i].field = PF_UNKNOWN;
}

static void
apply_map(struct payroll *p, const struct payroll_map *m)
{
    struct str wanted = str_trim(str_of(m->column));
    bool found = false;

    for (int i = 0; i < p->facts.columns; i++) {
        if (!str_ieq(p->columns[i].header, wanted))
            continue;
        found = true;
        p->columns[i].mapped = true;
        if (m->field >= 0 && m->field < PF_COUNT)
            claim(p, i, m->field);
    }
    if (!found)
        payroll_note(p, "PR-CSV-044",
                     (struct payroll_where){ .line = p->rec->line,
                                             .field = m->field,
                                             .value = wanted },
                     "no column is called \"%.*s\"", STR_ARG(wanted));
}

static void
name_columns(struct payroll *p)
{
    for (int i = 0; i < p->opt.nmaps; i++)
        apply_map(p, &p->opt.maps[i]);
    for (int i = 0; i < p->facts.columns; i++) {
        struct payroll_column *c = &p->columns[i];
        enum payroll_field f = columns_field(c->header);

        if (!c->mapped && !c->ours && f != PF_UNKNOWN)
            claim(p, i, f);
    }
    for (int i = 0; i < p->facts.columns; i++)
        p->facts.unknown_columns += p->columns[i].field == PF_UNKNOWN
                                    && !p->columns[i].ours
                                    && p->columns[i].header.len > 0;
}

/* --- what is missing ---------------------------------------------------- */

/* Append ${s}, when there is room for all of it. */
static void
add(char *out, size_t bytes, struct str s)
{
    size_t n = strlen(out);

    if (n + s.len < bytes)
        str_copy(out + n, bytes - n, s);
}

/* The header for a message: "Emp", "Nmae", "Pay". */
static void
list_headers(const struct payroll *p, char out[LIST_BYTES])
{
    out[0] = '\0';
    for (int i = 0; i < p->facts.columns; i++) {
        if (p->columns[i].ours || p->columns[i].header.len == 0)
            continue;
        add(out, LIST_BYTES, out[0] == '\0' ? STR("\"") : STR(", \""));
        add(out, LIST_BYTES, p->columns[i].header);
        add(out, LIST_BYTES, STR("\""));
    }
}

/* The unknown column that looks most like ${f}, or -1. */
static int
nearest(const struct payroll *p, enum payroll_field f)
{
    int best = -1, most = 0;

    for (int i = 0; i < p->facts.columns; i++) {
        int like = p->columns[i].field != PF_UNKNOWN || p->columns[i].ours
            ? 0 : columns_likeness(p->columns[i].header, f);

        if (like > most) {
            most = like;
            best = i;
        }
    }
    return best;
}

static void
missing(struct payroll *p, enum payroll_field f, const char *hint)
{
    struct payroll_where w = { .line = p->rec->line, .field = f };
    char list[LIST_BYTES], fix[LIST_BYTES];
    int i = nearest(p, f);

    list_headers(p, list);
    if (i >= 0) {
        snprintf(fix, sizeof(fix), "if \"%.*s\" is the %s, say so with "
                 "--map \"%.*s=%s\"; otherwise add the column",
                 STR_ARG(p->columns[i].header), payroll_field_name(f),
                 STR_ARG(p->columns[i].header), payroll_field_name(f));
        w.fix = arena_str(&p->header_mem, str_of(fix)).p;
        w.column = i + 1;
        w.value = p->columns[i].header;
    }
    payroll_note(p, "PR-CSV-040", w, "no column is the %s%s; the columns are "
                 "%s", payroll_field_name(f), hint, list);
}

static void
check_needed(struct payroll *p)
{
    if (p->at[PF_NAME] < 0)
        missing(p, PF_NAME, "");
    if (p->at[PF_PHONE] < 0 && p->at[PF_ACCOUNT] < 0
        && p->at[PF_PAYBILL] < 0 && p->at[PF_TILL] < 0)
        missing(p, PF_PHONE, " (nor an account, paybill or till)");
    if (p->at[PF_AMOUNT] < 0)
        missing(p, PF_AMOUNT, "");
}

/* --- is it a header at all? --------------------------------------------- */

static bool
looks_like_data(const struct payroll *p)
{
    for (int i = 0; i < p->facts.columns; i++) {
        struct amount_text amount = { .minor = 0 };
        char phone[PHONE_BYTES];
        int digits = 0;

        if (phone_read(p->columns[i].header, phone, &digits) == PHONE_FINE
            || amount_read(&amount, p->columns[i].header, AMOUNT_UNDECIDED,
                           p->opt.ccy, ccy_decimals(p->opt.ccy))
                   == AMOUNT_FINE)
            return true;
    }
    return false;
}

static void
not_a_header(struct payroll *p)
{
    struct payroll_where w = { .line = p->rec->line, .field = PF_UNKNOWN };
    char list[LIST_BYTES];

    list_headers(p, list);
    if (looks_like_data(p)) {
        payroll_note(p, "PR-CSV-041", w, "the first line is a row: %s", list);
        payroll_die(p, "the file has no header");
        return;
    }
    payroll_note(p, "PR-CSV-042", w, "the columns are %s", list);
    payroll_die(p, "no column name in the first line is known");
}

/* A row has few of the fields there are: a million times over, only those are
 * looked at. */
static bool
any_known(struct payroll *p)
{
    p->nused = 0;
    for (int f = 0; f < PF_COUNT; f++)
        if (p->at[f] >= 0)
            p->used[p->nused++] = (unsigned char)f;
    return p->nused > 0;
}

/* --- the header --------------------------------------------------------- */

/* The member name of each column for payroll_row.extra.  A second column of
 * the same name gets its number, or JSON readers would lose one of them. */
static int
make_keys(struct payroll *p)
{
    for (int i = 0; i < p->facts.columns; i++) {
        struct payroll_column *c = &p->columns[i];
        bool taken = c->header.len == 0;

        for (int k = 0; k < i && !taken; k++)
            taken = str_eq(p->columns[k].header, c->header);
        buf_clear(&p->text);
        if (taken) {
            buf_str(&p->text, c->header);
            buf_printf(&p->text, "%scolumn %d", c->header.len > 0 ? ", " : "",
                       i + 1);
            c->key = arena_str(&p->header_mem, buf_view(&p->text));
            buf_clear(&p->text);
        } else {
            c->key = c->header;
        }
        buf_json(&p->text, c->key);
        buf_char(&p->text, ':');
        c->key = arena_str(&p->header_mem, buf_view(&p->text));
        if (c->key.p == NULL || p->text.failed)
            return -1;
    }
    return 0;
}

static void
learn_facts(struct payroll *p, const struct csv_record *rec)
{
    p->facts.delimiter = ',';
    if (p->facts.source == PAYROLL_CSV) {
        p->facts.encoding = csv_encoding(p->csv);
        p->facts.delimiter = csv_delimiter(p->csv);
        p->facts.crlf = csv_crlf(p->csv);
    }
    p->facts.columns = rec->n;
    for (int i = 0; i < rec->n; i++) {
        struct str h = columns_cell(rec->fields[i].text);

        p->columns[i] = (struct payroll_column){
            .field = PF_UNKNOWN,
            .ours = columns_ours(h),
            .header = arena_str(&p->header_mem, h),
        };
    }
}

void
payroll_header(struct payroll *p, const struct csv_record *rec)
{
    p->have_header = true;
    p->rec = rec;
    p->blocked = false;
    learn_facts(p, rec);
    if (p->sink.header != NULL)
        p->sink.header(p->sink.owner, rec);
    name_columns(p);
    if (!any_known(p)) {
        not_a_header(p);
        return;
    }
    check_needed(p);
    payroll_group_find(p);
    p->header_blocks = p->blocked;
    p->header_problem = p->first;
    if (p->header_problem.detail.p == p->first_detail)
        p->header_problem.detail = arena_str(&p->header_mem,
                                             p->header_problem.detail);
    if (make_keys(p) < 0) {
        p->dead = true;
        err_oom(&p->why);
    }
}
