#include "providers/intasend.h"

#include <assert.h>

#include "base/text.h"
#include "providers/reference.h"

/* A payment as text: all members at their widths are under 800 bytes. */
#define LINE_BYTES 1024
/* Most have fewer, with the comma: the body then grows once. */
#define LINE_BYTES_TYPICAL 160

struct line {
    char   p[LINE_BYTES];
    size_t len;
};

/* What is the same for all payments of a file. */
struct writer {
    const struct pay_file *file;
    bool        whole;              /* M-Pesa to phones: whole shillings only */
    bool        bank, bill;         /* what its rail adds to a payment        */
    struct line line;
    struct str  reference;          /* of the payment under way               */
    struct buf  name, narration;    /* room for text_ascii()                  */
    struct str  told;               /* the narration last seen ...            */
    struct str  narrow;             /* ... and what became of it              */
    int64_t     sum;
};

static inline void
put(struct line *l, struct str s)
{
    assert(s.len <= sizeof(l->p) - l->len);
    if (s.len > 0)
        memcpy(l->p + l->len, s.p, s.len);
    l->len += s.len;
}

/* A member whose value needs no escapes: the caller has looked. */
static void
put_member(struct line *l, struct str head, struct str value)
{
    put(l, head);
    put(l, value);
    put(l, STR("\""));
}

_Static_assert(INTASEND_DECIMALS == 2, "an amount has two decimals");

/* Whole units, or with decimals, from the minor units, right to left. */
static void
put_amount(struct line *l, int64_t minor, bool whole)
{
    char digits[MONEY_TEXT_BYTES];
    size_t at = sizeof(digits);
    uint64_t left = (uint64_t)minor / 100, cents = (uint64_t)minor % 100;

    if (!whole) {
        digits[--at] = (char)('0' + cents % 10);
        digits[--at] = (char)('0' + cents / 10);
        digits[--at] = '.';
    }
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    put(l, (struct str){ digits + at, sizeof(digits) - at });
}

static bool
is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.len > 0;
}

/* Is it what text_ascii() would make of it?  Most names already are, so every
 * byte is looked at without a branch. */
static bool
is_narrow(struct str s)
{
    bool bad = false, blank = true;

    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.p[i];
        bool letter = ((c | 0x20) - 'a' < 26) | (c - '0' < 10) | (c == '-')
                      | (c == '_');
        bool space = c == ' ';

        bad |= (letter | space) == 0;
        bad |= space & blank;       /* one would be made of two */
        blank = space;
    }
    return !bad && !blank;
}

/* ${s} in the letters IntaSend takes (2.1); empty when none are left. */
static struct str
narrow(struct buf *room, struct str s)
{
    if (s.len == 0 || is_narrow(s))
        return s;
    buf_clear(room);
    text_ascii(room, s, "-_");
    return buf_view(room);
}

/* A text cut to ${bytes} must not end with the blank before the next word. */
static struct str
cut(struct str s, size_t bytes)
{
    s = str_cut(s, bytes);
    while (s.len > 0 && s.p[s.len - 1] == ' ')
        s.len--;
    return s;
}

static int
refuse(struct err *e, const struct pay_line *p, const char *what,
       const char *fix)
{
    err_set(e, ERR_DATA, "payment %d (%s) cannot go to IntaSend: %s", p->seq,
            p->reference, what);
    return err_fix(e, "%s", fix);
}

/* What every rail asks of a payment. */
static int
check_line(const struct writer *w, const struct pay_line *p, struct err *e)
{
    int64_t batch_id = 0;
    int seq = 0;

    if (reference_read(w->reference, &batch_id, &seq) < 0
        || seq != p->seq)
        return err_set(e, ERR_BUG, "payment %d has the reference \"%s\", "
                       "which is another one's", p->seq, p->reference);
    if (p->minor <= 0 || p->minor > MONEY_MINOR_MAX)
        return refuse(e, p, "its amount is not above zero",
                      "Correct the amount in the file.");
    if (w->whole && p->minor % 100 != 0)
        return refuse(e, p, "M-Pesa takes whole shillings only",
                      "Round the amount to whole shillings in the file.");
    if (!is_digits(p->account) || p->account.len > INTASEND_ACCOUNT_MAX)
        return refuse(e, p, "its account is not a number of at most 24 "
                      "digits", "Correct the phone or account number.");
    return 0;
}

