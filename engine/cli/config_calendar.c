#include "cli/config_calendar.h"
#include "cli/files.h"
#include "cli/yamldoc.h"
#include "schedule/calendar.h"

/* calendar.yaml as libcyaml gives it: text, checked below. */
struct y_day { char *day, *date, *name; };
struct y_cut { char *rail, *closes; bool working_days; };
struct y_calendar {
    char *weekend;
    bool sunday_moves;
    struct y_day *fixed, *moving;
    unsigned fixed_count, moving_count;
    struct y_cut *cut_offs;
    unsigned cut_offs_count;
};

#define PTR CYAML_FLAG_POINTER
#define OPT CYAML_FLAG_OPTIONAL

static const cyaml_schema_field_t fixed_fields[] = {
    CYAML_FIELD_STRING_PTR("day", PTR, struct y_day, day, 5, 5),
    CYAML_FIELD_STRING_PTR("name", PTR, struct y_day, name, 1, 47),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t fixed_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_day, fixed_fields)
};
static const cyaml_schema_field_t moving_fields[] = {
    CYAML_FIELD_STRING_PTR("date", PTR, struct y_day, date, 10, 10),
    CYAML_FIELD_STRING_PTR("name", PTR, struct y_day, name, 1, 47),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t moving_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_day, moving_fields)
};
static const cyaml_schema_field_t cut_fields[] = {
    CYAML_FIELD_STRING_PTR("rail", PTR, struct y_cut, rail, 1, 23),
    CYAML_FIELD_STRING_PTR("closes", PTR, struct y_cut, closes, 5, 5),
    CYAML_FIELD_BOOL("working_days", OPT, struct y_cut, working_days),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t cut_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct y_cut, cut_fields)
};
static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_STRING_PTR("weekend", PTR | OPT, struct y_calendar, weekend,
                           0, 40),
    CYAML_FIELD_BOOL("sunday_moves", OPT, struct y_calendar, sunday_moves),
    CYAML_FIELD_SEQUENCE("fixed", PTR | OPT, struct y_calendar, fixed,
                         &fixed_schema, 0, DAYS_FIXED_MAX),
    CYAML_FIELD_SEQUENCE("moving", PTR | OPT, struct y_calendar, moving,
                         &moving_schema, 0, DAYS_MOVING_MAX),
    CYAML_FIELD_SEQUENCE("cut_offs", PTR | OPT, struct y_calendar, cut_offs,
                         &cut_schema, 0, DAYS_CUTOFFS_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(PTR, struct y_calendar, fields)
};
static const char *const keys[] = {
    "weekend", "sunday_moves", "fixed", "moving", "cut_offs", "day", "date",
    "name", "rail", "closes", "working_days", NULL
};

static int
wrong(const char *path, const char *what, const char *text, struct err *e)
{
    return err_set(e, ERR_CONFIG, "%s: \"%s\" is not %s", path, text, what);
}

static int
fill_weekend(struct days *d, const struct y_calendar *y, const char *path,
             struct err *e)
{
    struct calendar c;
    struct err ignored = { 0 };
    char text[64];

    d->weekend = 0;
    if (y->weekend == NULL || y->weekend[0] == '\0')
        return 0;
    /* weekdays are written as calendar expressions write them */
    snprintf(text, sizeof(text), "%s 00:00", y->weekend);
    if (calendar_read(&c, str_of(text), &ignored) < 0)
        return wrong(path, "a list of weekdays such as Sat,Sun", y->weekend, e);
    d->weekend = c.weekdays;
    return 0;
}

static int
fill_days(struct days *d, const struct y_calendar *y, const char *path,
          struct err *e)
{
    struct wall w;
    char text[16];

    for (unsigned i = 0; i < y->fixed_count; i++, d->nfixed++) {
        snprintf(text, sizeof(text), "2024-%.5s", y->fixed[i].day);
        if (wall_read(&w, str_of(text)) < 0)
            return wrong(path, "a day such as 12-25", y->fixed[i].day, e);
        d->fixed[i].month = w.month;
        d->fixed[i].day = w.day;
        (void)str_copy(d->fixed[i].name, sizeof(d->fixed[i].name),
                       str_of(y->fixed[i].name));
    }
    for (unsigned i = 0; i < y->moving_count; i++, d->nmoving++) {
        if (wall_read(&w, str_of(y->moving[i].date)) < 0)
            return wrong(path, "a date such as 2026-04-03", y->moving[i].date,
                         e);
        d->moving[i].day = day_of(w.year, w.month, w.day);
        (void)str_copy(d->moving[i].name, sizeof(d->moving[i].name),
                       str_of(y->moving[i].name));
        if (d->known_from == 0 || w.year < d->known_from)
            d->known_from = w.year;
        if (w.year > d->known_until)
            d->known_until = w.year;
    }
    return 0;
}

static int
fill_cuts(struct days *d, const struct y_calendar *y, const char *path,
          struct err *e)
{
    struct wall w;
    char text[32];

    for (unsigned i = 0; i < y->cut_offs_count; i++, d->ncutoffs++) {
        snprintf(text, sizeof(text), "2024-01-01 %.5s", y->cut_offs[i].closes);
        if (wall_read(&w, str_of(text)) < 0)
            return wrong(path, "a time such as 16:00", y->cut_offs[i].closes,
                         e);
        d->cutoffs[i].minute = w.hour * 60 + w.minute;
        d->cutoffs[i].working = y->cut_offs[i].working_days;
        (void)str_copy(d->cutoffs[i].rail, sizeof(d->cutoffs[i].rail),
                       str_of(y->cut_offs[i].rail));
    }
    return 0;
}

int
config_calendar(struct days *d, const char *path, struct err *e)
{
    struct yamldoc doc = { path, "calendar.yaml (built in)",
                           file_calendar_yaml, &schema, keys };
    struct y_calendar *y = NULL;
    void *data = NULL;
    int rc = -1;

    *d = (struct days){ 0 };
    if (yamldoc_read(&data, &doc, e) < 0)
        return -1;
    y = data;
    d->sunday_moves = y->sunday_moves;
    if (fill_weekend(d, y, doc.path, e) == 0
        && fill_days(d, y, doc.path, e) == 0)
        rc = fill_cuts(d, y, doc.path, e);
    yamldoc_free(&schema, data);
    return rc;
}
