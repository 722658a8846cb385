#ifndef TESTS_WORKBOOK_H
#define TESTS_WORKBOOK_H

#include "base/buf.h"

/* One part of a zip archive. */
struct workbook_part { const char *name, *text; };

#define WORKBOOK_BYTES ((size_t)64 << 20)

/* workbook_zip(out, parts, n): an archive of ${n} parts; aborts when that
 * fails. */
void workbook_zip(struct buf *, const struct workbook_part *, int);

/* The parts of a workbook around one sheet, ready for workbook_zip(). */
struct workbook {
    const char *sheet;          /* what stands in <worksheet>                 */
    const char *strings;        /* in <sst>; NULL: no such part               */
    const char *styles;         /* in <styleSheet>; NULL: none                */
    const char *book;           /* in <workbook>, before <sheets>; or NULL    */
    const char *sheets;         /* in <sheets>; NULL: "Nov", the only one     */
};

/* workbook_make(out, w): the bytes of an .xlsx file. */
void workbook_make(struct buf *, const struct workbook *);

#endif