/* A bill's account number, such as "INV/2026-11": printable, no escapes. */
static bool
is_bill(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"'
            || s.p[i] == '\\')
            return false;
    return s.len <= INTASEND_BILL_MAX;
}

/* The members only one rail has (2.2). */
static int
put_rail(struct writer *w, const struct pay_line *p, struct err *e)
{
    if (w->bank) {
        if (!is_digits(p->bank_code)
            || p->bank_code.len > INTASEND_ACCOUNT_MAX)
            return refuse(e, p, "its bank code is not a number",
                          "Give the bank's IntaSend code, such as 68.");
        put_member(&w->line, STR(",\"bank_code\":\""), p->bank_code);
    }
    if (!w->bill)
        return 0;
    /* a PayBill without account_type is taken and then fails as TF103 */
    if (p->account_reference.len == 0) {
        put(&w->line, STR(",\"account_type\":\"TillNumber\""));
        return 0;
    }
    if (!is_bill(p->account_reference))
        return refuse(e, p, "its bill account is longer than 20 characters "
                      "or has characters IntaSend does not take",
                      "Correct the bill's account number.");
    put_member(&w->line, STR(",\"account_type\":\"PayBill\","
                             "\"account_reference\":\""),
               p->account_reference);
    return 0;
}

static int
put_id_number(struct writer *w, const struct pay_line *p, struct err *e)
{
    struct str id = narrow(&w->name, p->id_number);

    if (id.len == 0)
        return 0;
    /* M-Pesa compares it with its own: a part of one would never match */
    if (id.len > INTASEND_ID_NUMBER_MAX)
        return refuse(e, p, "its ID number is longer than 20 characters",
                      "Correct the ID number or leave it empty.");
    put_member(&w->line, STR(",\"id_number\":\""), id);
    return 0;
}

static void
put_name(struct writer *w, const struct pay_line *p)
{
    struct str name = cut(narrow(&w->name, p->name), INTASEND_NAME_MAX);

    put(&w->line, p == w->file->lines ? STR("{\"name\":\"")
                                      : STR(",{\"name\":\""));
    if (name.len == 0) {            /* a script without plain letters */
        put(&w->line, STR("Payee "));
        name = w->reference;
    }
    put(&w->line, name);
}

/* The narration gives way; the reference stands whole and last. */
static void
put_narrative(struct writer *w, const struct pay_line *p)
{
    struct str told = { NULL, 0 };

    if (w->told.p == NULL || !str_eq(w->told, p->narration)) {
        w->told = p->narration;
        w->narrow = narrow(&w->narration, p->narration);
    }
    told = cut(w->narrow, INTASEND_NARRATIVE_MAX - 1 - w->reference.len);
    put(&w->line, STR("\",\"narrative\":\""));
    put(&w->line, told);
    if (told.len > 0)
        put(&w->line, STR(" "));
    put(&w->line, w->reference);
}

static int
write_line(struct buf *body, struct writer *w, const struct pay_line *p,
           struct err *e)
{
    struct line *l = &w->line;

    w->reference = str_of(p->reference);
    if (check_line(w, p, e) < 0)
        return -1;
    if (minor_add(&w->sum, p->minor) < 0)
        return err_set(e, ERR_BUG, "the total of a batch is too large");
    l->len = 0;
    put_name(w, p);
    put(l, STR("\",\"account\":\""));
    put(l, p->account);
    put(l, STR("\",\"amount\":\""));
    put_amount(l, p->minor, w->whole);
    put_narrative(w, p);
    put_member(l, STR("\",\"idempotency_key\":\""), w->reference);
    if (put_rail(w, p, e) < 0 || put_id_number(w, p, e) < 0)
        return -1;
    put(l, STR("}"));
    buf_add(body, l->p, l->len);
    return 0;
}

