#include "sandbox/ask.h"

#include <stddef.h>

#include "money/money.h"

/* The members of a transaction that are texts (contract 2.1). */
enum letters {
    LETTERS_ANY,
    LETTERS_DIGITS,             /* ^([\s\d]+)$          */
    LETTERS_WORDS               /* ^[a-zA-Z0-9-_ ]+$    */
};

static const struct member {
    const char  *key;
    size_t       chars_max;
    enum letters letters;
    size_t       place;         /* of its file_text in struct item */
} members[] = {
    { "account", FIGURE_ACCOUNT_MAX, LETTERS_DIGITS,
      offsetof(struct item, account) },
    { "name", FIGURE_NAME_MAX, LETTERS_WORDS, offsetof(struct item, name) },
    { "narrative", FIGURE_NAME_MAX, LETTERS_WORDS,
      offsetof(struct item, narrative) },
    { "id_number", FIGURE_ID_NUMBER_MAX, LETTERS_WORDS,
      offsetof(struct item, id_number) },
    { "bank_code", FIGURE_REFERENCE_MAX, LETTERS_ANY,
      offsetof(struct item, bank_code) },
    { "account_type", FIGURE_REFERENCE_MAX, LETTERS_ANY,
      offsetof(struct item, account_type) },
    { "account_reference", FIGURE_REFERENCE_MAX, LETTERS_ANY,
      offsetof(struct item, account_reference) },
    { "idempotency_key", FIGURE_KEY_MAX, LETTERS_ANY,
      offsetof(struct item, idempotency_key) },
};

static bool
letter_fits(char c, enum letters set)
{
    bool digit = c >= '0' && c <= '9';

    switch (set) {
    case LETTERS_ANY:
        return true;
    case LETTERS_DIGITS:
        return digit || strchr(" \t\n\r\f\v", c) != NULL;
    case LETTERS_WORDS:
        return digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || c == '-' || c == '_' || c == ' ';
    }
    return false;
}

/* Characters, not bytes: those that do not continue another one. */
static size_t
chars_of(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.p[i] & 0xc0) != 0x80)
            n++;
    return n;
}

/* Check one text; ${attr} is its name for the answer. */
static int
text_check(struct str s, size_t chars_max, enum letters set, const char *attr,
           struct refusal *r)
{
    if (s.len == 0 && set != LETTERS_ANY)
        return refusal_field(r, attr, "This field may not be blank.");
    if (chars_of(s) > chars_max)
        return refusal_field(r, attr, "Ensure this field has no more than "
                             "%zu characters.", chars_max);
    for (size_t i = 0; i < s.len; i++)
        if (!letter_fits(s.p[i], set))
            return refusal_field(r, attr, "This value does not match the "
                                 "required pattern.");
    return 0;
}

/* Read one text member into ${out}, which stays 0 for null. */
static int
read_text(struct payfile *f, file_text *out, const json_t *o,
          const struct member *m, const char *attr, struct refusal *r)
{
    const json_t *v = json_object_get(o, m->key);
    struct str s = ask_text(o, m->key);

    if (v == NULL || json_is_null(v))
        return 0;
    if (!json_is_string(v))
        return refusal_field(r, attr, "Not a valid string.");
    if (text_check(s, m->chars_max, m->letters, attr, r) < 0)
        return -1;
    *out = payfile_keep(f, s);
    return 0;
}

static int
read_amount(struct item *it, const json_t *v, int i, struct refusal *r)
{
    struct str text = ask_text(v, "amount");
    struct money amount = { 0, "" };
    char attr[48];

    snprintf(attr, sizeof(attr), "transactions.%d.amount", i);
    if (json_object_get(v, "amount") == NULL)
        return refusal_field(r, attr, "This field is required.");
    if (text.p == NULL || money_parse(&amount, text, "KES") < 0)
        return refusal_field(r, attr, "A valid number is required.");
    if (amount.minor <= 0)
        return refusal_field(r, attr, "Ensure this value is greater than 0.");
    it->amount_minor = amount.minor;
    return 0;
}

