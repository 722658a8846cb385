#include "money/money.h"

/*
 * ISO 4217 decimals of the currencies a payroll here may meet.  One that is
 * missing is refused, which is safe; one that is wrong pays a hundred times
 * too much, so nothing is guessed.
 */
static const struct ccy {
    char code[4];
    int  decimals;
} currencies[] = {
    { "KES", 2 },   /* first: nearly every lookup */
    { "AED", 2 }, { "AUD", 2 }, { "BHD", 3 }, { "BIF", 0 }, { "BWP", 2 },
    { "CAD", 2 }, { "CDF", 2 }, { "CHF", 2 }, { "CNY", 2 }, { "DJF", 0 },
    { "EGP", 2 }, { "ERN", 2 }, { "ETB", 2 }, { "EUR", 2 }, { "GBP", 2 },
    { "GHS", 2 }, { "INR", 2 }, { "JPY", 0 }, { "KWD", 3 }, { "MUR", 2 },
    { "MWK", 2 }, { "MZN", 2 }, { "NGN", 2 }, { "OMR", 3 }, { "QAR", 2 },
    { "RWF", 0 }, { "SAR", 2 }, { "SCR", 2 }, { "SDG", 2 }, { "SOS", 2 },
    { "SSP", 2 }, { "TZS", 2 }, { "UGX", 0 }, { "USD", 2 }, { "XAF", 0 },
    { "XOF", 0 }, { "ZAR", 2 }, { "ZMW", 2 }
};

int
ccy_decimals(const char *ccy)
{
    for (size_t i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
        if (strcmp(currencies[i].code, ccy) == 0)
            return currencies[i].decimals;
    return -1;
}
