#include "money/money.h"
#include "sandbox/ask.h"
#include "sandbox/cash_inside.h"
#include "sandbox/cash_odd.h"

/* GET get_transactions, POST update_transaction, POST post_transaction. */

struct filter {
    struct str trans_id, uuid, ipned, phone;
    int64_t id, location;       /* 0: not asked */
    int64_t page, per_page;
    bool any;                   /* whatever its state */
    struct cash_look look;
};

/* PHP makes 0 of what is no number, and the paginator 1 of that. */
static int64_t
number(const struct cash_form *f, const char *name, int64_t usual)
{
    int64_t n = 0;

    if (str_i64(&n, cash_form_get(f, name)) < 0 || n < 1)
        return usual;
    return n;
}

static void
filter_read(struct filter *f, const struct cash_exchange *x)
{
    const struct cash_rules *r = &x->cash->rules;
    const struct cash_form *form = &x->form;

    *f = (struct filter){
        .trans_id = cash_form_get(form, "trans_id"),
        .uuid = cash_form_get(form, "uuid"),
        .ipned = cash_form_get(form, "ipned"),
        .phone = cash_form_get(form, "phone"),
        .id = number(form, "id", cash_form_get(form, "id").len > 0 ? -1 : 0),
        .location = number(form, "location_id", 0),
        .page = number(form, "page", 1),
        .per_page = number(form, "per_page", CASH_PER_PAGE),
        .look = { &x->cash->ledger.books, r, x->now_us },
    };
    f->any = str_eq(f->ipned, STR("any"))
        && (f->phone.len == 0 || r->is[RULE_ANY_WITH_PHONE] != 0);
    if (r->is[RULE_PER_PAGE_CAP] > 0 && f->per_page > r->is[RULE_PER_PAGE_CAP])
        f->per_page = r->is[RULE_PER_PAGE_CAP];
}

/* Without ipned only what no merchant has absorbed yet (contract 11). */
static bool
ipned_fits(const struct filter *f, const struct cash_row *row)
{
    if (f->any)
        return true;
    if (f->ipned.len == 0 || str_eq(f->ipned, STR("any")))
        return row->ipned == IPNED_RECEIVED || row->ipned == IPNED_NO;
    return str_eq(f->ipned, str_of(cash_ledger_ipned_name(row->ipned)));
}

static bool
row_fits(const struct filter *f, const struct cash_row *row)
{
    char uuid[CASH_UUID_BYTES];

    if (!cash_rows_seen(&f->look, row) || !ipned_fits(f, row))
        return false;
    if (f->id != 0 && f->id != cash_row_id(row))
        return false;
    if (f->location != 0
        && f->location != f->look.books->tills[row->till].location)
        return false;
    if (f->phone.len > 0
        && !str_eq(f->phone, str_of(cash_row_word(row, WORD_PHONE))))
        return false;
    if (f->trans_id.len > 0
        && !str_eq(f->trans_id, str_of(cash_rows_trans_id(&f->look, row))))
        return false;
    if (f->uuid.len > 0) {
        cash_rows_uuid(row, uuid);
        return str_eq(f->uuid, str_of(uuid));
    }
    return true;
}

/* The next candidate below place ${n} (n - 1, ..., 0), newest first, by the
 * shortest way; -1: no more. */
static int64_t
candidate(const struct filter *f, int64_t n, bool start)
{
    const struct cash_books *b = f->look.books;
    const struct cash_row *row;
    const uint32_t *last;

    if (f->id != 0) {
        row = start ? cash_books_row(b, f->id) : NULL;
        return row != NULL ? (int64_t)row->n : -1;
    }
    if (f->phone.len == 0)
        return n - 1;
    if (!start)
        return (int64_t)b->rows[n]->phone_before - 1;
    last = lookup_get(&b->phones, f->phone);
    return last != NULL ? (int64_t)*last - 1 : -1;
}

static int64_t
count(const struct filter *f)
{
    int64_t total = 0;

    for (int64_t n = candidate(f, f->look.books->nrows, true); n >= 0;
         n = candidate(f, n, false))
        if (row_fits(f, f->look.books->rows[n]))
            total += cash_odd_count(&f->look, f->look.books->rows[n]);
    return total;
}

