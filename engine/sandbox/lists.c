#include "sandbox/ask.h"
#include "sandbox/banks.h"
#include "sandbox/ids.h"
#include "sandbox/inside.h"
#include "sandbox/pages.h"

/* Payments one by one: send-money/transactions/, newest first. */

static bool
file_listed(struct exchange *x, const struct payfile *f)
{
    const char *id = httpd_query(x->request, "wallet_id");
    const struct wallet *w =
        books_wallet(&x->sandbox->ledger.books, f->wallet);

    if (f->code == FILE_BP103 && !x->sandbox->switches.list_waiting)
        return false;
    return id == NULL || id[0] == '\0' || strcmp(id, w->id) == 0;
}

/* As the file tells it, but under its own name. */
static void
put_payout(struct exchange *x, const struct payfile *f, int i)
{
    const struct books *b = &x->sandbox->ledger.books;
    struct view v;

    answers_view(&v, b, f);
    v.manner = x->manner;
    answers_item(&x->out, b, &v, i);
}

int
lists_do_payouts(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    bool first = true;
    struct page p;
    uint64_t n = 0;

    for (uint32_t i = 0; i < b->nfiles; i++)
        if (file_listed(x, b->files[i]))
            n += (uint64_t)b->files[i]->nitems;
    if (pages_read(x, &p, n) < 0)
        return -1;
    pages_head(x, &p);
    for (uint32_t i = b->nfiles; i > 0 && p.take > 0; i--) {
        const struct payfile *f = b->files[i - 1];

        if (!file_listed(x, f))
            continue;
        /* Files that are before the page are passed over whole. */
        if (p.skip >= (uint64_t)f->nitems) {
            p.skip -= (uint64_t)f->nitems;
            continue;
        }
        for (int k = f->nitems - 1 - (int)p.skip; k >= 0 && p.take > 0; k--) {
            p.take--;
            pages_next(&x->out, &first);
            put_payout(x, f, k);
        }
        p.skip = 0;
    }
    pages_tail(&x->out);
    return 0;
}

/* Ids are computed and not kept, so this is a search; nobody asks often. */
int
lists_do_payout(struct exchange *x)
{
    const struct books *b = &x->sandbox->ledger.books;
    char alias[FIGURE_ALIAS_BYTES];

    for (uint32_t i = 0; i < b->nfiles; i++)
        for (int k = 0; k < b->files[i]->nitems; k++) {
            ids_alias(b->salt, IDS_ITEM, b->files[i]->first + (uint64_t)k,
                      alias);
            if (strcmp(alias, x->name) == 0) {
                put_payout(x, b->files[i], k);
                return 0;
            }
        }
    return refusal_flat(&x->refusal, 404, "Not found.");
}

/* Banks, whose account. */

int
lists_do_banks(struct exchange *x)
{
    const struct bank *bank;

    buf_char(&x->out, '[');
    for (int i = 0; (bank = banks_at(i)) != NULL; i++) {
        shape_text(&x->out, i > 0 ? ",{\"bank_name\":" : "{\"bank_name\":",
                   bank->name);
        shape_text(&x->out, ",\"bank_code\":", bank->code);
        buf_char(&x->out, '}');
    }
    buf_char(&x->out, ']');
    return 0;
}

/* The name of the latest payment to that account, or one made up from it. */
static void
account_name(const struct books *b, const char *account, char *out,
             size_t bytes)
{
    size_t n = strlen(account);

    for (uint32_t i = b->nfiles; i > 0; i--) {
        const struct payfile *f = b->files[i - 1];

        for (int k = 0; k < f->nitems; k++) {
            const struct item *it = &f->items[k];

            if (it->name != 0 && it->code == ITEM_TS100
                && strcmp(payfile_of(f, it->account), account) == 0) {
                snprintf(out, bytes, "%s", payfile_of(f, it->name));
                return;
            }
        }
    }
    snprintf(out, bytes, "TEST PAYEE %s", account + (n > 4 ? n - 4 : 0));
}

/* Its answer is not published (contract 2.7): this gives the name under the
 * names that a client was seen to read. */
int
lists_do_validate(struct exchange *x)
{
    char account[FIGURE_ACCOUNT_MAX + 1], code[24], name[FIGURE_NAME_MAX * 4];
    const struct rail *rail = rails_find(ask_text(x->body, "provider"));
    int nn = 0;

    if (rail == NULL)
        return refusal_field(&x->refusal, "provider",
                             "This is not a valid choice.");
    if (exchange_text(x, account, sizeof(account), "account", true) < 0
        || exchange_text(x, code, sizeof(code), "bank_code",
                         rail->wants_bank) < 0)
        return -1;
    if (rail->wants_bank && banks_find(str_of(code)) == NULL)
        return refusal_field(&x->refusal, "bank_code",
                             "This is not a valid choice.");
    if (fate_reserved(str_of(account), &nn) == 1)
        return refusal_request(&x->refusal, "Account could not be validated");
    account_name(&x->sandbox->ledger.books, account, name, sizeof(name));
    shape_text(&x->out, "{\"provider\":", rail->name);
    shape_text(&x->out, ",\"account\":", account);
    shape_or_null(&x->out, ",\"bank_code\":", code);
    shape_text(&x->out, ",\"account_name\":", name);
    buf_char(&x->out, '}');
    return 0;
}

/* Only the names of these calls are published, so there are none. */

int
lists_do_beneficiaries(struct exchange *x)
{
    struct page p;

    if (pages_read(x, &p, 0) < 0)
        return -1;
    pages_head(x, &p);
    pages_tail(&x->out);
    return 0;
}

int
lists_do_beneficiary(struct exchange *x)
{
    return refusal_flat(&x->refusal, 404, "Not found.");
}
