#include "sandbox/rails.h"

#include "sandbox/figures.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Only M-Pesa to phones and PesaLink have published limits. */
static const struct rail rails[] = {
    { "MPESA-B2C", FIGURE_B2C_MIN_MINOR, FIGURE_B2C_MAX_MINOR, CHARGE_MPESA,
      false, false },
    { "MPESA-B2B", 0, 0, CHARGE_MPESA, false, true },
    { "PESALINK", FIGURE_BANK_MIN_MINOR, FIGURE_BANK_MAX_MINOR, CHARGE_BANK,
      true, false },
    { "INTASEND", 0, 0, CHARGE_FREE, false, false },
    { "AIRTIME", 0, 0, CHARGE_FREE, false, false },
};

const struct rail *
rails_find(struct str name)
{
    for (size_t i = 0; i < LEN(rails); i++)
        if (str_eq(str_of(rails[i].name), name))
            return &rails[i];
    return NULL;
}

int64_t
rails_charge(const struct rail *r, int64_t mpesa_minor)
{
    switch (r->charge) {
    case CHARGE_MPESA:
        return mpesa_minor;
    case CHARGE_BANK:
        return FIGURE_BANK_CHARGE_MINOR;
    case CHARGE_FREE:
        return 0;
    }
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

enum reason
rails_limit(const struct rail *r, int64_t minor)
{
    if (minor < r->min_minor)
        return REASON_TOO_SMALL;
    if (r->max_minor > 0 && minor > r->max_minor)
        return REASON_TOO_LARGE;
    return REASON_NONE;
}