static void
write_rows(struct cash_exchange *x, const struct filter *f, int64_t from)
{
    int64_t place = 0, written = 0;

    buf_text(&x->out, ",\"data\":[");
    for (int64_t n = candidate(f, f->look.books->nrows, true);
         n >= 0 && written < f->per_page; n = candidate(f, n, false)) {
        const struct cash_row *row = f->look.books->rows[n];
        int many = row_fits(f, row) ? cash_odd_count(&f->look, row) : 0;

        for (int i = 0; i < many && written < f->per_page; i++) {
            if (place++ < from)
                continue;
            if (written++ > 0)
                buf_char(&x->out, ',');
            cash_odd_write(&x->out, &f->look, row, i);
        }
    }
    buf_char(&x->out, ']');
}

static void
figure(struct cash_exchange *x, const char *name, int64_t n)
{
    buf_printf(&x->out, "\"%s\":", name);
    cash_rows_i64(&x->out, &x->cash->rules, n);
}

/* Laravel's paginator: a page beyond the end is the last page again. */
static void
write_page(struct cash_exchange *x, const struct filter *f, int64_t total)
{
    int64_t last = total > 0 ? (total + f->per_page - 1) / f->per_page : 1;
    int64_t page = f->page, from, to;

    if (page > last && x->cash->rules.is[RULE_PAGE_CLAMP] != 0)
        page = last;
    from = page > last ? total : (page - 1) * f->per_page;
    to = from + f->per_page < total ? from + f->per_page : total;
    cash_check_answer(x, "Transactions list");
    buf_char(&x->out, '{');
    figure(x, "total", total);
    buf_char(&x->out, ',');
    figure(x, "per_page", f->per_page);
    buf_char(&x->out, ',');
    figure(x, "current_page", page);
    buf_char(&x->out, ',');
    figure(x, "last_page", last);
    buf_char(&x->out, ',');
    figure(x, "from", to > from ? from + 1 : 0);
    buf_char(&x->out, ',');
    figure(x, "to", to > from ? to : 0);
    write_rows(x, f, from);
    buf_text(&x->out, ",\"controller\":\"transaction\",\"package\":"
             "\"payments\",");
    figure(x, "imageable", 0);
    buf_text(&x->out, ",\"action\":\"\"}}");
}

void
cash_list_get(struct cash_exchange *x)
{
    struct filter f;
    int64_t total;

    filter_read(&f, x);
    total = count(&f);
    if (total == 0 && f.id != 0
        && x->cash->rules.is[RULE_KNOWN_ID] == UNKNOWN_404) {
        x->http = 404;
        x->about = "Transaction";
        return;
    }
    write_page(x, &f, total);
}

void
cash_list_update(struct cash_exchange *x)
{
    int64_t id = cash_check_i64(x, "id");
    struct str ipned = cash_check_needs(x, "ipned");
    struct cash_row *row;
    enum cash_ipned to = IPNED_NO;

    if (ipned.len > 0 && (cash_ledger_read_ipned(&to, ipned) < 0
                          || to == IPNED_RECEIVED))
        cash_check_field(x, "ipned", "The selected ipned is invalid.");
    if (x->http != 200)
        return;
    row = cash_books_row(&x->cash->ledger.books, id);
    if (row == NULL && !cash_odd_beside(&x->cash->ledger.books, id)) {
        x->http = 404;
        x->about = "Transaction";
        return;
    }
    if (row != NULL)
        cash_ledger_ipned(&x->cash->ledger, row, to, x->now_us);
    cash_check_answer(x, "Transaction updated");
    buf_printf(&x->out, "{\"id\":\"%lld\"}}", (long long)id);
}

/* post_transaction. */

static const struct {
    const char *key;
    enum cash_word word;
} posted[] = {
    { "first_name", WORD_FIRST }, { "middle_name", WORD_MIDDLE },
    { "last_name", WORD_LAST }, { "trans_type", WORD_TRANS_TYPE },
    { "trans_id", WORD_TRANS_ID }, { "trans_time", WORD_TRANS_TIME },
    { "short_code", WORD_SHORT_CODE },
    { "org_account_balance", WORD_BALANCE }, { "phone", WORD_PHONE },
    { "bill_ref_number", WORD_BILL_REF },
    { "invoice_number", WORD_INVOICE_NUMBER },
    { "description", WORD_DESCRIPTION },
    { "third_party_trans_id", WORD_THIRD_ID },
};

