#include "loaders/statement_priv.h"

static const char *const names[SF_COUNT] = {
    [SF_DATE] = "date", [SF_TIME] = "time", [SF_VALUE_DATE] = "value_date",
    [SF_AMOUNT] = "amount", [SF_OUT] = "out", [SF_IN] = "in",
    [SF_MARK] = "mark", [SF_BALANCE] = "balance", [SF_CHARGE] = "charge",
    [SF_CCY] = "currency", [SF_ID] = "id", [SF_REFERENCE] = "reference",
    [SF_LINKED] = "linked", [SF_ACCOUNT] = "account", [SF_NAME] = "name",
    [SF_PARTY] = "party", [SF_TYPE] = "type", [SF_TEXT] = "text",
    [SF_STATUS] = "status"
};

const char *
statement_field_name(enum statement_field f)
{
    return f < SF_COUNT ? names[f] : "";
}

enum statement_field
statement_field_of(struct str name)
{
    for (int f = 0; f < SF_COUNT; f++)
        if (str_eq(name, str_of(names[f])))
            return (enum statement_field)f;
    return SF_COUNT;
}

static bool
has(const struct statement_map *m, enum statement_field f)
{
    return m->column[f] != NULL && m->column[f][0] != '\0';
}

static int
need(const struct statement_map *m, enum statement_field f, struct err *e)
{
    if (has(m, f))
        return 0;
    err_set(e, ERR_CONFIG, "the map of the statement does not say which column "
            "is \"%s\"", names[f]);
    return err_fix(e, "add \"%s:\" with the column's name as it stands in the "
                   "header of the file", names[f]);
}

static int
check_columns(const struct statement_map *m, struct err *e)
{
    if (need(m, SF_DATE, e) < 0)
        return -1;
    switch (m->sign) {
    case STATEMENT_SIGNED:
    case STATEMENT_SIGNED_OUT:
        return need(m, SF_AMOUNT, e);
    case STATEMENT_TWO_COLUMNS:
        return need(m, SF_IN, e) < 0 ? -1 : need(m, SF_OUT, e);
    case STATEMENT_MARKED:
        return need(m, SF_AMOUNT, e) < 0 ? -1 : need(m, SF_MARK, e);
    }
    return 0;
}

int
statement_map_check(const struct statement_map *m, struct err *e)
{
    if (check_columns(m, e) < 0)
        return -1;
    if (!statement_when_pattern(m->dates)) {
        err_set(e, ERR_CONFIG, "the map of the statement has no pattern for "
                "dates that can be read");
        return err_fix(e, "write it such as DD/MM/YYYY or YYYY-MM-DD hh:mm:ss");
    }
    if (has(m, SF_TIME)
        && (m->times == NULL || strstr(m->times, "hh") == NULL
            || strlen(m->times) >= STATEMENT_PATTERN_BYTES)) {
        err_set(e, ERR_CONFIG, "the map of the statement has a column for the "
                "time, but no pattern for it");
        return err_fix(e, "add it, such as hh:mm:ss or hh:mm AM");
    }
    if (m->amounts != AMOUNT_DOT && m->amounts != AMOUNT_COMMA) {
        err_set(e, ERR_CONFIG, "the map of the statement does not say how "
                "decimals are written");
        return err_fix(e, "say dot for 1,500.00 or comma for 1.500,00");
    }
    if (m->ccy != NULL && ccy_decimals(m->ccy) < 0)
        return err_set(e, ERR_CONFIG, "the map of the statement has the "
                       "currency %s, which is not known", m->ccy);
    return 0;
}
