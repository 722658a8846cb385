#include "sandbox/rails.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct rail rails[FIGURE_RAILS] = {
    { "MPESA-B2C", 0, false, false },
    { "MPESA-B2B", 1, false, true },
    { "PESALINK", 2, true, false },
    { "INTASEND", 3, false, false },
    { "AIRTIME", 4, false, false },
};

const struct rail *
rails_find(struct str name)
{
    for (size_t i = 0; i < LEN(rails); i++)
        if (str_eq(str_of(rails[i].name), name))
            return &rails[i];
    return NULL;
}

const struct rail *
rails_at(int n)
{
    return &rails[n];
}

/* Only M-Pesa to phones and PesaLink have published limits. */
void
rails_tariffs(struct tariff out[FIGURE_RAILS], int64_t mpesa_minor)
{
    const struct tariff first[FIGURE_RAILS] = {
        { FIGURE_B2C_MIN_MINOR, FIGURE_B2C_MAX_MINOR, 1,
          { { 0, mpesa_minor } } },
        { 0, 0, 1, { { 0, mpesa_minor } } },
        { FIGURE_BANK_MIN_MINOR, FIGURE_BANK_MAX_MINOR, 1,
          { { 0, FIGURE_BANK_CHARGE_MINOR } } },
        { 0, 0, 0, { { 0, 0 } } },
        { 0, 0, 0, { { 0, 0 } } },
    };

    memcpy(out, first, sizeof(first));
}

int64_t
rails_charge(const struct tariff *t, int64_t minor)
{
    for (int i = 0; i < t->nbands; i++)
        if (t->bands[i].upto_minor == 0 || minor <= t->bands[i].upto_minor)
            return t->bands[i].charge_minor;
    return 0;
}

/* Case counts: the provider's tables print Paybill, its schema PayBill, and
 * only the schema's word was seen to work (2.2). */
enum item_code
rails_begins(const struct rail *r, const char *bank_code,
             const char *account_type, const char *account_reference)
{
    bool paybill;

    if (r->wants_bank && (bank_code == NULL || bank_code[0] == '\0'))
        return ITEM_TF103;
    if (!r->wants_type)
        return ITEM_TP101;
    if (account_type == NULL)
        return ITEM_TF103;
    paybill = strcmp(account_type, "PayBill") == 0;
    if (!paybill && strcmp(account_type, "TillNumber") != 0)
        return ITEM_TF103;
    if (paybill && (account_reference == NULL || account_reference[0] == '\0'))
        return ITEM_TF103;
    return ITEM_TP101;
}
