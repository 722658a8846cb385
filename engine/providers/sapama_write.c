#include "providers/sapama.h"

#include "base/text.h"
#include "providers/reference.h"
#include "providers/sapama_form.h"

#define LINE_BYTES   1300       /* one encoded, without its callback address  */
#define PHONE_DIGITS 12

_Static_assert(BATCH_ROWS_MAX * (LINE_BYTES + 3 * SAPAMA_CALLBACK_MAX)
               < NET_REPLY_BYTES_MAX, "the room that is made must exist");

/* What is the same for all payments of a file. */
struct writer {
    const struct payer    *payer;
    const struct pay_file *file;
    struct request *out;
    const char *gateway;
    bool        whole;              /* M-Pesa: whole shillings (mpesa.md 4)   */
    struct str  method;             /* of the callbacks                       */
    struct buf  room;               /* for text_ascii()                       */
    struct buf  url;                /* one payment's callback address         */
    int64_t     sum;
};

static int
refuse(struct err *e, const struct pay_line *p, const char *what,
       const char *fix)
{
    err_set(e, ERR_DATA, "payment %d (%s) cannot go to Sapama: %s", p->seq,
            p->reference, what);
    return err_fix(e, "%s", fix);
}

/* 254, then 7 or 1, then eight digits (mpesa.md 7). */
static bool
is_phone(struct str s)
{
    return s.len == PHONE_DIGITS && sapama_is_digits(s, PHONE_DIGITS)
        && memcmp(s.p, "254", 3) == 0 && (s.p[3] == '7' || s.p[3] == '1');
}

/* Its own token, and whole: by it alone a lost answer can be resolved. */
static bool
has_token(const struct pay_line *p)
{
    char token[TOKEN_BYTES], reference[REFERENCE_BYTES];

    if (!sapama_token(token, str_of(p->token))
        || strcmp(token, p->token) != 0)
        return false;
    sapama_token_reference(reference, token);
    return strcmp(reference, p->reference) == 0;
}