/* One transaction.  What is wrong with its form is refused here and now; what
 * only its rail misses makes it TF103 in an answer that says 201 (2.2). */
static int
read_item(struct payfile *f, int i, const json_t *v, const struct play *play,
          struct refusal *r)
{
    struct item *it = &f->items[i];
    char attr[48];

    for (size_t k = 0; k < sizeof(members) / sizeof(members[0]); k++) {
        file_text *out =
            (file_text *)(void *)((char *)it + members[k].place);

        snprintf(attr, sizeof(attr), "transactions.%d.%s", i, members[k].key);
        if (read_text(f, out, v, &members[k], attr, r) < 0)
            return -1;
        if (k == 0 && *out == 0)
            return refusal_field(r, attr, "This field is required.");
    }
    if (read_amount(it, v, i, r) < 0)
        return -1;
    it->charge_minor = rails_charge(&play->tariffs[f->rail->n],
                                    it->amount_minor);
    it->began = rails_begins(f->rail, payfile_of(f, it->bank_code),
                             payfile_of(f, it->account_type),
                             payfile_of(f, it->account_reference));
    it->plot = fate_plot(play, f->rail, str_of(payfile_of(f, it->account)),
                         it->amount_minor);
    if (it->plot == PLOT_TF103)
        it->began = ITEM_TF103;
    it->code = it->began;
    it->reason = it->began == ITEM_TF103 ? REASON_DETAILS : REASON_NONE;
    return 0;
}

/* A file's own members, beside its transactions. */
static int
read_head(struct payfile *f, const json_t *body, struct refusal *r)
{
    static const struct member reference =
        { "batch_reference", FIGURE_BATCH_REF_MAX, LETTERS_ANY, 0 };
    static const struct member callback =
        { "callback_url", FIGURE_URL_MAX, LETTERS_ANY, 0 };
    struct str provider = ask_text(body, "provider");
    struct str ccy = ask_text(body, "currency");
    struct str approval = ask_text(body, "requires_approval");
    const json_t *v = json_object_get(body, "requires_approval");

    if ((f->rail = rails_find(provider)) == NULL)
        return refusal_field(r, "provider", "\"%.*s\" is not a valid choice.",
                             (int)str_cut(provider, 40).len,
                             provider.p != NULL ? provider.p : "");
    if (!str_eq(ccy, STR("KES")))
        return refusal_field(r, "currency", "\"%.*s\" is not a valid choice.",
                             (int)str_cut(ccy, 40).len,
                             ccy.p != NULL ? ccy.p : "");
    f->approves_itself = str_eq(approval, STR("NO"));
    if (v != NULL && !json_is_null(v) && !f->approves_itself
        && !str_eq(approval, STR("YES")))
        return refusal_field(r, "requires_approval",
                             "This is not a valid choice.");
    if (read_text(f, &f->batch_reference, body, &reference, reference.key,
                  r) < 0)
        return -1;
    return read_text(f, &f->callback_url, body, &callback, callback.key, r);
}

/* Everything is checked before anything is done: a refused request leaves no
 * file behind. */
int
ask_file(struct payfile **out, const json_t *body, const struct play *play,
         struct refusal *r)
{
    const json_t *items = json_object_get(body, "transactions");
    size_t n = json_array_size(items);
    struct payfile *f = NULL;
    int64_t sum = 0;

    *out = NULL;
    if (n == 0)
        return refusal_field(r, "transactions", "This list may not be empty.");
    if ((f = payfile_new((int)n)) == NULL)
        goto oom;
    if (read_head(f, body, r) < 0)
        goto out;
    for (int i = 0; i < f->nitems; i++) {
        if (read_item(f, i, json_array_get(items, (size_t)i), play, r) < 0)
            goto out;
        if (minor_add(&sum, f->items[i].amount_minor) < 0
            || minor_add(&sum, f->items[i].charge_minor) < 0) {
            refusal_field(r, "transactions", "The total is too large.");
            goto out;
        }
    }
    if (f->text.failed)
        goto oom;
    *out = f;
    return 0;
oom:
    refusal_http(r, 500);
out:
    payfile_free(f);
    return -1;
}
