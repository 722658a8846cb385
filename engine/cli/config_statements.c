#include "cli/config_statements.h"

#include "base/err.h"

#define TEXT(key, m, min, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct y_statement, m, \
                           min, max)
#define TEXT_OPT(key, m, max) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
                           struct y_statement, m, 0, max)
#define COLUMN(key, m) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
                           struct y_columns, m, 1, STATEMENT_COLUMN_BYTES - 1)

static const cyaml_schema_field_t column_fields[] = {
    COLUMN("date", date), COLUMN("time", time),
    COLUMN("value_date", value_date), COLUMN("amount", amount),
    COLUMN("out", out), COLUMN("in", in), COLUMN("mark", mark),
    COLUMN("balance", balance), COLUMN("charge", charge),
    COLUMN("currency", currency), COLUMN("id", id),
    COLUMN("reference", reference), COLUMN("linked", linked),
    COLUMN("account", account), COLUMN("name", name), COLUMN("party", party),
    COLUMN("type", type), COLUMN("text", text), COLUMN("status", status),
    CYAML_FIELD_END
};
static const cyaml_schema_field_t fields[] = {
    TEXT("name", name, 1, USER_NAME_BYTES_MAX - 1),
    TEXT_OPT("account", account, USER_NAME_BYTES_MAX - 1),
    CYAML_FIELD_MAPPING("columns", CYAML_FLAG_DEFAULT, struct y_statement,
                        columns, column_fields),
    TEXT("dates", dates, 1, STATEMENT_PATTERN_BYTES - 1),
    TEXT_OPT("times", times, 63),
    TEXT("amounts", amounts, 1, 23),
    TEXT_OPT("decimals", decimals, 7),
    TEXT_OPT("mark_out", mark_out, 31),
    TEXT_OPT("mark_in", mark_in, 31),
    TEXT_OPT("currency", currency, 3),
    CYAML_FIELD_UINT("zone_minutes", CYAML_FLAG_OPTIONAL, struct y_statement,
                     zone_minutes),
    CYAML_FIELD_END
};
const cyaml_schema_value_t config_statement_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_statement, fields)
};

static void
copy(char *to, size_t bytes, const char *text)
{
    /* libcyaml held every text to the size of its place. */
    if (text != NULL)
        str_copy(to, bytes, str_of(text));
}

static int
fill_signs(struct statement_map *m, const struct y_statement *y,
           const char *path, struct err *e)
{
    static const char *const words[] = {
        [STATEMENT_SIGNED] = "signed", [STATEMENT_SIGNED_OUT] = "signed_out",
        [STATEMENT_TWO_COLUMNS] = "two_columns", [STATEMENT_MARKED] = "marked"
    };

    for (int i = 0; i <= STATEMENT_MARKED; i++)
        if (strcmp(y->amounts, words[i]) == 0) {
            m->sign = (enum statement_sign)i;
            return 0;
        }
    err_set(e, ERR_CONFIG, "%s: statement map %s: amounts: \"%s\" is not a way "
            "to write them", path, y->name, y->amounts);
    return err_fix(e, "say two_columns (out and in), signed (minus is out), "
                   "signed_out (minus is in) or marked (a column says D or "
                   "C)");
}

static int
fill_decimals(struct statement_map *m, const struct y_statement *y,
              const char *path, struct err *e)
{
    const char *text = y->decimals != NULL ? y->decimals : "dot";

    if (strcmp(text, "dot") == 0 || strcmp(text, "comma") == 0) {
        m->amounts = text[0] == 'd' ? AMOUNT_DOT : AMOUNT_COMMA;
        return 0;
    }
    err_set(e, ERR_CONFIG, "%s: statement map %s: decimals: \"%s\" is neither "
            "dot nor comma", path, y->name, text);
    return err_fix(e, "say dot for 1,500.00 or comma for 1.500,00");
}

static void
fill_columns(struct config_statement *c, const struct y_columns *y)
{
    const char *const given[SF_COUNT] = {
        [SF_DATE] = y->date, [SF_TIME] = y->time,
        [SF_VALUE_DATE] = y->value_date, [SF_AMOUNT] = y->amount,
        [SF_OUT] = y->out, [SF_IN] = y->in, [SF_MARK] = y->mark,
        [SF_BALANCE] = y->balance, [SF_CHARGE] = y->charge,
        [SF_CCY] = y->currency, [SF_ID] = y->id,
        [SF_REFERENCE] = y->reference, [SF_LINKED] = y->linked,
        [SF_ACCOUNT] = y->account, [SF_NAME] = y->name,
        [SF_PARTY] = y->party, [SF_TYPE] = y->type, [SF_TEXT] = y->text,
        [SF_STATUS] = y->status
    };

    for (int f = 0; f < SF_COUNT; f++) {
        copy(c->columns[f], sizeof(c->columns[f]), given[f]);
        c->map.column[f] = given[f] != NULL ? c->columns[f] : NULL;
    }
}

int
config_statement_fill(struct config_statement *c, const struct y_statement *y,
                      const char *path, struct err *e)
{
    struct statement_map *m = &c->map;
    struct err why = { 0 };

    copy(c->name, sizeof(c->name), y->name);
    copy(c->account, sizeof(c->account), y->account);
    copy(c->dates, sizeof(c->dates), y->dates);
    copy(c->times, sizeof(c->times), y->times);
    copy(c->mark_out, sizeof(c->mark_out), y->mark_out);
    copy(c->mark_in, sizeof(c->mark_in), y->mark_in);
    copy(c->ccy, sizeof(c->ccy), y->currency);
    fill_columns(c, &y->columns);
    m->dates = c->dates;
    m->times = y->times != NULL ? c->times : NULL;
    m->mark_out = y->mark_out != NULL ? c->mark_out : NULL;
    m->mark_in = y->mark_in != NULL ? c->mark_in : NULL;
    m->ccy = y->currency != NULL ? c->ccy : NULL;
    m->zone_min = y->zone_minutes != 0 ? (int)y->zone_minutes : 180;
    if (fill_signs(m, y, path, e) < 0 || fill_decimals(m, y, path, e) < 0)
        return -1;
    if (statement_map_check(m, &why) == 0)
        return 0;
    err_set(e, ERR_CONFIG, "%s: statement map %s: %s", path, c->name,
            why.text);
    return err_fix(e, "%s", why.fix);
}
