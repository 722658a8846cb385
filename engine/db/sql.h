#ifndef DB_SQL_H
#define DB_SQL_H

/*
 * Every statement is schema/queries/NAME.sql, compiled in as sql_NAME.  The
 * list of all of them, for the test that prepares each one, is sql_all.
 */
struct sql_text {
    const char *name;
    const char *text;
};

extern const struct sql_text sql_all[];     /* ends with name NULL */

#include "sql_names.h"                       /* extern const char sql_NAME[] */

#endif
