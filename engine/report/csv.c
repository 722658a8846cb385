/*
 * One line a payment, for spreadsheets and for loading again: headers that the
 * payroll loader knows for what it reads, and others for what it must keep.
 */
#include "loaders/columns.h"
#include "money/money.h"
#include "providers/jscan.h"
#include "report/render.h"
#include "report/when.h"

enum column {
    C_LINE, C_EMPLOYEE_NO, C_NAME, C_PHONE, C_ACCOUNT, C_BANK_CODE, C_PAYBILL,
    C_TILL, C_ACCOUNT_REFERENCE, C_AMOUNT, C_CURRENCY, C_STATE, C_CODE,
    C_REASON, C_TODO, C_RECEIPT, C_CHARGE, C_RAIL, C_BATCH, C_OURS,
    C_REFERENCE, C_NARRATION, C_DECIDED, C_ID_NUMBER, C_KRA_PIN, C_DEPARTMENT,
    C_BRANCH, C_PAY_FROM, C_PART,
    C_COUNT
};

static const char *const headers[C_COUNT] = {
    [C_LINE] = "line", [C_EMPLOYEE_NO] = "employee_no", [C_NAME] = "name",
    [C_PHONE] = "phone", [C_ACCOUNT] = "account",
    [C_BANK_CODE] = "bank_code", [C_PAYBILL] = "paybill", [C_TILL] = "till",
    [C_ACCOUNT_REFERENCE] = "account_reference", [C_AMOUNT] = "amount",
    [C_CURRENCY] = "currency", [C_STATE] = "state", [C_CODE] = "code",
    [C_REASON] = "reason", [C_TODO] = "what to do", [C_RECEIPT] = "receipt",
    [C_CHARGE] = "charge", [C_RAIL] = "rail", [C_BATCH] = "batch",
    [C_OURS] = "payrun reference", [C_REFERENCE] = "reference",
    [C_NARRATION] = "narration", [C_DECIDED] = "decided at",
    [C_ID_NUMBER] = "id_number", [C_KRA_PIN] = "kra_pin",
    [C_DEPARTMENT] = "department", [C_BRANCH] = "branch",
    [C_PAY_FROM] = "pay from", [C_PART] = "part of the row"
};

struct csv_report {
    struct model *m;
    struct out *o;
    struct model_columns columns;
    bool wanted[C_COUNT];
    int decimals;
    struct jscan_value extra[CSV_FIELDS_MAX];   /* of the row at hand         */
    char room[CSV_LINE_BYTES_MAX];              /* for text with escapes      */
};

/* --- the header ---------------------------------------------------------- */

static void
choose(struct csv_report *c)
{
    const struct model_columns *u = &c->columns;

    for (int i = 0; i < C_COUNT; i++)
        c->wanted[i] = true;
    c->wanted[C_ACCOUNT] = u->account;
    c->wanted[C_BANK_CODE] = u->bank_code;
    c->wanted[C_PAYBILL] = u->paybill;
    c->wanted[C_TILL] = u->till;
    c->wanted[C_ACCOUNT_REFERENCE] = u->account_reference;
    c->wanted[C_ID_NUMBER] = u->id_number;
    c->wanted[C_KRA_PIN] = u->kra_pin;
    c->wanted[C_DEPARTMENT] = u->department;
    c->wanted[C_BRANCH] = u->branch;
    /* One account's name would only be in the way of loading it elsewhere. */
    c->wanted[C_PAY_FROM] = model_several(c->m);
    c->wanted[C_PART] = c->m->sums.more_rows > 0;
}

/*
 * Would a column of the file be taken for one of ours?  A "State" beside our
 * "state" confuses people; an "Amount" that was not the amount would make the
 * loader refuse the file.
 */
static bool
collides(const struct csv_report *c, struct str name)
{
    enum payroll_field f = columns_field(name);

    if (columns_ours(name))
        return true;
    for (int i = 0; i < C_COUNT; i++) {
        struct str ours = str_of(headers[i]);

        if (c->wanted[i]
            && (str_ieq(name, ours)
                || (f != PF_UNKNOWN && f == columns_field(ours))))
            return true;
    }
    return false;
}

static void
header(struct csv_report *c)
{
    struct buf *b = &c->o->b;
    char name[CSV_FIELD_BYTES_MAX + 8];

    buf_text(b, "\xEF\xBB\xBF");    /* Excel takes it for UTF-8 then */
    for (int i = 0; i < C_COUNT; i++) {
        if (!c->wanted[i])
            continue;
        buf_text(b, i > 0 ? "," : "");
        buf_csv(b, str_of(headers[i]), ',');
    }
    for (int i = 0; i < c->columns.nextra; i++) {
        struct str s = c->columns.extra[i];

        buf_char(b, ',');
        if (collides(c, s)) {
            snprintf(name, sizeof(name), "file: %.*s", STR_ARG(s));
            s = str_of(name);
        }
        buf_csv(b, s, ',');
    }
    buf_char(b, '\n');
}

/* --- one line ------------------------------------------------------------ */

enum where { AT_PHONE, AT_ACCOUNT, AT_PAYBILL, AT_TILL };