static bool
has_rail(const char *rail)
{
    for (int i = 0; rail != NULL && intasend_rails[i] != NULL; i++)
        if (strcmp(intasend_rails[i], rail) == 0)
            return true;
    return false;
}

/* A text of the configuration that is given at most ${max} bytes long. */
static bool
fits(const char *text, size_t max)
{
    return text == NULL || strlen(text) <= max;
}

static int
check_file(const struct pay_file *f, struct err *e)
{
    if (!has_rail(f->rail))
        return err_set(e, ERR_CONFIG, "IntaSend has no rail \"%s\"",
                       f->rail != NULL ? f->rail : "");
    if (f->ccy == NULL || ccy_decimals(f->ccy) != INTASEND_DECIMALS)
        return err_set(e, ERR_CONFIG, "IntaSend does not pay in \"%s\"",
                       f->ccy != NULL ? f->ccy : "");
    if (f->wallet_id != NULL && f->wallet_id[0] != '\0'
        && !intasend_is_id(str_of(f->wallet_id),
                           sizeof((struct wallet_answer){ 0 }.wallet_id) - 1))
        return err_set(e, ERR_CONFIG, "\"%s\" is not a wallet of IntaSend",
                       f->wallet_id);
    if (!fits(f->callback_url, INTASEND_CALLBACK_MAX))
        return err_set(e, ERR_CONFIG, "the callback address is longer than "
                       "%d characters", INTASEND_CALLBACK_MAX);
    if (!fits(f->batch_reference, INTASEND_BATCH_REF_MAX))
        return err_set(e, ERR_BUG, "the batch reference is longer than %d "
                       "characters", INTASEND_BATCH_REF_MAX);
    if (f->nlines < 1 || f->nlines > BATCH_ROWS_MAX)
        return err_set(e, ERR_BUG, "a batch of %d payments", f->nlines);
    return 0;
}

/* One member of the head, when it is given. */
static void
head_member(struct buf *b, const char *head, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    buf_text(b, head);
    buf_json(b, str_of(value));
}

/* "YES" always: initiate then moves no money, and a lost answer costs
 * nothing (2.9).  There is no way to ask this file for "NO". */
static void
write_head(struct buf *b, const struct pay_file *f)
{
    buf_text(b, "{\"currency\":");
    buf_json(b, str_of(f->ccy));
    buf_text(b, ",\"provider\":");
    buf_json(b, str_of(f->rail));
    buf_text(b, ",\"requires_approval\":\"YES\"");
    head_member(b, ",\"wallet_id\":", f->wallet_id);
    head_member(b, ",\"batch_reference\":", f->batch_reference);
    head_member(b, ",\"callback_url\":", f->callback_url);
    buf_text(b, ",\"transactions\":[");
}

static int
write_lines(struct buf *body, struct writer *w, struct err *e)
{
    const struct pay_file *f = w->file;

    for (int i = 0; i < f->nlines; i++) {
        /* ascending, so that none can stand there twice */
        if (i > 0 && f->lines[i].seq <= f->lines[i - 1].seq)
            return err_set(e, ERR_BUG, "payment %d stands behind payment %d",
                           f->lines[i].seq, f->lines[i - 1].seq);
        if (write_line(body, w, &f->lines[i], e) < 0)
            return -1;
    }
    if (w->sum != f->minor)
        return err_set(e, ERR_BUG, "the payments of a batch do not add up to "
                       "its total");
    return 0;
}

/* A POST of JSON, its body still empty. */
static void
post(struct request *r, const char *path, bool changes)
{
    *r = (struct request){
        .method = "POST", .content_type = "application/json",
        .auth = AUTH_BEARER, .changes = changes
    };
    str_copy(r->path, sizeof(r->path), str_of(path));
    /* what we send comes back inside the answer, so its cap serves both */
    buf_init(&r->body, NET_REPLY_BYTES_MAX);
}

