#ifndef LOADERS_TABLE_H
#define LOADERS_TABLE_H

#include "loaders/csv.h"

/* Where the readers of files other than CSV put their rows: as the records a
 * CSV file with the same columns would give. */
struct table_sink {
    /* The first is the header.  false: stop */
    bool (*record)(void *owner, const struct csv_record *);
    /* A problem by its code; ${line}, ${column} 0: the file as a whole. */
    void (*note)(void *owner, const char *code, int64_t line, int column,
                 struct str value, const char *detail);
    void *owner;
};

#endif