/* Which kind of account a rail pays to, as report_fields.sql has it. */
static enum where
where_of(const struct payment *p)
{
    if (str_eq(p->rail, STR("PESALINK")))
        return AT_ACCOUNT;
    if (!str_eq(p->rail, STR("MPESA-B2B")))
        return AT_PHONE;
    return p->account_reference.len > 0 ? AT_PAYBILL : AT_TILL;
}

static struct str
account_at(const struct payment *p, enum where where)
{
    return where_of(p) == where ? p->account : STR("");
}

/* The cells that are text as it stands. */
static struct str
text_cell(const struct payment *p, enum column i)
{
    switch (i) {
    case C_EMPLOYEE_NO: return p->employee_no;
    case C_NAME: return p->name;
    case C_PHONE: return account_at(p, AT_PHONE);
    case C_ACCOUNT: return account_at(p, AT_ACCOUNT);
    case C_BANK_CODE: return p->bank_code;
    case C_PAYBILL: return account_at(p, AT_PAYBILL);
    case C_TILL: return account_at(p, AT_TILL);
    case C_ACCOUNT_REFERENCE: return p->account_reference;
    case C_STATE: return str_of(pay_state_name(p->state));
    case C_CODE: return p->code;
    case C_REASON: return p->reason;
    case C_TODO: return str_of(p->todo);
    case C_RECEIPT: return p->receipt;
    case C_RAIL: return p->rail;
    case C_OURS: return str_of(p->reference);
    case C_REFERENCE: return p->maker_reference;
    case C_NARRATION: return p->narration;
    case C_ID_NUMBER: return p->id_number;
    case C_KRA_PIN: return p->kra_pin;
    case C_DEPARTMENT: return p->department;
    case C_BRANCH: return p->branch;
    case C_PAY_FROM: return str_of(p->payer);
    case C_LINE: case C_AMOUNT: case C_CURRENCY: case C_CHARGE: case C_BATCH:
    case C_DECIDED: case C_PART: case C_COUNT:
        break;
    }
    return STR("");
}

static void
cell(struct csv_report *c, const struct payment *p, enum column i)
{
    struct buf *b = &c->o->b;
    char when[WHEN_BYTES];

    if (i == C_LINE)
        buf_i64(b, p->line_no);
    else if (i == C_AMOUNT)
        buf_minor(b, p->minor, c->decimals);
    else if (i == C_CURRENCY)
        buf_text(b, c->m->run.ccy);
    else if (i == C_CHARGE && p->at_us != 0)
        buf_minor(b, p->charge_minor, c->decimals);
    else if (i == C_BATCH)
        buf_i64(b, p->number);
    else if (i == C_PART && p->parts > 1)
        buf_printf(b, "%lld of %lld", (long long)p->part,
                   (long long)p->parts);
    else if (i == C_DECIDED) {
        when_cell(p->at_us, when);
        buf_text(b, when);
    } else
        buf_csv(b, text_cell(p, i), ',');
}

/* --- columns of the file ------------------------------------------------- */

static int
extra_at(const struct csv_report *c, struct str name)
{
    for (int i = 0; i < c->columns.nextra; i++)
        if (str_eq(c->columns.extra[i], name))
            return i;
    return -1;
}

/* The members of ${json} into c->extra, each at its column. */
static void
extra_read(struct csv_report *c, struct str json)
{
    struct jscan js;
    struct jscan_value v;

    for (int i = 0; i < c->columns.nextra; i++)
        c->extra[i] = (struct jscan_value){ .kind = JSCAN_NONE };
    if (json.len == 0)
        return;
    jscan_start(&js, json, 0);
    if (jscan_next(&js) != JSCAN_OBJECT)
        return;
    while (jscan_next(&js) == JSCAN_KEY) {
        struct str name = { NULL, 0 };
        int at = -1;

        if (jscan_text(&js.value, c->room, sizeof(c->room), &name) == 0)
            at = extra_at(c, name);
        if (jscan_skip(&js, &v) == JSCAN_BROKEN)
            return;
        if (at >= 0)
            c->extra[at] = v;
    }
}

static int
line(void *owner, const struct payment *p)
{
    struct csv_report *c = owner;
    struct buf *b = &c->o->b;

    for (int i = 0; i < C_COUNT; i++) {
        if (!c->wanted[i])
            continue;
        buf_text(b, i > 0 ? "," : "");
        cell(c, p, (enum column)i);
    }
    extra_read(c, p->extra);
    for (int i = 0; i < c->columns.nextra; i++) {
        struct str s = { NULL, 0 };

        if (c->extra[i].kind != JSCAN_NONE)
            (void)jscan_text(&c->extra[i], c->room, sizeof(c->room), &s);
        buf_char(b, ',');
        buf_csv(b, s, ',');
    }
    buf_char(b, '\n');
    return out_turn(c->o);
}

int
csv_render(struct model *m, struct out *o, struct err *e)
{
    struct csv_report *c = calloc(1, sizeof(*c));
    int rc = -1;

    if (c == NULL)
        return err_oom(e);
    c->m = m;
    c->o = o;
    c->decimals = ccy_decimals(m->run.ccy);
    if (model_columns(m, &c->columns, e) < 0)
        goto out;
    choose(c);
    header(c);
    rc = model_payments(m, RUN_ROWS_MAX, line, c, e);
out:
    free(c);
    return rc;
}
