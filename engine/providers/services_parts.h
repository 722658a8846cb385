#ifndef PROVIDERS_SERVICES_PARTS_H
#define PROVIDERS_SERVICES_PARTS_H

#include "providers/jscan.h"
#include "providers/services.h"

/*
 * Inside of the services; everybody else uses services.h.  A provider has a
 * table of struct service_op; what they share in checking and reading is here.
 */

/* What of struct service_ask must be there. */
enum {
    NEED_AMOUNT    = 1 << 0,
    NEED_FROM      = 1 << 1,    /* or the account's own wallet */
    NEED_TO        = 1 << 2,
    NEED_PHONE     = 1 << 3,
    NEED_EMAIL     = 1 << 4,
    NEED_ID        = 1 << 5,
    NEED_STATE     = 1 << 6,
    NEED_TYPE      = 1 << 7,
    NEED_LABEL     = 1 << 8,
    NEED_REFERENCE = 1 << 9,
    NEED_MESSAGE   = 1 << 10,
    NEED_RAIL      = 1 << 11,
    NEED_ACCOUNT   = 1 << 12,
    NEED_LIST      = 1 << 13
};

/* How a member of an answer is taken into a row. */
enum service_take {
    TAKE_ID,                    /* whole or not at all; visible ASCII       */
    TAKE_WORDS,                 /* for people: as much as fits              */
    TAKE_MONEY,
    TAKE_NOT                    /* only for finish()                        */
};

#define SERVICE_COLS_MAX 32     /* of one shape; the widest has 21          */

/* The first of several columns of one field that says something counts. */
struct service_col {
    struct str        name;     /* of the member                            */
    enum service_take take;
    size_t            at;       /* of the field in struct service_row ...   */
    size_t            bytes;    /* ... and its size                         */
};

#define COL(literal, how, field) \
    { JSCAN_NAME(literal), (how), offsetof(struct service_row, field), \
      sizeof(((struct service_row *)0)->field) }
#define COL_NOT(literal) { JSCAN_NAME(literal), TAKE_NOT, 0, 0 }

struct service_shape {
    const struct service_col *cols;
    int ncols;
    /* The rest of the row from the members as they stand in ${cols}: 1, 0
     * when it is none of those asked for, -1 when it cannot be one. */
    int (*finish)(struct service_row *, const struct jscan_value *);
    /* Then, of a list, from where the row stands in the body; may be NULL. */
    void (*after)(struct service_row *, struct str body, size_t at);
};

struct service_op {
    unsigned needs;
    /* NULL: not offered.  Overwrites the request, releases it on -1. */
    int (*write)(struct request *, const struct payer *,
                 const struct service_ask *, struct err *);
    /* Find the rows; ${root}: the whole body, complete JSON. */
    int (*read)(struct service_answer *, const struct jscan_value *root,
                struct str body, struct err *);
    const struct service_shape *shape;
};

extern const struct service_op intasend_services[SERVICE_COUNT];
extern const struct service_op sapama_services[SERVICE_COUNT];

/* services_check.c: ERR_USAGE in words, or 0. */
int service_not_offered(const struct provider *, enum service, struct err *);
int service_check_needs(enum service, unsigned needs, const struct payer *,
                        const struct service_ask *, struct err *);
int service_check_phone(const char *, struct err *);
int service_check_email(const char *, struct err *);
int service_check_days(const struct service_ask *, struct err *);
/* an amount in ${ccy}, which has two decimals; ${whole}: no cents */
int service_check_amount(const struct service_ask *, bool whole,
                         struct err *);
/* digits only, at most ${max}: what a till or a transaction is called */
int service_check_number(const char *what, const char *, size_t max,
                         struct err *);
/* letters, digits, '-' and '_': what may stand in a path */
int service_check_id(const char *what, const char *, size_t max,
                     struct err *);
/* at most ${max} of a-z A-Z 0-9 and ${extra}; or at most ${max} bytes of one
 * line of text without ${forbidden} */
int service_check_letters(const char *what, const char *, size_t max,
                          const char *extra, struct err *);
int service_check_without(const char *what, const char *, size_t max,
                          const char *forbidden, struct err *);
/* one of ${words}, which end with NULL */
int service_check_word(const char *what, const char *,
                       const char *const *words, struct err *);
/* one wallet or till of ${a}, ${b}, "" */
const char *service_either(const char *, const char *);

/* services_day.c: days since 1970. */
int service_day_read(int64_t *, struct str);            /* "2026-11-01" */
void service_day_text(int64_t, char out[16]);
/* the day in Kenya of "2026-11-01T23:59:59.1+03:00" or of a time in UTC */
int service_stamp_day(int64_t *, struct str);

/* services_read.c */
int service_fix(struct err *);          /* the advice for every such answer */
int service_wrong(struct err *, const char *who, const char *why);
/* the members ${names} of the object ${v}; -1 when it is not one */
int service_members(const struct jscan_value *v, const struct str *names,
                    int count, struct jscan_value *values);
/* offset behind the first byte of ${v} in ${body} */
size_t service_inside(const struct jscan_value *, struct str body);
bool service_is_empty(const struct jscan_value *);
void service_take_id(char *, size_t, const struct jscan_value *);
void service_take_words(char *, size_t, const struct jscan_value *);
bool service_is_word(const struct jscan_value *, const char *);
int service_number(const struct jscan_value *);         /* or -1 */

#endif