static int
check_line(const struct writer *w, const struct pay_line *p, struct err *e)
{
    int64_t batch_id = 0;
    int seq = 0;

    if (reference_read(str_of(p->reference), &batch_id, &seq) < 0
        || seq != p->seq)
        return err_set(e, ERR_BUG, "payment %d has the reference \"%s\", "
                       "which is another one's", p->seq, p->reference);
    if (!has_token(p))
        return err_set(e, ERR_BUG, "payment %d has no token of its own",
                       p->seq);
    if (p->minor <= 0 || p->minor > MONEY_MINOR_MAX)
        return refuse(e, p, "its amount is not above zero",
                      "Correct the amount in the file.");
    if (w->whole && p->minor % 100 != 0)
        return refuse(e, p, "M-Pesa takes whole shillings only",
                      "Round the amount to whole shillings in the file.");
    if (!is_phone(p->account))
        return refuse(e, p, "its account is not a Kenyan mobile number",
                      "Give the number as 2547... or 2541... with twelve "
                      "digits.");
    return 0;
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

/* Plain letters: what M-Pesa shows, and what an old database of theirs keeps
 * without cutting the rest off behind a character it does not know. */
static struct str
narrow(struct writer *w, struct str s)
{
    buf_clear(&w->room);
    text_ascii(&w->room, s, "-_.,/");
    return buf_view(&w->room);
}

static void
put(struct writer *w, int at, const char *key, struct str value)
{
    sapama_form_more(w->out, "beneficiaries", at, key, value);
}

/*
 * Both names are required (7.1).  The first word and the rest; one word stands
 * in both, because a blank or a dash may be refused; no plain letters at all
 * become "Payee" and the reference.
 */
static void
put_names(struct writer *w, int at, const struct pay_line *p)
{
    struct str name = narrow(w, p->name), first = name, last = name;
    const char *blank = name.len > 0 ? memchr(name.p, ' ', name.len) : NULL;

    if (name.len == 0) {
        first = STR("Payee");
        last = str_of(p->reference);
    } else if (blank != NULL) {
        first = str_cut(name, (size_t)(blank - name.p));
        last = (struct str){ blank + 1, name.len - first.len - 1 };
    }
    put(w, at, "first_name", cut(first, SAPAMA_NAME_MAX));
    put(w, at, "last_name", cut(last, SAPAMA_NAME_MAX));
}

static void
put_description(struct writer *w, int at, const struct pay_line *p)
{
    struct str told = cut(narrow(w, p->narration), SAPAMA_DESCRIPTION_MAX);

    put(w, at, "description", told.len > 0 ? told : str_of(p->reference));
}

/* "100", and "100.55" where there are cents (7.1). */
static void
put_amount(struct writer *w, int at, int64_t minor)
{
    char text[MONEY_TEXT_BYTES];

    if (minor % 100 == 0)
        snprintf(text, sizeof(text), "%lld", (long long)(minor / 100));
    else
        snprintf(text, sizeof(text), "%lld.%02lld", (long long)(minor / 100),
                 (long long)(minor % 100));
    put(w, at, "amount", str_of(text));
}

/* The token is the last part of the path: in the query it would hide one of
 * Sapama's own fields (2.1, 8.1). */
static void
put_callback(struct writer *w, int at, const struct pay_line *p)
{
    struct str base = str_of(w->payer->callback_url);

    while (base.len > 0 && base.p[base.len - 1] == '/')
        base.len--;
    buf_clear(&w->url);
    buf_str(&w->url, base);
    buf_char(&w->url, '/');
    buf_text(&w->url, p->token);
    put(w, at, "callback_url", buf_view(&w->url));
    put(w, at, "callback_http_method", w->method);
}

/*
 * One beneficiary, all its keys but "message": the till's own template speaks
 * to the payee.  The amount stands last: when the server cuts off what is too
 * much for it (7.6), the one cut through has no amount and cannot be paid.
 */
static int
write_line(struct writer *w, int at, const struct pay_line *p, struct err *e)
{
    if (check_line(w, p, e) < 0)
        return -1;
    if (minor_add(&w->sum, p->minor) < 0)
        return err_set(e, ERR_BUG, "the total of a batch is too large");
    put(w, at, "trans_id", str_of(p->reference));
    put(w, at, "trans_reference", str_of(p->reference));
    put(w, at, "gateway", str_of(w->gateway));
    put(w, at, "phone", p->account);
    put_names(w, at, p);
    put_description(w, at, p);
    put_callback(w, at, p);
    put(w, at, "short_code", str_of(w->payer->short_code));
    put(w, at, "currency", str_of(w->file->ccy));
    put(w, at, "bill_ref_number", str_of(p->token));
    put_amount(w, at, p->minor);
    return 0;
}

/* The gateway a rail is called by, or NULL. */
static const char *
gateway_of(const char *rail)
{
    if (rail != NULL && strcmp(rail, "SAPAMA-MPESA") == 0)
        return "mpesa";
    if (rail != NULL && strcmp(rail, "SAPAMA-EQUITEL") == 0)
        return "equitel";
    return NULL;
}

/* What ${f} and the account must agree about. */
static int
check_file(const struct pay_file *f, const struct payer *payer,
           struct err *e)
{
    if (gateway_of(f->rail) == NULL)
        return err_set(e, ERR_CONFIG, "Sapama has no rail \"%s\"",
                       f->rail != NULL ? f->rail : "");
    if (f->ccy == NULL || strcmp(f->ccy, "KES") != 0)
        return err_set(e, ERR_CONFIG, "Sapama does not pay in \"%s\"",
                       f->ccy != NULL ? f->ccy : "");
    if (f->wallet_id != NULL && f->wallet_id[0] != '\0'
        && !str_eq(str_of(f->wallet_id), str_of(payer->wallet_id)))
        return err_set(e, ERR_BUG, "a batch of till %s was to be sent from "
                       "till %s", f->wallet_id,
                       payer->wallet_id != NULL ? payer->wallet_id : "");
    if (f->nlines < 1 || f->nlines > BATCH_ROWS_MAX)
        return err_set(e, ERR_BUG, "a batch of %d payments", f->nlines);
    return 0;
}

static int
unset(struct err *e, const char *what, const char *fix)
{
    err_set(e, ERR_CONFIG, "the account at Sapama has no %s", what);
    return err_fix(e, "%s", fix);
}

static bool
starts(struct str s, struct str with)
{
    return str_eq(str_cut(s, with.len), with);
}

static bool
is_callback(struct str url)
{
    if (!starts(url, STR("https://")) && !starts(url, STR("http://")))
        return false;
    for (size_t i = 0; i < url.len; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '?'
            || url.p[i] == '#')
            return false;
    return url.len <= SAPAMA_CALLBACK_MAX;
}

/* All of these are required in every request (7.1). */
static int
check_payer(const struct payer *p, struct err *e)
{
    struct str method = str_of(p->callback_method);

    if (!sapama_is_digits(str_of(p->wallet_id), SAPAMA_NUMBER_MAX))
        return unset(e, "till number (location_id)",
                     "Give the number in the first column of Tills in "
                     "Sapama's console.");
    if (!sapama_is_digits(str_of(p->short_code), SAPAMA_NUMBER_MAX))
        return unset(e, "short code",
                     "Give the number of the paybill that pays.");
    if (!is_callback(str_of(p->callback_url)))
        return unset(e, "callback address, or one that cannot be used",
                     "Give an http(s) address without '?' and '#', at most 400 "
                     "characters; payrun puts each payment's token behind "
                     "it.");
    if (method.len > 0 && !str_eq(method, STR("get"))
        && !str_eq(method, STR("post")))
        return unset(e, "callback method it knows",
                     "Write \"get\" or \"post\".");
    return 0;
}

static int
write_lines(struct writer *w, struct err *e)
{
    const struct pay_file *f = w->file;

    for (int i = 0; i < f->nlines; i++) {
        /* ascending, so that none can stand there twice */
        if (i > 0 && f->lines[i].seq <= f->lines[i - 1].seq)
            return err_set(e, ERR_BUG, "payment %d stands behind payment %d",
                           f->lines[i].seq, f->lines[i - 1].seq);
        if (write_line(w, i, &f->lines[i], e) < 0)
            return -1;
    }
    if (w->sum != f->minor)
        return err_set(e, ERR_BUG, "the payments of a batch do not add up to "
                       "its total");
    return w->out->body.failed || w->room.failed || w->url.failed
           ? err_oom(e) : 0;
}

/* The fields beside the list: exactly those are hashed (1.2). */
static int
start(struct request *r, const struct payer *payer, int nlines,
      struct err *e)
{
    struct sapama_form form;

    sapama_form_start(&form, payer);
    form.more_bytes = (size_t)nlines
                      * (LINE_BYTES + 3 * strlen(payer->callback_url));
    sapama_form_put(&form, "location_id", str_of(payer->wallet_id));
    sapama_form_put(&form, "mode", payer->live ? STR("live")
                                               : STR("sandbox"));
    return sapama_form_post(r, "b2c", &form, payer, true, e);
}

int
sapama_write_send(struct request *r, const struct payer *payer,
                  const struct pay_file *f, struct err *e)
{
    struct writer w = {
        .payer = payer, .file = f, .out = r,
        .gateway = gateway_of(f->rail),
        .method = payer->callback_method != NULL
                  && payer->callback_method[0] != '\0'
                  ? str_of(payer->callback_method) : STR("post")
    };
    int rc = -1;

    *r = (struct request){ 0 };
    if (check_file(f, payer, e) < 0 || check_payer(payer, e) < 0
        || start(r, payer, f->nlines, e) < 0)
        return -1;
    buf_init(&w.room, NET_REPLY_BYTES_MAX);
    buf_init(&w.url, NET_REPLY_BYTES_MAX);
    w.whole = strcmp(w.gateway, "mpesa") == 0;
    rc = write_lines(&w, e);
    buf_release(&w.room);
    buf_release(&w.url);
    if (rc < 0)
        request_release(r);
    return rc;
}

#define NUMBER_BYTES 16

static void
put_number(struct sapama_form *f, const char *name, int n,
           char room[NUMBER_BYTES])
{
    if (n <= 0)
        return;
    snprintf(room, NUMBER_BYTES, "%d", n);
    sapama_form_put(f, name, str_of(room));
}

static bool
is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void
put_text(struct sapama_form *f, const char *name, const char *text)
{
    if (is_set(text))
        sapama_form_put(f, name, str_of(text));
}

/* ipned=any always: without it only what nobody has marked yet is shown (4),
 * and a payment that was marked would look as if it were not there. */
int
sapama_write_list(struct request *r, const struct payer *payer,
                  const struct list_query *q, struct err *e)
{
    struct sapama_form f;
    char page[NUMBER_BYTES], per_page[NUMBER_BYTES];

    *r = (struct request){ 0 };
    if (is_set(q->id) && !sapama_is_digits(str_of(q->id),
                                           PAYMENT_ID_BYTES - 1))
        return err_set(e, ERR_BUG, "\"%s\" cannot be a payment of Sapama",
                       q->id);
    if (is_set(q->phone) && !is_phone(str_of(q->phone)))
        return err_set(e, ERR_BUG, "\"%s\" cannot be a phone of Sapama",
                       q->phone);
    sapama_form_start(&f, payer);
    sapama_form_put(&f, "ipned", STR("any"));
    put_text(&f, "id", q->id);
    put_text(&f, "phone", q->phone);
    put_text(&f, "trans_id", q->reference);
    put_number(&f, "page", q->page, page);
    put_number(&f, "per_page", q->per_page, per_page);
    return sapama_form_get(r, "get_transactions", &f, payer, e);
}
