#include "sandbox/banks.h"

#include <stddef.h>

/* As the provider spells them, the misspelled one too. */
static const struct bank banks[] = {
    { "KCB", "1" },
    { "Standard Charted Bank KE", "2" },
    { "Absa Bank Kenya", "3" },
    { "Bank of Baroda", "6" },
    { "NCBA Bank Kenya", "7" },
    { "Prime Bank", "10" },
    { "Cooperative Bank", "11" },
    { "National Bank", "12" },
    { "M-Oriental", "14" },
    { "Citibank", "16" },
    { "Habib Bank AG Zurich", "17" },
    { "Middle East Bank", "18" },
    { "Bank of Africa", "19" },
    { "Consolidated Bank", "23" },
    { "Credit Bank Ltd", "25" },
    { "Stanbic Bank", "31" },
    { "Unaitas Sacco", "32" },
    { "ABC Bank", "35" },
    { "Choice Microfinance Bank", "36" },
    { "Eco Bank", "43" },
    { "Caritas Microfinance Bank", "48" },
    { "Spire Bank", "49" },
    { "Paramount Universal Bank", "50" },
    { "Kingdom Bank", "51" },
    { "Guaranty Bank", "53" },
    { "Victoria Commercial Bank", "54" },
    { "Guardian Bank", "55" },
    { "I&M Bank", "57" },
    { "SBM", "60" },
    { "Housing Finance Company Limited (HFCK)", "61" },
    { "DTB", "63" },
    { "CIB Bank Kenya", "65" },
    { "Sidian Bank", "66" },
    { "Equity Bank", "68" },
    { "Family Bank", "70" },
    { "Gulf African Bank", "72" },
    { "Premier Bank", "74" },
    { "DIB", "75" },
    { "UBA", "76" },
    { "KWFT Bank", "78" },
    { "Faulu Bank", "79" },
    { "Stima SACCO", "89" },
    { "Telkom Kenya (T-Kash)", "97" },
};

#define BANKS (sizeof(banks) / sizeof(banks[0]))

const struct bank *
banks_at(int i)
{
    return (size_t)i < BANKS ? &banks[i] : NULL;
}

const struct bank *
banks_find(struct str code)
{
    for (size_t i = 0; i < BANKS; i++)
        if (str_eq(str_of(banks[i].code), code))
            return &banks[i];
    return NULL;
}