/* NULL, or why this one is not taken. */
static const char *
post_flaw(const struct cash *s, const struct str *w, struct str amount,
          int64_t *minor)
{
    if (w[WORD_TRANS_ID].len == 0)
        return "The trans id field is required.";
    if (w[WORD_TRANS_TIME].len == 0)
        return "The trans time field is required.";
    if (w[WORD_DESCRIPTION].len == 0)
        return "The description field is required.";
    if (cash_check_amount(amount, minor) < 0)
        return "The trans amount must be a number.";
    if (cash_books_known(&s->ledger.books, w[WORD_TRANS_ID]) > 0)
        return "The trans id has already been taken.";
    return NULL;
}

/* The page's "Y:m:d H:i:s" and the sample's "Y-m-d H:i:s" are one time. */
static struct str
post_time(struct str s, char out[32])
{
    if (str_copy(out, 32, s) == 0 && s.len >= 10 && out[4] == ':'
        && out[7] == ':')
        out[4] = out[7] = '-';
    return str_of(out);
}

static void
post_one(struct cash_exchange *x, const json_t *item, bool first)
{
    struct str w[WORD_COUNT] = { { NULL, 0 } };
    struct cash *s = x->cash;
    struct cash_row *row = NULL;
    const char *flaw;
    int64_t minor = 0;
    char at[32];

    for (size_t i = 0; i < sizeof(posted) / sizeof(posted[0]); i++)
        w[posted[i].word] = ask_text(item, posted[i].key);
    w[WORD_TRANS_TIME] = post_time(w[WORD_TRANS_TIME], at);
    w[WORD_GATEWAY] = STR("");
    w[WORD_IP] = str_of(httpd_peer(x->request));
    flaw = post_flaw(s, w, ask_text(item, "trans_amount"), &minor);
    if (flaw == NULL && (row = cash_row_new(ROW_POSTED, w)) != NULL) {
        row->minor = minor;
        if (cash_life_take(s, row, x->now_us) < 0) {
            free(row);
            row = NULL;
        }
    }
    buf_printf(&x->out, "%s{\"third_party_trans_id\":", first ? "" : ",");
    cash_rows_json(&x->out, w[WORD_THIRD_ID]);
    buf_text(&x->out, ",\"trans_id\":");
    cash_rows_json(&x->out, w[WORD_TRANS_ID]);
    if (row != NULL) {
        buf_char(&x->out, ',');
        figure(x, "sapama_id", cash_row_id(row));
    }
    buf_printf(&x->out, ",\"type\":\"%s\",\"message\":",
               row != NULL ? "success" : "error");
    cash_rows_json(&x->out, str_of(row != NULL ? "Success" : flaw));
    buf_char(&x->out, '}');
}

/* Its page lists flat parameters, its author's sample sends one JSON text in
 * "transactions": both are taken. */
static json_t *
post_items(struct cash_exchange *x)
{
    struct str text = cash_form_get(&x->form, "transactions");
    json_t *items = NULL, *one;
    struct buf quoted = { 0 };

    if (text.len > 0) {
        buf_init(&quoted, CASH_FORM_BYTES_MAX);
        ask_quote(&quoted, text);
        items = json_loadb(quoted.p, quoted.len, 0, NULL);
        buf_release(&quoted);
        return items;
    }
    if (cash_form_get(&x->form, "trans_id").len == 0)
        return NULL;
    items = json_array();
    one = json_object();
    for (int i = 0; i < x->form.n; i++) {
        const struct cash_field *v = &x->form.fields[i];
        char name[64];

        if (v->index.p == NULL && str_copy(name, sizeof(name), v->base) == 0)
            json_object_set_new(one, name,
                                json_stringn(v->value.p, v->value.len));
    }
    json_array_append_new(items, one);
    return items;
}

void
cash_list_post(struct cash_exchange *x)
{
    json_t *items = post_items(x);
    size_t n = json_array_size(items);

    if (n == 0)
        cash_check_field(x, "transactions",
                         "The transactions field is required.");
    if (x->http == 200) {
        cash_check_answer(x, "Succeed.");
        buf_char(&x->out, '[');
        for (size_t i = 0; i < n; i++)
            post_one(x, json_array_get(items, i), i == 0);
        buf_text(&x->out, "]}");
    }
    json_decref(items);
}
