#include <time.h>

#include "sandbox/cash_rows.h"

#define NAIROBI_US INT64_C(10800000000)

int64_t
cash_rows_provider_us(const struct cash_rules *r, int64_t us)
{
    return us - r->is[RULE_SKEW_S] * 1000000;
}

int64_t
cash_rows_mpesa_us(int64_t us)
{
    return us + NAIROBI_US;
}

void
cash_rows_stamp(int64_t us, int64_t style, char out[CASH_STAMP_BYTES])
{
    time_t s = (time_t)(us / 1000000);
    struct tm tm;

    gmtime_r(&s, &tm);
    switch (style) {
    case TIME_DIGITS:
        strftime(out, CASH_STAMP_BYTES, "%Y%m%d%H%M%S", &tm);
        break;
    case TIME_COLONS:
        strftime(out, CASH_STAMP_BYTES, "%Y:%m:%d %H:%M:%S", &tm);
        break;
    default:
        strftime(out, CASH_STAMP_BYTES, "%Y-%m-%d %H:%M:%S", &tm);
        break;
    }
}

void
cash_rows_shown(int64_t us, const struct cash_rules *r,
                char out[CASH_STAMP_BYTES])
{
    time_t s = (time_t)(us / 1000000);
    struct tm tm;

    gmtime_r(&s, &tm);
    snprintf(out, CASH_STAMP_BYTES, "%s%02u/%02u/%02u %02u:%02u %s",
             r->is[RULE_DATE_BLANK] != 0 ? " " : "",
             (unsigned)tm.tm_mday % 32, (unsigned)(tm.tm_mon + 1) % 13,
             (unsigned)tm.tm_year % 100, (unsigned)(tm.tm_hour + 11) % 12 + 1,
             (unsigned)tm.tm_min % 60, tm.tm_hour < 12 ? "AM" : "PM");
}

/* PHP's uniqid(): seconds and microseconds; the books give no two rows the
 * same one. */
void
cash_rows_uuid(const struct cash_row *row, char out[CASH_UUID_BYTES])
{
    snprintf(out, CASH_UUID_BYTES, "trans_%08llx%05x",
             (unsigned long long)(row->created_us / 1000000) & 0xffffffff,
             (unsigned)(row->created_us % 1000000));
}

void
cash_rows_local(struct str phone, const struct cash_rules *r, char out[24])
{
    if (r->is[RULE_PHONE_LOCAL] != 0 && phone.len > 3
        && str_eq(str_cut(phone, 3), STR("254")))
        snprintf(out, 24, "0%.*s", (int)phone.len - 3, phone.p + 3);
    else
        snprintf(out, 24, "%.*s", STR_ARG(phone));
}

/* Daraja's ConversationID, AG_20260722_..., or the form of STK push. */
void
cash_rows_gateway_id(const struct cash_row *row, char out[40])
{
    char stamp[CASH_STAMP_BYTES];

    cash_rows_stamp(cash_rows_mpesa_us(row->created_us), TIME_DIGITS, stamp);
    if (row->kind == ROW_INVOICE)
        snprintf(out, 40, "ws_CO_%.2s%.2s%.4s%.6s%04u", stamp + 6, stamp + 4,
                 stamp, stamp + 8, row->n % 10000);
    else
        snprintf(out, 40, "AG_%.8s_%020llx", stamp,
                 (unsigned long long)row->created_us * 4096 + row->n);
}
