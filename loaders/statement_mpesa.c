/*
 * What is M-Pesa's own in a CSV of its organisation portal; the rest is
 * statement_csv.c.  Newest line first, times of Nairobi, Withdrawn mostly with
 * a minus; a charge is a line of its own with the receipt of its payment.
 */
#include "loaders/statement_priv.h"

const struct statement_map statement_mpesa_map = {
    .column = {
        [SF_DATE] = "Completion Time",
        [SF_ID] = "Receipt No.|Receipt",
        [SF_TEXT] = "Details",
        [SF_STATUS] = "Transaction Status|Status",
        [SF_IN] = "Paid In",
        [SF_OUT] = "Withdrawn",
        [SF_BALANCE] = "Balance",
        [SF_TYPE] = "Reason Type|Transaction Type",
        [SF_PARTY] = "Other Party Info|Opposite Party",
        [SF_LINKED] = "Linked Transaction ID",
        [SF_REFERENCE] = "A/C No.|Account No.|Transaction Party Details",
        [SF_CCY] = "Currency"
    },
    .dates = "DD-MM-YYYY[ hh:mm[:ss][ AM]]|YYYY-MM-DD[ hh:mm[:ss[.f]][ AM]]|"
             "YYYY-MM-DDThh:mm[:ss[.f]][Z]|DD/MM/YYYY[ hh:mm[:ss][ AM]]|"
             "DD.MM.YYYY[ hh:mm[:ss]]|DD MMM YYYY[ hh:mm[:ss]]",
    .zone_min = 180,
    .amounts = AMOUNT_DOT,
    .sign = STATEMENT_TWO_COLUMNS
};

/*
 * A receipt begins with the day it was made: a letter for the year (S is
 * 2024), one for the month, and 1 to 9, A to V for the day.  That is seen, not
 * promised, so it only serves to say that a date cannot be right.
 */
static bool
receipt_day(struct str id, int *year, int *month, int *day)
{
    if (id.len != 10)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!((id.p[i] >= 'A' && id.p[i] <= 'Z')
              || (id.p[i] >= '0' && id.p[i] <= '9')))
            return false;
    if (id.p[0] < 'A' || id.p[1] < 'A' || id.p[1] > 'L')
        return false;
    *year = 2006 + (id.p[0] - 'A');
    *month = id.p[1] - 'A' + 1;
    *day = id.p[2] <= '9' ? id.p[2] - '0' : id.p[2] - 'A' + 10;
    return statement_when_valid(*year, *month, *day);
}

bool
statement_mpesa_swapped(struct str id, const struct statement_when *w)
{
    int year = 0, month = 0, day = 0;

    return w->day != w->month && receipt_day(id, &year, &month, &day)
           && year == w->year && month == w->day && day == w->month;
}