/* The end of every writer: half a request is none. */
static int
done(struct request *r, int rc, struct err *e)
{
    if (rc == 0 && r->body.failed)
        rc = err_oom(e);
    if (rc < 0)
        request_release(r);
    return rc;
}

int
intasend_write_initiate(struct request *r, const struct pay_file *f,
                        struct err *e)
{
    struct writer w = { .file = f };
    int rc = -1;

    post(r, "send-money/initiate/", true);
    buf_init(&w.name, NET_REPLY_BYTES_MAX);
    buf_init(&w.narration, NET_REPLY_BYTES_MAX);
    if (check_file(f, e) < 0)
        goto out;
    w.whole = strcmp(f->rail, "MPESA-B2C") == 0;
    w.bank = strcmp(f->rail, "PESALINK") == 0;
    w.bill = strcmp(f->rail, "MPESA-B2B") == 0;
    buf_reserve(&r->body, (size_t)f->nlines * LINE_BYTES_TYPICAL);
    write_head(&r->body, f);
    if (write_lines(&r->body, &w, e) < 0)
        goto out;
    buf_text(&r->body, "]}");
    rc = w.name.failed || w.narration.failed ? err_oom(e) : 0;
out:
    buf_release(&w.name);
    buf_release(&w.narration);
    return done(r, rc, e);
}

int
intasend_write_approve(struct request *r, struct str stored, struct err *e)
{
    post(r, "send-money/approve/", true);
    if (stored.len == 0)
        return done(r, err_set(e, ERR_BUG, "nothing is stored to approve"),
                    e);
    buf_str(&r->body, stored);
    return done(r, 0, e);
}

/* The body {"<member>":"<id>"}. */
static int
write_id(struct request *r, const char *member, const char *id, size_t max,
         struct err *e)
{
    if (!intasend_is_id(str_of(id), max))
        return done(r, err_set(e, ERR_BUG, "\"%s\" cannot be a %s of "
                               "IntaSend", id != NULL ? id : "", member), e);
    buf_printf(&r->body, "{\"%s\":\"%s\"}", member, id);
    return done(r, 0, e);
}

int
intasend_write_status(struct request *r, const char *tracking_id,
                      struct err *e)
{
    post(r, "send-money/status/", false);
    return write_id(r, "tracking_id", tracking_id,
                    sizeof((struct file_answer){ 0 }.tracking_id) - 1, e);
}

int
intasend_write_cancel(struct request *r, const char *file_alias,
                      struct err *e)
{
    post(r, "send-money/cancel/", true);
    return write_id(r, "file_id", file_alias,
                    sizeof((struct file_answer){ 0 }.file_alias) - 1, e);
}

/* A wallet's name becomes part of a path, so it is letters and digits. */
static bool
is_wallet(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] == '/' || s.p[i] == '?' || s.p[i] == '#'
            || s.p[i] == '%' || s.p[i] == '.')
            return false;
    return intasend_is_id(s, sizeof((struct wallet_answer){ 0 }.wallet_id)
                             - 1);
}

int
intasend_write_wallets(struct request *r, const char *wallet_id,
                       struct err *e)
{
    struct str id = str_of(wallet_id);

    *r = (struct request){ .method = "GET", .auth = AUTH_BEARER };
    buf_init(&r->body, NET_REPLY_BYTES_MAX);
    if (id.len == 0) {
        /* the list comes in pages: the filter puts ours on the first */
        str_copy(r->path, sizeof(r->path),
                 STR("wallets/?currency=KES&wallet_type=SETTLEMENT"));
        return 0;
    }
    if (!is_wallet(id))
        return done(r, err_set(e, ERR_CONFIG, "\"%s\" is not a wallet of "
                               "IntaSend", wallet_id), e);
    snprintf(r->path, sizeof(r->path), "wallets/%s/", wallet_id);
    return 0;
}
